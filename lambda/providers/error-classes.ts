import type { Provider } from '../events/event.ts';
import type { Refusal } from './send-answer.ts';

/** What a refusal means, whoever says it. */
type ErrorClass =
  | 'throughput'
  | 'pair-rate'
  | 'transient'
  | 'maintenance'
  | 'spam'
  | 'blocked'
  | 'locked'
  | 'payment'
  | 'token'
  | 'registration'
  | 'country'
  | 'recipient'
  | 'opted-out'
  | 'recipient-later'
  | 'window'
  | 'request'
  | 'template'
  | 'template-wait'
  | 'unknown'
  | 'unreachable';

/**
 * Whether a message that failed may be offered again, by somebody who wants that.
 *
 * - `now`: what stood in its way may be gone
 * - `later`: likewise, a day after it failed: the provider says that the recipient had enough for now
 * - `never`: it would fail again, or its recipient wants none
 */
export type Prospect = 'now' | 'later' | 'never';

const PROSPECTS: Readonly<Record<ErrorClass, Prospect>> = {
  ...{ throughput: 'now', 'pair-rate': 'now', transient: 'now', maintenance: 'now' },
  ...{ unreachable: 'now', unknown: 'now', 'template-wait': 'now' },
  // Nothing is sent until somebody has mended the channel.
  ...{ spam: 'now', blocked: 'now', locked: 'now', payment: 'now', token: 'now' },
  registration: 'now',
  'recipient-later': 'later',
  ...{ country: 'never', recipient: 'never', 'opted-out': 'never', window: 'never' },
  ...{ request: 'never', template: 'never' },
};

/** @param errorClass of an error that was kept, maybe by a release that knew others */
export function prospectOf(errorClass: string): Prospect {
  return PROSPECT_BY_NAME.get(errorClass) ?? 'never';
}

const PROSPECT_BY_NAME: ReadonlyMap<string, Prospect> = new Map(Object.entries(PROSPECTS));

/**
 * What follows for the message.
 *
 * - `retry`: another try, after a backoff
 * - `look`: likewise, after a minute in which its mark may come back: it may have gone out
 * - `pair`: another try after 4^X seconds, X being the tries before
 * - `wait`: another try, `waitSeconds` later
 * - `hold`: it waits until somebody resumes the channel
 * - `fail`: none
 */
type MessageEffect = 'retry' | 'look' | 'pair' | 'wait' | 'hold' | 'fail';

export interface ErrorEffect {
  readonly class: ErrorClass;
  readonly message: MessageEffect;
  /** Tries in all, before it fails. */
  readonly tries: number;
  readonly waitSeconds?: number;
  /** `slow`: half the rate for a while. `rest`: nothing for a while. */
  readonly lane?: 'slow' | 'rest';
  /** Nothing is sent from it until somebody resumes it. */
  readonly channel?: 'pause';
}

type Rule = readonly [effect: ErrorEffect, codes: readonly number[]];

const REST_SECONDS = 60;

/** For a request without a body of its own: what a throttle costs is nothing, so it may come often. */
const OFTEN = 50;

const THROUGHPUT: ErrorEffect = {
  class: 'throughput',
  message: 'retry',
  tries: OFTEN,
  lane: 'slow',
};
const TOKEN: ErrorEffect = { class: 'token', message: 'hold', tries: OFTEN, channel: 'pause' };
const REQUEST: ErrorEffect = { class: 'request', message: 'fail', tries: 1 };
const RECIPIENT: ErrorEffect = { class: 'recipient', message: 'fail', tries: 1 };
const TRANSIENT: ErrorEffect = { class: 'transient', message: 'retry', tries: 6 };
const UNKNOWN: ErrorEffect = { class: 'unknown', message: 'retry', tries: 4 };

/** No byte of the request left. */
export const UNREACHABLE: ErrorEffect = { class: 'unreachable', message: 'retry', tries: OFTEN };

function pausing(errorClass: ErrorClass): ErrorEffect {
  return { class: errorClass, message: 'hold', tries: OFTEN, channel: 'pause' };
}

function failing(errorClass: ErrorClass): ErrorEffect {
  return { class: errorClass, message: 'fail', tries: 1 };
}

function waiting(waitSeconds: number): ErrorEffect {
  return { class: 'template-wait', message: 'wait', tries: 6, waitSeconds };
}

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes */
const META: readonly Rule[] = [
  [THROUGHPUT, [130_429, 80_007, 4]],
  [{ class: 'pair-rate', message: 'pair', tries: 6 }, [131_056]],
  [TRANSIENT, [131_016, 133_004, 2_494_100]],
  [{ class: 'transient', message: 'look', tries: 4 }, [1, 2, 131_000]],
  [
    {
      class: 'maintenance',
      message: 'retry',
      tries: OFTEN,
      lane: 'rest',
      waitSeconds: REST_SECONDS,
    },
    [131_057],
  ],
  [pausing('spam'), [131_048]],
  [pausing('blocked'), [368]],
  [pausing('locked'), [131_031]],
  [pausing('payment'), [131_042]],
  [pausing('registration'), [131_045, 133_010, 131_037]],
  [TOKEN, [0, 3, 10, 190, 131_005]],
  [failing('country'), [130_497]],
  [RECIPIENT, [131_026, 130_403, 131_021, 131_030, 131_062, 33]],
  [failing('opted-out'), [131_050]],
  [failing('recipient-later'), [131_049, 130_472]],
  [failing('window'), [131_047]],
  [REQUEST, [100, 131_008, 131_009, 131_051, 131_052, 131_053, 131_055, 134_100, 135_000]],
  [
    failing('template'),
    [
      ...[131_063, 131_064, 132_000, 132_001, 132_005, 132_007, 132_008],
      ...[132_012, 132_015, 132_016, 132_018, 132_068],
    ],
  ],
  [waiting(600), [134_101, 132_069]],
  [waiting(300), [133_015]],
];

const WASENDER: readonly Rule[] = [
  [{ class: 'throughput', message: 'retry', tries: OFTEN, lane: 'rest' }, [429]],
  [TOKEN, [401, 403]],
  [{ class: 'payment', message: 'hold', tries: OFTEN, channel: 'pause' }, [402]],
  [REQUEST, [400, 404, 405, 413, 415, 422]],
];

const BY_CODE = { meta: byCode(META), wasender: byCode(WASENDER) };

function byCode(rules: readonly Rule[]): ReadonlyMap<number, ErrorEffect> {
  return new Map(rules.flatMap(([effect, codes]) => codes.map((code) => [code, effect] as const)));
}

/** For so long the mark of a message may come back that went out all the same, in ms. */
export const LOOK_MS = 60_000;

/** Whether a message that was refused by this code may have gone out all the same. */
export function mayHaveGoneOut(provider: Provider, code: number): boolean {
  return BY_CODE[provider].get(code)?.message === 'look';
}

/** What a refusal means for message, lane and channel. */
export function effectOf(provider: Provider, refusal: Refusal): ErrorEffect {
  const { code, isTransient, text } = refusal;
  const isOfPermissions = provider === 'meta' && code >= 200 && code <= 299;
  if (isOfPermissions) return TOKEN;
  // WasenderApi has one status for all that is wrong with a request.
  if (provider === 'wasender' && /\bjid\b.*\bexist/i.test(text)) return RECIPIENT;
  return BY_CODE[provider].get(code) ?? (isTransient ? TRANSIENT : UNKNOWN);
}
