import type { DynamoDBRecord } from 'aws-lambda';
import type { FaultPlan } from '../fault-plan.ts';
import type { Outcome, SimulatedFunction } from '../simulated-function.ts';
import type { VirtualTime } from '../virtual-time.ts';

export interface ShardOptions {
  readonly time: VirtualTime;
  readonly random: () => number;
  readonly faults: FaultPlan;
  readonly reader: SimulatedFunction;
  readonly batchSize: number;
  /** When the mapping is disabled, by the clock. */
  readonly disabled: { readonly from: number; readonly until: number };
}

interface Entry {
  readonly record: DynamoDBRecord;
  readonly writtenAt: number;
}

const POLL_MS = 250;
const STREAM_KEEPS_MS = 24 * 3_600_000;
const LONGEST_RETRY_MS = 60_000;

/** One shard of the change stream, and Lambda's event source mapping that reads it batch by batch. */
export class Shard {
  readonly #options: ShardOptions;
  #entries: Entry[] = [];
  #isReading = false;
  #tries = 0;

  constructor(options: ShardOptions) {
    this.#options = options;
  }

  add(record: DynamoDBRecord): void {
    const { time, disabled } = this.#options;
    this.#entries.push({ record, writtenAt: time.now });
    if (this.#isReading) return;
    this.#isReading = true;
    const isDisabled = time.now >= disabled.from && time.now < disabled.until;
    time.after(isDisabled ? disabled.until - time.now : POLL_MS, () => this.#read());
  }

  #read(): void {
    const { time, random, batchSize, disabled, reader, faults } = this.#options;
    if (time.now >= disabled.from && time.now < disabled.until) {
      time.after(disabled.until - time.now, () => this.#read());
      return;
    }
    this.#entries = this.#entries.filter(({ writtenAt }) => time.now - writtenAt < STREAM_KEEPS_MS);
    const batch = this.#entries.slice(0, 1 + Math.floor(random() * batchSize));
    this.#isReading = batch.length > 0;
    if (!this.#isReading) return;
    reader.invoke({ Records: batch.map(({ record }) => record) }, (outcome) => {
      const isHeard = outcome.ok && !faults.hits('answer-lost');
      const done = isHeard ? doneOf(batch, outcome) : 0;
      this.#entries.splice(0, done);
      this.#tries = done > 0 ? 0 : this.#tries + 1;
      const retryMs = Math.min(1000 * 2 ** this.#tries, LONGEST_RETRY_MS);
      time.after(done > 0 ? POLL_MS : retryMs, () => this.#read());
    });
  }
}

/** How many records of a batch need not come again: those before the one that the answer names. */
function doneOf(batch: readonly Entry[], { result }: Outcome & { readonly ok: true }): number {
  const failures: unknown = Object(result)['batchItemFailures'];
  if (!Array.isArray(failures)) throw new Error('the router answers no batch response');
  const places = failures.map((failure) => {
    const id: unknown = Object(failure)['itemIdentifier'];
    const place = batch.findIndex(({ record }) => record.dynamodb?.SequenceNumber === id);
    if (place === -1) throw new Error('the router returns a record that it did not get');
    return place;
  });
  return Math.min(batch.length, ...places);
}
