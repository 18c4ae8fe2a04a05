import type { DynamoDBRecord } from 'aws-lambda';
import { toItem } from '../../../lambda/table/stored-rows.ts';
import type { StreamedChange } from '../../../local/aws/change-stream.ts';
import type { InvocationResult } from '../../../local/functions/execution-environment.ts';
import { ShardReader } from '../../../local/functions/shard-reader.ts';
import { changeRecord } from '../../support/change-records.ts';
import type { FaultPlan } from '../fault-plan.ts';
import type { SimulatedFunction } from '../simulated-function.ts';
import type { RowChange } from '../table.ts';
import type { VirtualTime } from '../virtual-time.ts';
import { DEPLOYED } from './deployed.ts';

export interface StreamReaderOptions {
  readonly time: VirtualTime;
  readonly faults: FaultPlan;
  readonly reader: SimulatedFunction;
  readonly mapping: (typeof DEPLOYED.readers)[keyof typeof DEPLOYED.readers];
  /** When the mapping is disabled. Ends are not included. Times are in ms since 1970. */
  readonly disabled: TimeSpan | undefined;
  /** When each invocation fails. */
  readonly broken: TimeSpan | undefined;
  /** Takes what was given up before the stream would forget it. */
  readonly setAside: (records: readonly DynamoDBRecord[]) => void;
}

interface TimeSpan {
  readonly from: number;
  readonly until: number;
}

const SHARDS = 2;
const STREAM_KEEPS_MS = 24 * 3_600_000;

/** Lambda's event source mapping of one function, as the local stack has it, over virtual time. */
export class StreamReader {
  readonly #options: StreamReaderOptions;
  readonly #shards: readonly ShardReader[];
  #held: StreamedChange[] = [];

  constructor(options: StreamReaderOptions) {
    this.#options = options;
    const { mapping, setAside } = options;
    const { batchSize, batchingWindow, reportsBatchItemFailures } = mapping;
    const batchingWindowMs = 1000 * batchingWindow;
    this.#shards = Array.from(
      { length: SHARDS },
      () =>
        new ShardReader({
          ...{ clock: clockOf(options.time), batchSize, batchingWindowMs },
          ...{ reportsBatchItemFailures, bisectsBatch: false },
          ...{
            maximumRetryAttempts: Infinity,
            maximumRecordAgeMs: 1000 * DEPLOYED.maximumRecordAge,
          },
          invoke: (event) => this.#invoke(event),
          discard: async ({ changes }) => setAside(changes.map(({ record }) => record)),
        }),
    );
    for (const shard of this.#shards) void shard.run();
  }

  add(change: StreamedChange): void {
    const { time, disabled } = this.#options;
    if (!isDuring(disabled, time.now)) {
      this.#hand(change);
      return;
    }
    this.#held.push(change);
    if (this.#held.length === 1) time.after(disabled.until - time.now, () => this.#resume());
  }

  /** What is too old by then is gone. */
  #resume(): void {
    const { time } = this.#options;
    const oldest = time.now - STREAM_KEEPS_MS;
    const held = this.#held.filter(({ at }) => at > oldest);
    this.#held = [];
    for (const change of held) this.#hand(change);
  }

  #hand(change: StreamedChange): void {
    this.#shards[Number(change.shardId)]?.add(change);
  }

  #invoke(event: object): Promise<InvocationResult> {
    const { time, faults, reader, broken } = this.#options;
    return new Promise((resolve) => {
      const fail = () => resolve({ ok: false, reason: 'error', detail: '' });
      if (isDuring(broken, time.now)) {
        time.after(10, fail);
        return;
      }
      reader.invoke(event, (outcome) => {
        if (!outcome.ok || faults.hits('answer-lost', time.now)) fail();
        else resolve(outcome);
      });
    });
  }
}

function isDuring(span: TimeSpan | undefined, now: number): span is TimeSpan {
  return span !== undefined && now >= span.from && now < span.until;
}

function clockOf(time: VirtualTime) {
  return {
    now: () => time.now,
    sleep: (ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        const end = () => {
          cancel();
          signal.removeEventListener('abort', end);
          resolve();
        };
        const cancel = Number.isFinite(ms) ? time.after(ms, end) : () => undefined;
        if (signal.aborted) end();
        else signal.addEventListener('abort', end);
      }),
  };
}

/** A change, and which of the two mappings let it through. */
export interface LoggedChange {
  readonly change: StreamedChange;
  readonly readers: 'both' | 'router';
}

/** Makes the records of a table's changes that the mappings let through. */
export class ChangeLog {
  readonly #now: () => number;
  #records = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Undefined for a change that tells of no event. */
  recordOf({ pk, before, after }: RowChange): LoggedChange | undefined {
    this.#records += 1;
    const images = [before && toItem(before), after && toItem(after)] as const;
    const record = changeRecord(this.#records, ...images, this.#now());
    const readers = readersOf(record);
    if (readers === undefined) return undefined;
    const change = {
      shardId: String((pk.codePointAt(pk.length - 2) ?? 0) % SHARDS),
      sequenceNumber: record.dynamodb?.SequenceNumber ?? '',
      at: this.#now(),
      record,
      bytes: record.dynamodb?.SizeBytes ?? 0,
    };
    return { change, readers };
  }
}

/** As the filters of the mappings. */
export function readersOf({
  eventName,
  dynamodb,
}: DynamoDBRecord): LoggedChange['readers'] | undefined {
  const { NewImage = {}, OldImage = {}, Keys = {} } = dynamodb ?? {};
  if (eventName === 'INSERT') return 'provider' in NewImage ? 'both' : undefined;
  if (eventName !== 'MODIFY') return undefined;
  const sortKey = Keys['sk']?.S ?? '';
  if (sortKey === 'message' || sortKey.startsWith('participant#')) return 'both';
  return 'mediaNewsAt' in NewImage && !('mediaNewsAt' in OldImage) ? 'router' : undefined;
}
