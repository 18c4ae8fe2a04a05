import { marked, Renderer, type Tokens } from 'marked';

/** Each heading with the anchor by which alarms name it; what is wider than the page is reached by the keyboard too. */
class ReadingRenderer extends Renderer {
  override heading({ tokens, depth, text }: Tokens.Heading): string {
    const tag = `h${depth}`;
    return `<${tag} id="${anchorOf(text)}">${this.parser.parseInline(tokens)}</${tag}>\n`;
  }

  /** Other documents are in the project, and not here. */
  override link(token: Tokens.Link): string {
    const isHere = ['#', 'https:', 'http:'].some((start) => token.href.startsWith(start));
    return isHere ? super.link(token) : this.parser.parseInline(token.tokens);
  }

  override table(token: Tokens.Table): string {
    return `<div class="scrolls" tabindex="0">${super.table(token)}</div>\n`;
  }

  override code(token: Tokens.Code): string {
    return super.code(token).replace('<pre>', '<pre tabindex="0">');
  }
}

/** The runbook as a page. */
export function runbookPage(markdown: string): string {
  const body = marked.parse(markdown, { async: false, renderer: new ReadingRenderer() });
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
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');
}
