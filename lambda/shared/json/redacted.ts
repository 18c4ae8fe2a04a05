/** Bytes of a stranger's answer that are looked at, whatever follows them. */
export const EXCERPT_BYTES = 1024;

/** Longer than the words by which a server says what is wrong with it; tokens and ids are longer. */
const LONGEST_WORD = 16;

/** What the local part of an address cannot hold unquoted. Ends what a cut may have gone through. */
const DELIMITERS = ' \t\r\n\f\v"(),:;<>[]';

/** What stands for an `@` in a URL or in JSON as well. */
const AT = /[@\uFF20\uFE6B]|%40|\\u0040|&#64;|&#x40;/i;

/**
 * What a stranger answered, as far as its first bytes tell, without what it may repeat.
 *
 * Where there was more, the last word is left out: of a cut address, number or token nothing would
 * tell what it is.
 */
export function excerptOf(beginning: Uint8Array, isWhole: boolean): string {
  if (isWhole) return redacted(Buffer.from(beginning).toString('utf8'));
  // A decoder that waits for more leaves a cut character out.
  const text = new TextDecoder().decode(beginning, { stream: true });
  return redacted(`${withoutLastWord(text)}…`);
}

function withoutLastWord(text: string): string {
  let end = text.length;
  while (end > 0 && !DELIMITERS.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** A text without numbers, addresses, tokens and ids. Takes time by its length, whatever it is. */
export function redacted(text: string): string {
  return text
    .replace(/[^\P{C}\n]|[\uFFFE\uFFFF]/gu, ' ')
    .replace(/\S+/g, (run) => (AT.test(run) ? '…' : run))
    .replace(/\p{N}+/gu, '#')
    .replace(/[\p{L}\p{M}#_+/=-]+/gu, (word) => (word.length > LONGEST_WORD ? '…' : word))
    .trim();
}
