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
  someDuration,
  someKind,
  someTime,
} from '../schedule.ts';
import type { Kind } from '../update-parts.ts';
import { FILE_FATES, type FileFate } from './media-files.ts';

/** In ms since the schedule began. */
export interface Span {
  readonly fromMs: number;
  readonly durationMs: number;
}

const FLAPS = [
  'refuses',
  /** Every other request. */
  'flickers',
  'asks-to-wait',
  'hangs',
  'takes-and-refuses',
  'takes-and-hangs',
] as const;

/** An endpoint that does not do what it should for a while. */
export interface Flap extends Span {
  readonly kind: (typeof FLAPS)[number];
}

interface SubscriberSpec {
  readonly wish: number;
  readonly format: 'standard' | 'provider';
  readonly isOrdered: boolean;
  /** Whether its events go to a queue of its own, which never flaps. */
  readonly hasQueue: boolean;
  readonly concurrency: number | undefined;
  readonly ratePerSecond: number | undefined;
  readonly flaps: readonly Flap[];
  readonly pauses: readonly Span[];
  /** When it says that it wants no more. */
  readonly goneAtMs: number | undefined;
  /** One event that it refuses until then. */
  readonly refusal: { readonly event: number; readonly untilMs: number } | undefined;
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

/** Now and then longer than anything is tried. */
const someSpan = {
  fromMs: someTime,
  durationMs: fc.oneof(
    { weight: 20, arbitrary: someDuration },
    { weight: 1, arbitrary: aLongTime },
  ),
};

const someFlap = fc.record({ kind: fc.constantFrom(...FLAPS), ...someSpan });

const someSubscriber: fc.Arbitrary<SubscriberSpec> = fc.record({
  wish: fc.nat(2),
  format: fc.constantFrom('standard', 'provider'),
  isOrdered: rarely(80),
  hasQueue: rarely(20),
  concurrency: maybe(15, fc.integer({ min: 1, max: 3 })),
  ratePerSecond: maybe(15, fc.integer({ min: 1, max: 5 })),
  flaps: fc.array(someFlap, { maxLength: 3 }),
  pauses: fc.array(fc.record(someSpan), { maxLength: 2 }),
  goneAtMs: maybe(5, someTime),
  refusal: maybe(10, fc.record({ event: fc.nat(40), untilMs: someTime })),
});

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

export const anyAfterTableSchedule: fc.Arbitrary<AfterTableSchedule> = fc.record({
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
