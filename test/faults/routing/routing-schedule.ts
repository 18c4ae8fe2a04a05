import fc from 'fast-check';
import {
  CALL_FAULTS,
  type HostFault,
  OUTAGES,
  type Outage,
  type PointFault,
} from '../fault-plan.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** All that can happen to the changes of a table on their way to the deliveries queue. */
export interface RoutingSchedule {
  readonly seed: number;
  /** Writes, each to a row of somebody; and rows that nobody can read. */
  readonly writes: readonly {
    readonly kind: 'message' | 'status' | 'participant' | 'again' | 'unreadable';
    readonly who: number;
    readonly atMs: number;
  }[];
  readonly shards: number;
  readonly batchSize: number;
  readonly faults: readonly PointFault[];
  readonly outages: readonly Outage[];
  readonly hostFaults: readonly HostFault[];
  /** How long nobody reads the stream, from its second minute on. */
  readonly disabledMs: number;
}

const someTime = fc.oneof(
  { weight: 8, arbitrary: fc.nat(5 * MINUTE_MS) },
  { weight: 2, arbitrary: fc.nat(30 * HOUR_MS) },
);

const someWrite = fc.record({
  kind: fc.constantFrom(
    ...(['message', 'message', 'status', 'status', 'participant', 'again', 'unreadable'] as const),
  ),
  who: fc.nat(5),
  atMs: someTime,
});

const someFault = fc.record({
  service: fc.constantFrom('sqs' as const, 'sqs' as const, 'dynamodb' as const, 's3' as const),
  call: fc.nat(30),
  kind: fc.constantFrom(...CALL_FAULTS),
  delayMs: fc.integer({ min: 1, max: 90_000 }),
  shape: fc.nat(1023),
});

const someOutage = fc.record({
  service: fc.constantFrom('sqs' as const, 'dynamodb' as const, 'lambda' as const, 's3' as const),
  kind: fc.constantFrom(...OUTAGES),
  fromMs: someTime,
  durationMs: fc.nat(HOUR_MS),
});

const someHostFault = fc.record({
  kind: fc.constant('answer-lost' as const),
  occasion: fc.nat(20),
});

export const anyRoutingSchedule: fc.Arbitrary<RoutingSchedule> = fc.record({
  seed: fc.nat(),
  writes: fc.array(someWrite, { minLength: 1, maxLength: 90, size: 'max' }),
  shards: fc.integer({ min: 1, max: 3 }),
  batchSize: fc.constantFrom(3, 10, 100),
  faults: fc.array(someFault, { maxLength: 16, size: 'max' }),
  outages: fc.array(someOutage, { maxLength: 2 }),
  hostFaults: fc.array(someHostFault, { maxLength: 4 }),
  disabledMs: fc.constant(0),
});

/** A day and more of which the stream keeps nothing. */
export const aGap: fc.Arbitrary<RoutingSchedule> = anyRoutingSchedule.chain((schedule) =>
  fc
    .integer({ min: 25 * HOUR_MS, max: 40 * HOUR_MS })
    .map((disabledMs) => ({ ...schedule, disabledMs })),
);
