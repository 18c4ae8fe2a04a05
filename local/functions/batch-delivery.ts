import type { DynamoDBStreamEvent } from 'aws-lambda';
import type { StreamedChange } from '../aws/change-stream.ts';
import type { LocalClock } from '../clock.ts';
import type { InvocationResult } from './execution-environment.ts';
import { reportedFailures } from './reported-failures.ts';

/** What a function did not take, in the words of Lambda's record of it. */
export interface DiscardedBatch {
  readonly changes: readonly StreamedChange[];
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  /** Invocations with these changes. */
  readonly invokeCount: number;
  /** What came of the last; undefined where there was none. */
  readonly invoked: InvocationResult | undefined;
}

export interface BatchDeliveryOptions {
  readonly clock: Pick<LocalClock, 'now' | 'sleep'>;
  readonly reportsBatchItemFailures: boolean;
  /** Whether a batch that failed is tried again in two halves. */
  readonly bisectsBatch: boolean;
  /** How often more than once. */
  readonly maximumRetryAttempts: number;
  readonly maximumRecordAgeMs: number;
  readonly invoke: (event: DynamoDBStreamEvent) => Promise<InvocationResult>;
  readonly discard: (batch: DiscardedBatch) => Promise<void>;
  readonly onBatch?: (changes: number, failed: number) => void;
}

interface Attempt {
  readonly changes: readonly StreamedChange[];
  /** Of the first of these changes. */
  readonly failures: number;
  readonly invoked: InvocationResult | undefined;
}

/** As long as a stream keeps its records. */
const STREAM_RETENTION_MS = 24 * 3_600_000;
const FIRST_BACKOFF_MS = 200;
const LONGEST_BACKOFF_MS = 30_000;

/** Hands changes to a function again and again, until it takes them or they are given up. */
export class BatchDelivery {
  readonly #options: BatchDeliveryOptions;
  readonly #signal: AbortSignal;
  readonly #onSettled: (changes: number) => void;

  /** Hears how many changes were taken or given up. The signal ends what would go on. */
  constructor(
    options: BatchDeliveryOptions,
    signal: AbortSignal,
    onSettled: (changes: number) => void,
  ) {
    this.#options = options;
    this.#signal = signal;
    this.#onSettled = onSettled;
  }

  async deliver(
    changes: readonly StreamedChange[],
    tried: Omit<Attempt, 'changes'> = { failures: 0, invoked: undefined },
  ): Promise<void> {
    let attempt: Attempt | undefined = { ...tried, changes };
    while (attempt !== undefined && !this.#signal.aborted) attempt = await this.#try(attempt);
  }

  /** Returns what to try next, if anything. */
  async #try(attempt: Attempt): Promise<Attempt | undefined> {
    const changes = await this.#giveUpOld(attempt);
    if (changes.length === 0) return undefined;
    const invoked = await this.#options.invoke({ Records: changes.map(({ record }) => record) });
    const taken = this.#taken(changes, invoked);
    this.#options.onBatch?.(changes.length, changes.length - taken);
    this.#onSettled(taken);
    const left = changes.slice(taken);
    if (left.length === 0) return undefined;
    if (taken === 0 && left.length > 1 && this.#options.bisectsBatch) {
      return this.#deliverHalves({ changes: left, failures: attempt.failures, invoked });
    }
    const next = { changes: left, failures: taken > 0 ? 1 : attempt.failures + 1, invoked };
    if (next.failures > this.#options.maximumRetryAttempts) {
      return this.#giveUp(next, 'RetryAttemptsExhausted');
    }
    await this.#backOff(next);
    return next;
  }

  /** Halving counts as no try. */
  async #deliverHalves(attempt: Attempt): Promise<undefined> {
    const { changes, ...tried } = attempt;
    const middle = Math.ceil(changes.length / 2);
    await this.#backOff(attempt);
    await this.deliver(changes.slice(0, middle), tried);
    await this.deliver(changes.slice(middle), tried);
  }

  /** How many at the beginning need not be handed over again: those before the first that failed. */
  #taken(changes: readonly StreamedChange[], invoked: InvocationResult): number {
    const all = new Set(changes.map(({ sequenceNumber }) => sequenceNumber));
    const failed = reportedFailures(invoked, all, this.#options.reportsBatchItemFailures);
    const first = changes.findIndex(({ sequenceNumber }) => failed.has(sequenceNumber));
    return first < 0 ? changes.length : first;
  }

  /** What is too old is given up; what has left the stream before is lost. Returns the others. */
  async #giveUpOld(attempt: Attempt): Promise<readonly StreamedChange[]> {
    const { changes } = attempt;
    const { clock, maximumRecordAgeMs } = this.#options;
    const oldest = clock.now() - Math.min(maximumRecordAgeMs, STREAM_RETENTION_MS);
    const young = changes.findIndex(({ at }) => at >= oldest);
    const count = young < 0 ? changes.length : young;
    if (count === 0) return changes;
    const old = { ...attempt, changes: changes.slice(0, count) };
    if (maximumRecordAgeMs < STREAM_RETENTION_MS) await this.#giveUp(old, 'RecordAgeExceeded');
    else this.#onSettled(count);
    return changes.slice(count);
  }

  async #giveUp(attempt: Attempt, condition: DiscardedBatch['condition']): Promise<undefined> {
    const { changes, failures: invokeCount, invoked } = attempt;
    await this.#options.discard({ changes, condition, invokeCount, invoked });
    this.#onSettled(changes.length);
  }

  #backOff({ failures }: Attempt): Promise<void> {
    const ms = Math.min(FIRST_BACKOFF_MS * 2 ** Math.max(failures - 1, 0), LONGEST_BACKOFF_MS);
    return this.#options.clock.sleep(ms, this.#signal);
  }
}
