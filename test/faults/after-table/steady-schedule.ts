import fc from 'fast-check';
import { MINUTE_MS, maybe, rarely } from '../schedule.ts';
import type { Kind } from '../update-parts.ts';
import { MOST_SUBSCRIBERS } from './queues.ts';
import {
  type AfterTableSchedule,
  type SubscriberSpec,
  someFlapKind,
  someManner,
} from './schedule.ts';

const CONTACTS = 6;
/** Of whom there is nothing but messages. */
const FORGOTTEN = CONTACTS - 1;
/** Twice what comes: half load. */
const LEAST_RATE = 3;

/** What everybody has who is not otherwise. */
const PLAIN: SubscriberSpec = {
  ...{ wish: 0, format: 'standard', isOrdered: true, hasQueue: false, manner: 'plain' },
  ...{ refusedContact: undefined, concurrency: undefined, ratePerSecond: undefined },
  ...{ retryHours: undefined, refusalIsFinal: false, flaps: [], pauses: [], changes: [] },
  ...{ unreadable: undefined, removedAtMs: undefined, goneAtMs: undefined, refusal: undefined },
};

/** While events keep coming. */
const soon = fc.integer({ min: 10_000, max: 6 * MINUTE_MS });
const someSpan = fc.record({
  fromMs: soon,
  durationMs: fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 2000, max: 30_000 }) },
    { weight: 5, arbitrary: fc.integer({ min: 30_000, max: 6 * MINUTE_MS }) },
    { weight: 1, arbitrary: fc.integer({ min: 12 * MINUTE_MS, max: 40 * MINUTE_MS }) },
  ),
});
const someFlap = fc.tuple(someFlapKind, someSpan).map(([kind, span]) => ({ ...span, kind }));

/** One oddity each, as each of them is to harm nobody else. */
const someOdd: fc.Arbitrary<Partial<SubscriberSpec>> = fc.oneof(
  fc.record({ manner: someManner }),
  fc.record({
    refusedContact: fc.nat(CONTACTS - 1),
    retryHours: fc.constant(1),
    refusalIsFinal: rarely(50),
  }),
  fc.record({ flaps: fc.array(someFlap, { minLength: 1, maxLength: 2 }) }),
  fc.record({ pauses: fc.array(someSpan, { minLength: 1, maxLength: 2 }) }),
  // What waits through a pause comes to many functions at once.
  fc.record({
    ratePerSecond: fc.integer({ min: LEAST_RATE, max: 8 }),
    pauses: fc.array(someSpan, { minLength: 1, maxLength: 1 }),
  }),
  fc.record({ concurrency: fc.integer({ min: 2, max: 13 }) }),
  fc.record({
    changes: fc.array(fc.record({ atMs: soon, wish: maybe(50, fc.nat(2)) }), { maxLength: 3 }),
  }),
  fc.record({ unreadable: someSpan }),
  fc.record({ removedAtMs: soon }),
  fc.record({ goneAtMs: soon }),
  fc.record({ hasQueue: fc.constant(true) }),
);

const someSubscriber = fc
  .tuple(fc.nat(2), rarely(85), fc.array(someOdd, { maxLength: 2 }))
  .map(([wish, isOrdered, odd]) => ({ ...PLAIN, wish, isOrdered, ...Object.assign({}, ...odd) }));

/** Events that keep coming, and endpoints each bad in its way: all else works, but for the prober. */
export const anySteadySchedule: fc.Arbitrary<AfterTableSchedule> = fc
  .record({
    seed: fc.nat(),
    traffic: fc.array(
      fc.record({
        who: fc.nat(CONTACTS - 1),
        isStatus: rarely(30),
        variant: fc.nat(254),
        gapMs: fc.integer({ min: 200, max: 4000 }),
      }),
      { minLength: 30, maxLength: 160, size: 'max' },
    ),
    subscribers: fc.array(someSubscriber, { minLength: 2, maxLength: MOST_SUBSCRIBERS - 1 }),
    isForgotten: rarely(25),
    proberCrashes: fc.array(fc.nat(120), { maxLength: 3 }),
  })
  .map(({ seed, traffic, subscribers, isForgotten, proberCrashes }) => {
    let atMs = 0;
    const updates = traffic.map(({ who, isStatus, variant, gapMs }) => {
      atMs += gapMs;
      const kind: Kind = isStatus && who !== FORGOTTEN ? 'status' : 'message';
      return { kind, who, variant, ageMs: 0, atMs, file: undefined };
    });
    // Who is to be forgotten has something waiting: for a subscriber that is paused for long.
    const waiting = isForgotten ? [{ ...PLAIN, pauses: FORGETFUL_PAUSES }] : [];
    return {
      ...{ seed, updates, subscribers: [...subscribers, ...waiting], proberCrashes },
      forgetting: isForgotten ? { who: FORGOTTEN, atMs: FORGOTTEN_MS } : undefined,
      ...{ unreadable: [], faults: [], outages: [], hostFaults: [], strays: [], accidents: [] },
      ...{ pollers: 4, gap: undefined, broken: undefined, isSteady: true },
    };
  });

const FORGOTTEN_MS = 8 * MINUTE_MS;
const FORGETFUL_PAUSES = [{ fromMs: 5000, durationMs: 25 * MINUTE_MS }];
