/** What came back for a request to a provider. */
export type Exchange =
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** The header `retry-after`. */
      readonly retryAfter: string | undefined;
      /** Undefined where it was no JSON. */
      readonly json: unknown;
    }
  /** Refused, or broken, before a byte of the request left. */
  | { readonly kind: 'unsent'; readonly fault: string }
  /** The request may have come in; no answer came, or none that can be read. */
  | { readonly kind: 'lost'; readonly fault: string };

/** Why a provider does not send a message. */
export interface Refusal {
  /** Graph's code, or the status of WasenderApi's answer. */
  readonly code: number;
  /** In the provider's words. */
  readonly text: string;
  /** Whether the provider says that it may pass. */
  readonly isTransient: boolean;
  readonly retryAfterSeconds: number | undefined;
}

/** What a provider says of one message that it was asked to send. */
export type SendAnswer =
  | {
      readonly kind: 'accepted';
      readonly wamid: string | undefined;
      /** WasenderApi's number of it, which stands for the wamid until that is known. */
      readonly msgId: string | undefined;
      /** Meta looks at the template first. */
      readonly isHeld: boolean;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'unsent'; readonly fault: string }
  | { readonly kind: 'lost'; readonly fault: string };

const MAX_WORDS = 500;

/** A provider's words as they are kept with the message. */
export function wordsOf(...texts: readonly unknown[]): string {
  const words = texts.filter((text) => typeof text === 'string' && text !== '');
  return [...new Set(words)].join(': ').slice(0, MAX_WORDS);
}

/** Seconds; a date says no more than that it is too soon. */
export function secondsOf(told: unknown): number | undefined {
  const seconds = typeof told === 'string' && /^\d{1,6}$/.test(told) ? Number(told) : told;
  return typeof seconds === 'number' && seconds >= 0 && seconds < 1_000_000 ? seconds : undefined;
}
