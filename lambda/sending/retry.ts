import type { Provider } from '../events/event.ts';
import { type ErrorEffect, effectOf, LOOK_MS, UNREACHABLE } from '../providers/error-classes.ts';
import type { Refusal } from '../providers/send-answer.ts';
import { present } from '../shared/json/fields.ts';
import { retryDelaySeconds } from '../shared/queue/backoff.ts';
import type { SendError } from '../table/outgoing-record.ts';
import type { WaitingRow } from './outbox-table.ts';

/** An answer by which the provider certainly did not take the message. */
export type NotTaken =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'unsent'; readonly fault: string };

/** What follows. */
export interface Retry {
  readonly effect: ErrorEffect;
  readonly error: SendError;
  /** How it waits for the next try; undefined where there is none. */
  readonly again?: Partial<Pick<WaitingRow, 'dueAt'>> & {
    readonly attempt: number;
    readonly notBefore: number;
  };
  /** Nothing goes out of the lane until then, in ms since 1970. */
  readonly restUntil?: number;
}

/** What waits longer gives up its place, and lets the contact's others pass. */
const HOLDS_PLACE_MS = 290_000;
const CAP_SECONDS = 60;
const REST_SECONDS = 10;

/**
 * @param attempt and how many came before the message was offered again, which do not count
 * @param random from 0 up to 1
 */
export function retryAfter(
  provider: Provider,
  answer: NotTaken,
  { attempt: last, before }: { readonly attempt: number; readonly before: number },
  now: number,
  random: number,
): Retry {
  const attempt = last - before;
  const refusal = answer.kind === 'refused' ? answer.refusal : undefined;
  const effect = refusal === undefined ? UNREACHABLE : effectOf(provider, refusal);
  const error: SendError = {
    class: effect.class,
    ...(refusal !== undefined && { code: String(refusal.code), text: refusal.text }),
  };
  const told = refusal?.retryAfterSeconds ?? 0;
  const restSeconds =
    effect.lane === 'rest' ? told || effect.waitSeconds || REST_SECONDS : undefined;
  const restUntil = restSeconds === undefined ? undefined : now + restSeconds * 1000;
  if (effect.message === 'fail' || attempt >= effect.tries) {
    return { effect, error, ...present({ restUntil }) };
  }
  const seconds = Math.max(told, waitSeconds(effect, attempt, random));
  const notBefore = Math.round(now + seconds * 1000);
  const isMoved = seconds * 1000 > HOLDS_PLACE_MS;
  const again = { attempt: last + 1, notBefore, ...(isMoved && { dueAt: notBefore }) };
  return { effect, error, again, ...present({ restUntil }) };
}

function waitSeconds(
  { message, waitSeconds: told = 0 }: ErrorEffect,
  attempt: number,
  random: number,
) {
  switch (message) {
    case 'pair':
      return 4 ** (attempt - 1);
    case 'look':
      return LOOK_MS / 1000;
    case 'wait':
      return told;
    case 'hold':
      return 0;
    default:
      return retryDelaySeconds(attempt, random, CAP_SECONDS);
  }
}
