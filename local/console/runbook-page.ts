import { marked } from 'marked';

/** The runbook as a page, each heading with the anchor by which alarms name it. */
export function runbookPage(markdown: string): string {
  const body = marked
    .parse(markdown, { async: false })
    .replace(/<(h[1-4])>(.*?)<\/\1>/g, (_, tag: string, title: string) => {
      return `<${tag} id="${anchorOf(title)}">${title}</${tag}>`;
    })
    // Other documents are in the project, and not here.
    .replace(/<a href="(?!#|https?:)[^"]*">(.*?)<\/a>/g, '$1')
    // What is wider than the page is reached by the keyboard too.
    .replaceAll('<table>', '<div class="scrolls" tabindex="0"><table>')
    .replaceAll('</table>', '</table></div>')
    .replaceAll('<pre>', '<pre tabindex="0">');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Runbook · Floodgate</title>
<link rel="stylesheet" href="/console/page.css">
</head>
<body class="reading">
<header><a href="/">Back to the console</a></header>
<main>
${body}
</main>
</body>
</html>
`;
}

/** As GitHub makes them. */
function anchorOf(title: string): string {
  return title
    .replace(/<[^>]*>/g, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');
}
