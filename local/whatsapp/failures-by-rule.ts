/** The code of a message that reaches nobody. */
export const UNDELIVERABLE = 131_026;
const CAPPED = 131_049;

/** What befalls a message. */
export interface Misfortune {
  /** `lost`: the connection breaks; `server-error`: a proxy answers 500. @default 'given' */
  readonly answer?: 'lost' | 'server-error';
  /** Whether the answer takes its time. @default false */
  readonly isSlow?: boolean;
  /** False where the connection breaks before the message is taken. @default true */
  readonly isTaken?: boolean;
  /** The code with which it fails though it was taken. @default it does not for this reason */
  readonly fails?: number;
}

/** By the last digits of whom it is for. */
const BY_LAST_DIGITS: Readonly<Record<string, Misfortune>> = {
  13: { fails: UNDELIVERABLE },
  49: { fails: CAPPED },
  50: { isSlow: true },
  '00': { answer: 'lost' },
  '01': { isTaken: false },
  '02': { answer: 'server-error' },
  '03': { answer: 'lost', fails: UNDELIVERABLE },
};

export function misfortuneOf(recipient: string): Misfortune {
  return BY_LAST_DIGITS[recipient.slice(-2)] ?? {};
}
