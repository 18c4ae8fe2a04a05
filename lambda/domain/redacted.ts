const KEPT = 1024;

/** Longer than the words by which a server says what is wrong with it; tokens and ids are longer. */
const LONGEST_WORD = 16;

/**
 * The beginning of what a stranger answered, without numbers, addresses, tokens and ids: it may
 * repeat what it was sent.
 */
export function redacted(text: string): string {
  return text
    .replace(/[^\P{C}\n]|[\uFFFE\uFFFF]/gu, ' ')
    .replace(/\S*@\S*/g, '…')
    .replace(/\p{N}+/gu, '#')
    .replace(/[\p{L}\p{M}#_+/=-]+/gu, (word) => (word.length > LONGEST_WORD ? '…' : word))
    .trim()
    .slice(0, KEPT)
    .toWellFormed();
}
