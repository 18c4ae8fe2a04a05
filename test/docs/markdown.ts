/** A piece of a document that is read by itself, with the line it begins on. */
export interface Block {
  readonly kind: 'heading' | 'paragraph' | 'item' | 'cell';
  readonly line: number;
  readonly text: string;
}

export interface Sentence {
  readonly line: number;
  readonly text: string;
  readonly words: number;
}

/** The prose of a document: all but what stands between code fences. */
export function blocksOf(markdown: string): Block[] {
  const blocks: { kind: Block['kind']; line: number; text: string }[] = [];
  let isFenced = false;
  let isOpen = false;
  for (const [index, raw] of markdown.split('\n').entries()) {
    const text = raw.trim();
    const line = index + 1;
    const last = blocks.at(-1);
    const goesOn = isOpen;
    isOpen = false;
    if (text.startsWith('```')) isFenced = !isFenced;
    else if (isFenced || text === '') continue;
    else if (text.startsWith('|')) blocks.push(...cellsOf(text, line));
    else if (/^#{1,6} /.test(text)) blocks.push({ kind: 'heading', line, text: afterMark(text) });
    else {
      isOpen = true;
      if (/^(?:[-*]|\d+\.) /.test(text)) blocks.push({ kind: 'item', line, text: afterMark(text) });
      else if (goesOn && last !== undefined) last.text += `\n${text}`;
      else blocks.push({ kind: 'paragraph', line, text });
    }
  }
  return blocks;
}

function afterMark(text: string): string {
  return text.slice(text.indexOf(' ') + 1);
}

/** A bar in code, or behind a backslash, parts nothing. */
function cellsOf(row: string, line: number): Block[] {
  const cells = [''];
  let isCode = false;
  for (const [index, character] of [...row].entries()) {
    if (character === '`') isCode = !isCode;
    if (character === '|' && !isCode && row[index - 1] !== '\\') cells.push('');
    else cells.push(`${cells.pop()}${character}`);
  }
  return cells
    .map((text) => ({ kind: 'cell' as const, line, text: text.trim() }))
    .filter(({ text }) => /[^-: ]/.test(text));
}

const CODE = /`([^`]*)`/g;
const LINK = /\[([^[\]]*)\]\(([^()\s]*)\)/g;

/** Ends no sentence, whatever follows. */
const ABBREVIATIONS = new Set(['e.g.', 'i.e.', 'vs.', 'cf.']);

/** Stands for a space in code, which is one word. */
const JOINED = '\u00a0';

/** The sentences of a block; code counts as one word, and ends none. */
export function sentencesOf({ text, line }: Block): Sentence[] {
  const sentences: Sentence[] = [];
  let words: string[] = [];
  let begin = line;
  for (const [index, part] of withCodeJoined(text).replace(LINK, '$1').split('\n').entries()) {
    for (const word of part.split(' ').filter((one) => one !== '')) {
      if (isEnd(words.at(-1)) && /^[*"'(“$]*[`\p{Lu}\p{N}]/u.test(word)) {
        sentences.push(sentence(words, begin));
        words = [];
      }
      if (words.length === 0) begin = line + index;
      words.push(word);
    }
  }
  return words.length === 0 ? sentences : [...sentences, sentence(words, begin)];
}

function sentence(words: readonly string[], line: number): Sentence {
  const counted = words.filter((word) => /[\p{L}\p{N}]/u.test(word));
  return { line, text: words.join(' ').replaceAll(JOINED, ' '), words: counted.length };
}

function isEnd(word: string | undefined): boolean {
  if (word === undefined || ABBREVIATIONS.has(word.replace(/^\(/, ''))) return false;
  return /[.!?][*)"'”]*$/.test(word);
}

/** Code may be wrapped as words are: the ends of its lines stand behind it then. */
function withCodeJoined(text: string): string {
  return text.replace(CODE, (_, code: string) => {
    const lines = code.split('\n');
    return `\`${lines.join(' ').replaceAll(' ', JOINED)}\`${'\n'.repeat(lines.length - 1)}`;
  });
}

/** What a block's links lead to. */
export function linksOf({ text }: Block): string[] {
  return [...text.replace(CODE, '').matchAll(LINK)].map(([, , target = '']) => target);
}

/** What a block has as inline code. */
export function codeOf({ text }: Block): string[] {
  return [...text.matchAll(CODE)].map(([, code = '']) => code);
}

/** By what GitHub lets a heading be linked. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
    .replaceAll(' ', '-');
}
