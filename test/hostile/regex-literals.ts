/** A regular expression as it stands in a source. */
export interface RegexLiteral {
  readonly source: string;
  readonly flags: string;
  readonly line: number;
}

/** Words behind which a slash begins an expression, and divides nothing. */
const BEFORE_EXPRESSION =
  /(?:^|[^\w$.])(?:return|typeof|case|in|of|void|throw|await|yield|do|else)$/;

/**
 * The literals of a source, without reading it as a program: strings, templates and comments are
 * passed over, and a slash divides where a value stands before it.
 */
export function regexLiterals(code: string): RegexLiteral[] {
  const found: RegexLiteral[] = [];
  /** Of each template that is open: how many braces are open within its `${`. */
  const templates: number[] = [];
  let at = code.startsWith('#!') ? code.indexOf('\n') : 0;
  while (at < code.length) {
    const letter = code.charAt(at);
    if (code.startsWith('//', at)) at = endOf(code, '\n', at);
    else if (code.startsWith('/*', at)) at = endOf(code, '*/', at + 2);
    else if (letter === "'" || letter === '"') at = skipString(code, at);
    else if (letter === '`') at = skipTemplate(code, at + 1, templates);
    else if (letter === '}' && templates.at(-1) === 0) {
      templates.pop();
      at = skipTemplate(code, at + 1, templates);
    } else if (letter === '/' && isExpression(code.slice(Math.max(at - 200, 0), at))) {
      const end = skipRegex(code, at);
      const flags = /^[a-z]*/.exec(code.slice(end, end + 9))?.[0] ?? '';
      const line = code.slice(0, at).split('\n').length;
      found.push({ source: code.slice(at + 1, end - 1), flags, line });
      at = end + flags.length;
    } else {
      const open = templates.length - 1;
      if (open >= 0 && letter === '{') templates[open] = (templates[open] ?? 0) + 1;
      if (open >= 0 && letter === '}') templates[open] = (templates[open] ?? 0) - 1;
      at += 1;
    }
  }
  return found;
}

function isExpression(before: string): boolean {
  const text = before
    .trimEnd()
    .replace(/\/\*[^*]*\*\/$/, '')
    .trimEnd();
  return (
    text === '' || /[^\w$)\]}'"`.]$/.test(text) || BEFORE_EXPRESSION.test(text) || isArrow(text)
  );
}

/** A literal that begins a line below a comment. */
function isArrow(text: string): boolean {
  return /(?:^|\n)\s*\/\/[^\n]*$/.test(text);
}

function endOf(code: string, closing: string, from: number): number {
  const at = code.indexOf(closing, from);
  return at < 0 ? code.length : at + closing.length;
}

function skipString(code: string, start: number): number {
  let at = start + 1;
  while (at < code.length && code[at] !== code[start]) at += code[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** To behind its end, or to behind the next `${`, which is then open. */
function skipTemplate(code: string, start: number, templates: number[]): number {
  let at = start;
  while (at < code.length && code[at] !== '`') {
    if (code.startsWith('${', at)) {
      templates.push(0);
      return at + 2;
    }
    at += code[at] === '\\' ? 2 : 1;
  }
  return at + 1;
}

function skipRegex(code: string, start: number): number {
  let isInClass = false;
  let at = start + 1;
  for (; at < code.length && (isInClass || code[at] !== '/'); at += 1) {
    if (code[at] === '\\') at += 1;
    else if (code[at] === '[') isInClass = true;
    else if (code[at] === ']') isInClass = false;
  }
  return at + 1;
}
