import fc from 'fast-check';
import {
  CALL_FAULTS,
  HOST_FAULTS,
  type HostFault,
  OUTAGES,
  type Outage,
  type PointFault,
} from '../fault-plan.ts';
import {
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  manyOf,
  maybe,
  rarely,
  type Span,
  someDuration,
  someKind,
  someTime,
} from '../schedule.ts';
import type { Kind } from '../update-parts.ts';
import { FILE_FATES, type FileFate } from './media-files.ts';

const FLAPS = [
  'refuses',
  /** Every other request. */
  'flickers',
  'refuses-all',
  'asks-to-wait',
  'limits',
  'limits-for-long',
  'hangs',
  'takes-and-refuses',
  'takes-and-hangs',
] as const;

/** An endpoint that does not do what it should for a while. */
export interface Flap extends Span {
  readonly kind: (typeof FLAPS)[number];
}

/** What somebody changes of a subscriber while its events go out. */
interface Change {
  readonly atMs: number;
  /** Undefined for another URL. */
  readonly wish: number | undefined;
}

export interface SubscriberSpec {
  readonly wish: number;
  readonly format: 'standard' | 'provider';
  readonly isOrdered: boolean;
  /** Whether its events go to a queue of its own, which never flaps. */
  readonly hasQueue: boolean;
  /** How its endpoint answers when it is well. */
  readonly manner: 'plain' | 'slow' | 'chatty';
  /** Whose events it answers 400, for ever. */
  readonly refusedContact: number | undefined;
  readonly concurrency: number | undefined;
  readonly ratePerSecond: number | undefined;
  readonly retryHours: number | undefined;
  readonly refusalIsFinal: boolean;
  readonly flaps: readonly Flap[];
  readonly pauses: readonly Span[];
  readonly changes: readonly Change[];
  /** When nobody can read its row. */
  readonly unreadable: Span | undefined;
  readonly removedAtMs: number | undefined;
  /** When it says that it wants no more. */
  readonly goneAtMs: number | undefined;
  /** One event that it refuses until then. */
  readonly refusal: { readonly event: number; readonly untilMs: number } | undefined;
}

/** What a crash or somebody's hand leaves behind. */
interface Accident {
  readonly kind: 'queue-left' | 'mapping-left' | 'mapping-removed';
  readonly atMs: number;
}

/** All that can happen to what was stored, on its way to subscribers, archive and files. */
export interface AfterTableSchedule {
  /** Of latencies, jitter and the order of what happens at once. */
  readonly seed: number;
  readonly updates: readonly {
    readonly kind: Kind;
    readonly who: number;
    readonly variant: number;
    readonly ageMs: number;
    readonly atMs: number;
    /** Of the file that comes with a message. */
    readonly file: FileFate | undefined;
  }[];
  /** Rows that nobody can read. */
  readonly unreadable: readonly { readonly atMs: number; readonly who: number }[];
  readonly subscribers: readonly SubscriberSpec[];
  readonly faults: readonly PointFault[];
  readonly outages: readonly Outage[];
  readonly hostFaults: readonly HostFault[];
  readonly accidents: readonly Accident[];
  /** Which of the prober's calls it does not survive. */
  readonly proberCrashes: readonly number[];
  /** Whose events are forgotten. */
  readonly forgetting: { readonly who: number; readonly atMs: number } | undefined;
  /** Whether nothing fails but endpoints and the prober, so that what is told goes out in time. */
  readonly isSteady: boolean;
  /** Messages that are none, on the queues of deliveries and of files. */
  readonly strays: readonly { readonly atMs: number; readonly isJob: boolean }[];
  readonly pollers: number;
  /** When nobody reads the stream, which forgets after a day. */
  readonly gap: Span | undefined;
  /** When the code of a reader of the stream is broken. */
  readonly broken: (Span & { readonly reader: 'router' | 'archiver' }) | undefined;
}

const someFault = fc
  .oneof(
    ...(
      [
        [6, 'sqs', 60],
        [8, 'dynamodb', 150],
        [4, 's3', 20],
        [3, 'endpoint', 60],
        [2, 'provider', 20],
        [1, 'secretsmanager', 4],
        [1, 'lambda', 30],
      ] as const
    ).map(([weight, service, calls]) => ({
      weight,
      arbitrary: fc.record({ service: fc.constant(service), call: fc.nat(calls) }),
    })),
  )
  .chain(({ service, call }) =>
    fc.record({
      ...{ service: fc.constant(service), call: fc.constant(call) },
      kind: fc.constantFrom(...CALL_FAULTS),
      delayMs: fc.integer({ min: 1, max: 90_000 }),
      shape: fc.nat(1023),
    }),
  );

const someOutage = fc.record({
  service: fc.constantFrom(
    ...([
      'sqs',
      'sqs',
      'dynamodb',
      'invocations',
      'lambda',
      's3',
      'secretsmanager',
      'endpoint',
      'provider',
    ] as const),
  ),
  kind: fc.constantFrom(...OUTAGES, 'partly', 'partly'),
  fromMs: someTime,
  durationMs: someDuration,
  shape: fc.nat(1023),
});

const aLongTime = fc.integer({ min: 4 * DAY_MS, max: 5 * DAY_MS });
/** Longer than a queue keeps anything. */
const forEver = fc.integer({ min: 15 * DAY_MS, max: 20 * DAY_MS });

/** Now and then longer than anything is tried. */
const someSpan = {
  fromMs: someTime,
  durationMs: fc.oneof(
    { weight: 60, arbitrary: someDuration },
    { weight: 3, arbitrary: aLongTime },
    { weight: 1, arbitrary: forEver },
  ),
};

export const someFlapKind = fc.constantFrom(...FLAPS);

const someFlap = fc.record({ kind: someFlapKind, ...someSpan });

export const someManner = fc.constantFrom('plain', 'plain', 'plain', 'slow', 'chatty');

/** What is refused for ever is not tried for days, in one group after another. */
const someSubscriber: fc.Arbitrary<SubscriberSpec> = fc
  .record({
    wish: fc.nat(2),
    format: fc.constantFrom('standard', 'provider'),
    isOrdered: rarely(80),
    hasQueue: rarely(20),
    manner: someManner,
    refusedContact: maybe(4, fc.nat(1)),
    concurrency: maybe(15, fc.integer({ min: 2, max: 13 })),
    ratePerSecond: maybe(15, fc.integer({ min: 1, max: 5 })),
    retryHours: maybe(20, fc.integer({ min: 1, max: 6 })),
    refusalIsFinal: rarely(10),
    flaps: fc.array(someFlap, { maxLength: 3 }),
    pauses: fc.array(fc.record(someSpan), { maxLength: 2 }),
    changes: fc.array(fc.record({ atMs: someTime, wish: maybe(60, fc.nat(2)) }), { maxLength: 2 }),
    unreadable: maybe(8, fc.record({ fromMs: someTime, durationMs: someDuration })),
    removedAtMs: maybe(5, someTime),
    goneAtMs: maybe(5, someTime),
    refusal: maybe(10, fc.record({ event: fc.nat(40), untilMs: someTime })),
  })
  .map((spec) => (spec.refusedContact === undefined ? spec : { ...spec, retryHours: 1 }));

const someUpdate = fc.record({
  kind: someKind,
  who: fc.nat(1),
  variant: fc.nat(255),
  ageMs: fc.nat(HOUR_MS / 2),
  atMs: someTime,
  file: maybe(
    40,
    fc.oneof(
      { weight: 7, arbitrary: fc.constant<FileFate>('plain') },
      { weight: 5, arbitrary: fc.constantFrom(...FILE_FATES) },
    ),
  ),
});

const someSchedule: fc.Arbitrary<AfterTableSchedule> = fc.record({
  seed: fc.nat(),
  updates: manyOf(someUpdate, 1, 60),
  unreadable: fc.array(fc.record({ atMs: someTime, who: fc.nat(5) }), { maxLength: 2 }),
  subscribers: fc.array(someSubscriber, { minLength: 1, maxLength: 3 }),
  faults: manyOf(someFault, 0, 16),
  outages: manyOf(someOutage, 0, 2),
  hostFaults: manyOf(
    fc.record({ kind: fc.constantFrom(...HOST_FAULTS), occasion: fc.nat(60) }),
    0,
    4,
  ),
  accidents: fc.array(
    fc.record({
      kind: fc.constantFrom('queue-left', 'mapping-left', 'mapping-removed'),
      atMs: someTime,
    }),
    { maxLength: 1 },
  ),
  proberCrashes: fc.constant([]),
  forgetting: fc.constant(undefined),
  isSteady: fc.constant(false),
  strays: fc.array(fc.record({ atMs: someTime, isJob: rarely(25) }), { maxLength: 2 }),
  pollers: fc.integer({ min: 1, max: 4 }),
  gap: maybe(
    10,
    fc.record({
      fromMs: fc.nat(10 * MINUTE_MS),
      durationMs: fc.integer({ min: 25 * HOUR_MS, max: 40 * HOUR_MS }),
    }),
  ),
  broken: maybe(
    10,
    fc.record({
      reader: fc.constantFrom('router', 'archiver'),
      fromMs: fc.nat(10 * MINUTE_MS),
      durationMs: fc.oneof(fc.nat(HOUR_MS), fc.integer({ min: 20 * HOUR_MS, max: 30 * HOUR_MS })),
    }),
  ),
});

export const anyAfterTableSchedule = someSchedule.map((schedule) =>
  schedule.gap === undefined
    ? schedule
    : { ...schedule, subscribers: schedule.subscribers.map(withoutLongest) },
);

/** Whoever catches up with a gap does so while the table still has it. */
function withoutLongest(spec: SubscriberSpec): SubscriberSpec {
  const shorter = <T extends Span>(span: T): T => ({
    ...span,
    durationMs: Math.min(span.durationMs, 5 * DAY_MS),
  });
  return { ...spec, flaps: spec.flaps.map(shorter), pauses: spec.pauses.map(shorter) };
}
