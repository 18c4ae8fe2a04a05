/** Control characters, and those that turn the direction of what follows. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** What a stranger wrote, as it may be shown: whoever writes to the business must not command the terminal. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, '');
}
