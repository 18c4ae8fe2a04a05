import type { StreamedChange } from '../aws/change-stream.ts';
import { BatchDelivery, type BatchDeliveryOptions } from './batch-delivery.ts';

export interface ShardReaderOptions extends BatchDeliveryOptions {
  readonly batchSize: number;
  /** How long to wait for a full batch. */
  readonly batchingWindowMs: number;
  /** Hears which changes were taken or given up. */
  readonly onSettled?: (changes: readonly StreamedChange[]) => void;
}

/** What Lambda sends to a function at most. */
const MAX_EVENT_BYTES = 6_000_000;
/** Changes that come one after another are one batch: as often as this, Lambda looks for some. */
const GATHERING_MS = 250;

/** Hands the changes of one shard to a function, in order, one batch at a time. */
export class ShardReader {
  readonly #options: ShardReaderOptions;
  readonly #waiting: StreamedChange[] = [];
  readonly #stopping = new AbortController();
  /** Ends the wait for changes. */
  #wait = new AbortController();
  #waitingBytes = 0;
  /** Oldest first, as they are settled. */
  #inHand: StreamedChange[] = [];
  #isHurried = false;

  constructor(options: ShardReaderOptions) {
    this.#options = options;
  }

  /** Changes that the function has not taken yet. */
  get left(): number {
    return this.#waiting.length + this.#inHand.length;
  }

  add(change: StreamedChange): void {
    this.#waiting.push(change);
    this.#waitingBytes += change.bytes;
    if (this.#waiting.length === 1 || this.#isFull()) this.#wait.abort();
  }

  /** From now on waits for no batch to fill. */
  hurry(): void {
    this.#isHurried = true;
    this.#wait.abort();
  }

  stop(): void {
    this.#stopping.abort();
    this.#wait.abort();
  }

  /** Resolves after `stop`, once the function is done with what it has. */
  async run(): Promise<void> {
    const delivery = new BatchDelivery(this.#options, this.#stopping.signal, (changes) => {
      const settled = this.#inHand.splice(0, changes);
      if (settled.length > 0) this.#options.onSettled?.(settled);
    });
    while (!this.#stopping.signal.aborted) await delivery.deliver(await this.#nextBatch());
  }

  /** Empty after `stop`. */
  async #nextBatch(): Promise<StreamedChange[]> {
    const { clock, batchingWindowMs } = this.#options;
    while (!this.#stopping.signal.aborted) {
      this.#wait = new AbortController();
      const [first] = this.#waiting;
      const since = first?.at ?? Number.POSITIVE_INFINITY;
      const left = since + Math.max(batchingWindowMs, GATHERING_MS) - clock.now();
      const isLate = left <= 0 || (this.#isHurried && first !== undefined);
      if (isLate || this.#isFull()) return this.#take();
      await clock.sleep(left, this.#wait.signal);
    }
    return [];
  }

  #isFull(): boolean {
    const { batchSize } = this.#options;
    return this.#waiting.length >= batchSize || this.#waitingBytes >= MAX_EVENT_BYTES;
  }

  #take(): StreamedChange[] {
    let bytes = this.#waiting[0]?.bytes ?? 0;
    let count = 1;
    while (count < this.#options.batchSize) {
      bytes += this.#waiting[count]?.bytes ?? Number.POSITIVE_INFINITY;
      if (bytes > MAX_EVENT_BYTES) break;
      count += 1;
    }
    const batch = this.#waiting.splice(0, count);
    this.#waitingBytes -= batch.reduce((sum, change) => sum + change.bytes, 0);
    this.#inHand = [...batch];
    return batch;
  }
}
