import fc from 'fast-check';
import { STEP_CONDITIONS, type StepCondition } from '../../../lambda/campaigns/campaign.ts';
import {
  CALL_FAULTS,
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
} from '../schedule.ts';

/** What somebody asks for: each goes out at most once, and comes to a known end. */
const CONTENTS = ['utility', 'marketing', 'code', 'text', 'wasender'] as const;

export interface MessageSpec {
  readonly content: (typeof CONTENTS)[number];
  /** Whose number ends in what decides what befalls the message. */
  readonly who: number;
  readonly isCampaign: boolean;
  readonly atMs: number;
  /** For how long it is of use. */
  readonly waitsMs: number | undefined;
  /** When it is asked for once more, with the same key. */
  readonly againAfterMs: number | undefined;
  readonly cancelledAfterMs: number | undefined;
  /** Whoever asks gives up after so many tries. */
  readonly patience: number | undefined;
}

export interface CampaignSpec {
  readonly atMs: number;
  readonly people: number;
  /** People of so many zones, one of which is quiet from the first minute on. */
  readonly zones: number;
  readonly maxPerSecond: number | undefined;
  /** Somebody pauses it, and resumes it. */
  readonly paused: Span | undefined;
  readonly cancelledAfterMs: number | undefined;
  /** What follows, and how long after. */
  readonly steps: readonly { readonly delayMs: number; readonly condition: StepCondition }[];
  /** When failures of it are asked to be offered again, as soon as it is finished. */
  readonly retriedAfterMs: number | undefined;
  /** The number whose line was taken out, since they were forgotten. */
  readonly forgotten: number | undefined;
}

/** Somebody whom the company's software puts into a triggered campaign. */
export interface TriggeredPerson {
  /** Whose number; two may be of one. */
  readonly who: number;
  readonly atMs: number;
  /** How much later the first message is due. */
  readonly waitsMs: number;
  /** The software is killed at a call, which may have been done, and asks again. */
  readonly killed: { readonly after: number; readonly isDone: boolean } | undefined;
  readonly removedAfterMs: number | undefined;
  readonly repliesAfterMs: number | undefined;
  readonly optsOutAfterMs: number | undefined;
}

export interface TriggeredSpec {
  readonly atMs: number;
  readonly people: readonly TriggeredPerson[];
  readonly steps: CampaignSpec['steps'];
  readonly maxPerSecond: number | undefined;
  readonly paused: Span | undefined;
  readonly cancelledAfterMs: number | undefined;
}

/** All that can happen while messages are sent. */
export interface SendingSchedule {
  /** Of latencies, jitter and the order of what happens at once. */
  readonly seed: number;
  readonly messages: readonly MessageSpec[];
  readonly campaigns: readonly CampaignSpec[];
  readonly triggered: readonly TriggeredSpec[];
  readonly faults: readonly PointFault[];
  readonly outages: readonly Outage[];
  readonly hostFaults: readonly HostFault[];
  /** The provider refuses its next sends with a code. */
  readonly refusals: readonly {
    readonly atMs: number;
    readonly code: number;
    readonly times: number;
  }[];
  /** The channel is paused by somebody. */
  readonly pauses: readonly Span[];
  /** The access token is refused, and then known again; another one takes its place, or the same is good again. */
  readonly tokenAway: (Span & { readonly isReplaced: boolean }) | undefined;
  /** When a wake is handed out a second time, while the first is worked at. */
  readonly doubledWakes: readonly number[];
  /** When the ticker is started once more. */
  readonly extraTicks: readonly number[];
  readonly deployment: Span | undefined;
  /** Functions that work at lanes at once. */
  readonly senders: number;
}

const someTime = fc.oneof(
  { weight: 12, arbitrary: fc.nat(MINUTE_MS) },
  { weight: 2, arbitrary: fc.nat(20 * MINUTE_MS) },
);

const someSpan = fc.record({ fromMs: someTime, durationMs: someDuration });

const someMessage = fc.record({
  content: fc.oneof(
    { weight: 6, arbitrary: fc.constant('utility' as const) },
    { weight: 3, arbitrary: fc.constantFrom(...CONTENTS) },
  ),
  who: fc.nat(15),
  isCampaign: rarely(50),
  atMs: someTime,
  waitsMs: maybe(
    15,
    fc.oneof(fc.integer({ min: 1000, max: 30_000 }), fc.integer({ min: 30_000, max: HOUR_MS })),
  ),
  againAfterMs: maybe(20, someTime),
  cancelledAfterMs: maybe(12, fc.nat(3000)),
  patience: maybe(8, fc.integer({ min: 1, max: 3 })),
});

const someSteps = manyOf(
  fc.record({
    delayMs: fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 1000, max: 5 * MINUTE_MS }) },
      { weight: 1, arbitrary: fc.nat(2 * HOUR_MS) },
    ),
    condition: fc.constantFrom(...STEP_CONDITIONS),
  }),
  0,
  2,
);

const someCampaign: fc.Arbitrary<CampaignSpec> = fc.record({
  atMs: fc.nat(MINUTE_MS),
  people: fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 50 }) },
    { weight: 1, arbitrary: fc.integer({ min: 50, max: 150 }) },
  ),
  zones: fc.integer({ min: 1, max: 3 }),
  maxPerSecond: maybe(20, fc.integer({ min: 1, max: 10 })),
  paused: maybe(30, fc.record({ fromMs: fc.nat(8000), durationMs: someDuration })),
  cancelledAfterMs: maybe(20, fc.nat(8000)),
  steps: someSteps,
  retriedAfterMs: maybe(10, fc.oneof(fc.nat(MINUTE_MS), fc.nat(2 * DAY_MS))),
  forgotten: maybe(20, fc.nat(20)),
});

const someMoment = fc.oneof(
  { weight: 3, arbitrary: fc.nat(10_000) },
  { weight: 1, arbitrary: fc.nat(20 * MINUTE_MS) },
);

const somebodyTriggered: fc.Arbitrary<TriggeredPerson> = fc.record({
  who: fc.nat(40),
  atMs: someTime,
  waitsMs: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.nat(10 * MINUTE_MS) },
  ),
  killed: maybe(20, fc.record({ after: fc.nat(12), isDone: fc.boolean() })),
  removedAfterMs: maybe(15, someMoment),
  repliesAfterMs: maybe(15, someMoment),
  optsOutAfterMs: maybe(5, someMoment),
});

const someTriggered: fc.Arbitrary<TriggeredSpec> = fc.record({
  atMs: fc.nat(MINUTE_MS),
  people: manyOf(somebodyTriggered, 1, 40),
  steps: someSteps,
  maxPerSecond: maybe(20, fc.integer({ min: 1, max: 10 })),
  paused: maybe(30, fc.record({ fromMs: fc.nat(MINUTE_MS), durationMs: someDuration })),
  cancelledAfterMs: maybe(15, fc.nat(2 * MINUTE_MS)),
});

/** Often enough at the calls that matter: those of the first minute. */
const someFault: fc.Arbitrary<PointFault> = fc
  .oneof(
    {
      weight: 5,
      arbitrary: fc.record({ service: fc.constant('dynamodb' as const), call: fc.nat(250) }),
    },
    {
      weight: 5,
      arbitrary: fc.record({ service: fc.constant('provider' as const), call: fc.nat(20) }),
    },
    { weight: 3, arbitrary: fc.record({ service: fc.constant('sqs' as const), call: fc.nat(40) }) },
    { weight: 1, arbitrary: fc.record({ service: fc.constant('ssm' as const), call: fc.nat(3) }) },
    { weight: 1, arbitrary: fc.record({ service: fc.constant('s3' as const), call: fc.nat(6) }) },
  )
  .chain((where) =>
    fc.record({
      service: fc.constant(where.service),
      call: fc.constant(where.call),
      kind: fc.constantFrom(...CALL_FAULTS, 'unreachable' as const),
      delayMs: fc.integer({ min: 1, max: 90_000 }),
      shape: fc.nat(1023),
    }),
  );

const someOutage = fc.record({
  service: fc.constantFrom(
    ...(['sqs', 'dynamodb', 'provider', 'provider', 'ssm', 'invocations'] as const),
  ),
  kind: fc.constantFrom(...OUTAGES),
  fromMs: someTime,
  durationMs: someDuration,
  shape: fc.nat(1023),
});

/** One of each class of errors, and the most frequent ones more often. */
const REFUSALS = [
  ...[130_429, 130_429, 131_056, 131_057, 131_016, 131_000, 131_000, 1, 2],
  ...[131_026, 131_048, 368, 131_031, 131_042, 133_010, 190, 10, 100, 132_001, 134_101, 555_555],
] as const;

export const anySendingSchedule: fc.Arbitrary<SendingSchedule> = fc.record({
  seed: fc.nat(),
  messages: manyOf(someMessage, 1, 30),
  campaigns: manyOf(someCampaign, 0, 2),
  faults: manyOf(someFault, 0, 14),
  outages: manyOf(someOutage, 0, 2),
  hostFaults: manyOf(
    fc.record({ kind: fc.constant('delete-lost' as const), occasion: fc.nat(30) }),
    0,
    2,
  ),
  refusals: manyOf(
    fc.record({
      atMs: someTime,
      code: fc.constantFrom(...REFUSALS),
      times: fc.integer({ min: 1, max: 8 }),
    }),
    0,
    3,
  ),
  pauses: manyOf(someSpan, 0, 1),
  tokenAway: maybe(
    15,
    fc.record({ fromMs: someTime, durationMs: someDuration, isReplaced: fc.boolean() }),
  ),
  doubledWakes: manyOf(someTime, 0, 2),
  extraTicks: manyOf(someTime, 0, 2),
  deployment: maybe(30, someSpan),
  senders: fc.integer({ min: 1, max: 3 }),
  triggered: manyOf(someTriggered, 0, 1),
});

/** Longer than anything that is asked for is waited for. */
export const LONGEST_MS = 9 * DAY_MS;
