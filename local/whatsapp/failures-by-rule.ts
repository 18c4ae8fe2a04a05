/**
 * What befalls a message by the last digits of whom it is for.
 *
 * - `undeliverable`: it fails with 131026
 * - `capped`: it fails with 131049
 * - `slow`: the answer takes its time
 * - `answer-lost`: it is taken, and the connection breaks
 * - `answer-lost-undeliverable`: it is taken, the connection breaks, and it fails with 131026
 * - `request-lost`: the connection breaks before it is taken
 * - `server-error`: it is taken, and a proxy answers 500
 */
export type Misfortune =
  | 'undeliverable'
  | 'capped'
  | 'slow'
  | 'answer-lost'
  | 'answer-lost-undeliverable'
  | 'request-lost'
  | 'server-error';

const BY_LAST_DIGITS: Readonly<Record<string, Misfortune>> = {
  13: 'undeliverable',
  49: 'capped',
  50: 'slow',
  '00': 'answer-lost',
  '01': 'request-lost',
  '02': 'server-error',
  '03': 'answer-lost-undeliverable',
};

export function misfortuneOf(recipient: string): Misfortune | undefined {
  return BY_LAST_DIGITS[recipient.slice(-2)];
}

export function losesAnswer(misfortune: Misfortune | undefined): boolean {
  return misfortune === 'answer-lost' || misfortune === 'answer-lost-undeliverable';
}

export function isUndeliverable(misfortune: Misfortune | undefined): boolean {
  return misfortune === 'undeliverable' || misfortune === 'answer-lost-undeliverable';
}

/** How the answer to a message ends, as the ledger has it. */
export function answerTo(misfortune: Misfortune | undefined): 'given' | 'lost' | 'server-error' {
  if (losesAnswer(misfortune)) return 'lost';
  return misfortune === 'server-error' ? misfortune : 'given';
}
