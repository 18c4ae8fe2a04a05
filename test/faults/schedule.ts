import fc from 'fast-check';
import type { Release } from './bundles.ts';
import {
  CALL_FAULTS,
  HOST_FAULTS,
  type HostFault,
  OUTAGES,
  type Outage,
  type PointFault,
} from './fault-plan.ts';
import { FORGERIES, type Forgery } from './provider.ts';
import { KINDS, type Kind } from './update-parts.ts';

/** When each schedule begins: 2026-11-01T12:00:00Z */
export const START_MS = 1_793_534_400_000;

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** In ms since the schedule began. */
export interface Span {
  readonly fromMs: number;
  readonly durationMs: number;
}

/** A webhook's place in the schedule; it takes the next `size` updates. */
interface WebhookSpec {
  readonly size: number;
  readonly atMs: number;
  /** When it is delivered once more, for no reason. */
  readonly againAfterMs: number | undefined;
  /** Posted by somebody else; the updates then count for nothing. */
  readonly forgery: Forgery | undefined;
}

/** What an operator does with the dead letters, or with what is stored. */
export interface OperatorStep {
  readonly atMs: number;
  readonly kind: 'mend' | 'redrive' | 'resend' | 'replay';
  readonly choice: number;
}

/** All that can happen in one simulated week. */
export interface Schedule {
  /** Of latencies, jitter and the order of what happens at once. */
  readonly seed: number;
  readonly updates: readonly {
    readonly kind: Kind;
    readonly who: number;
    readonly variant: number;
    readonly ageMs: number;
    /** Whether the table refuses it until somebody mends that. */
    readonly isPoison: boolean;
  }[];
  readonly webhooks: readonly WebhookSpec[];
  readonly faults: readonly PointFault[];
  readonly outages: readonly Outage[];
  readonly hostFaults: readonly HostFault[];
  readonly operator: readonly OperatorStep[];
  /** Messages on the queue that are no events. */
  readonly strays: readonly { readonly atMs: number; readonly who: number }[];
  readonly deployment: Span | undefined;
  readonly rotation: { readonly atMs: number; readonly overlapMs: number } | undefined;
  readonly pollers: number;
  /** Which update kills the function that stores it, until somebody mends that. */
  readonly killer: number | undefined;
}

/** Most things happen in the first minutes, when others do; some days later. */
export const someTime = fc.oneof(
  { weight: 12, arbitrary: fc.nat(2 * MINUTE_MS) },
  { weight: 3, arbitrary: fc.nat(HOUR_MS) },
  { weight: 1, arbitrary: fc.nat(3 * DAY_MS) },
);
export const someDuration = fc.oneof(
  { weight: 30, arbitrary: fc.integer({ min: 500, max: 30_000 }) },
  { weight: 9, arbitrary: fc.integer({ min: 30_000, max: 10 * MINUTE_MS }) },
  { weight: 1, arbitrary: fc.integer({ min: 10 * MINUTE_MS, max: 2 * HOUR_MS }) },
);
/** True in so many of a hundred cases; shrinks to false. */
export const rarely = (share: number) =>
  fc.integer({ min: 0, max: 99 }).map((percent) => percent >= 100 - share);
export const maybe = <T>(share: number, arbitrary: fc.Arbitrary<T>) =>
  fc.oneof(
    { weight: 100 - share, arbitrary: fc.constant(undefined) },
    { weight: share, arbitrary },
  );

export const someKind = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom<Kind>('message', 'status') },
  { weight: 4, arbitrary: fc.constantFrom<Kind>('wasender-message', 'wasender-status') },
  { weight: 5, arbitrary: fc.constantFrom(...KINDS) },
);

const someUpdate = fc.record({
  kind: fc.oneof(
    { weight: 2, arbitrary: someKind },
    { weight: 1, arbitrary: fc.constant<Kind>('retold') },
  ),
  who: fc.nat(7),
  variant: fc.nat(255),
  ageMs: fc.nat(HOUR_MS),
  isPoison: rarely(3),
});

const someWebhook = fc.record({
  size: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 1, max: 5 }) },
    { weight: 2, arbitrary: fc.integer({ min: 12, max: 26 }) },
  ),
  atMs: someTime,
  againAfterMs: maybe(15, someTime),
  forgery: maybe(8, fc.constantFrom(...FORGERIES)),
});

const someFault: fc.Arbitrary<PointFault> = fc
  .oneof(
    {
      weight: 4,
      arbitrary: fc.record({ service: fc.constant('sqs' as const), call: fc.nat(24) }),
    },
    {
      weight: 5,
      arbitrary: fc.record({ service: fc.constant('dynamodb' as const), call: fc.nat(60) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        service: fc.constantFrom('s3' as const, 'secretsmanager' as const),
        call: fc.nat(3),
      }),
    },
  )
  .chain((where) =>
    fc.record({
      service: fc.constant(where.service),
      call: fc.constant(where.call),
      kind: fc.constantFrom(...CALL_FAULTS),
      delayMs: fc.integer({ min: 1, max: 90_000 }),
      shape: fc.nat(1023),
    }),
  );

const someOutage = fc.record({
  service: fc.constantFrom(
    ...(['sqs', 'dynamodb', 'dynamodb', 'invocations', 's3', 'secretsmanager'] as const),
  ),
  kind: fc.constantFrom(...OUTAGES),
  fromMs: someTime,
  durationMs: someDuration,
  shape: fc.nat(1023),
});

const someStep = fc.record({
  atMs: someTime,
  kind: fc.constantFrom('mend', 'redrive', 'resend', 'replay'),
  choice: fc.nat(63),
});

export const manyOf = <T>(one: fc.Arbitrary<T>, minLength: number, maxLength: number) =>
  fc.array(one, { minLength, maxLength, size: 'max' });

export const anySchedule: fc.Arbitrary<Schedule> = fc.record({
  seed: fc.nat(),
  updates: manyOf(someUpdate, 1, 82),
  webhooks: manyOf(someWebhook, 1, 14),
  faults: manyOf(someFault, 0, 16),
  outages: manyOf(someOutage, 0, 2),
  hostFaults: manyOf(
    fc.record({ kind: fc.constantFrom(...HOST_FAULTS), occasion: fc.nat(40) }),
    0,
    4,
  ),
  operator: manyOf(someStep, 0, 5),
  strays: fc.array(fc.record({ atMs: someTime, who: fc.nat(7) }), { maxLength: 2 }),
  deployment: maybe(40, fc.record({ fromMs: someTime, durationMs: someDuration })),
  rotation: maybe(40, fc.record({ atMs: someTime, overlapMs: fc.nat(DAY_MS) })),
  killer: maybe(3, fc.nat(40)),
  pollers: fc.integer({ min: 1, max: 5 }),
});

/** The releases that take invocations, so many ms after the schedule began. */
export function releasesAt(
  atMs: number,
  deployment: Span | undefined,
): readonly [Release, ...Release[]] {
  if (deployment === undefined || atMs < deployment.fromMs) return ['current'];
  return atMs < deployment.fromMs + deployment.durationMs ? ['current', 'next'] : ['next'];
}
