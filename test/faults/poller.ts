import { systemAttributes } from '../../local/sqs/messages.ts';
import type { QueueModel } from '../../local/sqs/queue-model.ts';
import type { ReceivedMessage } from '../../local/sqs/queue-types.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { SimulatedFunction } from './simulated-function.ts';
import type { Cancel, VirtualTime } from './virtual-time.ts';

export interface PollerOptions {
  readonly time: VirtualTime;
  readonly random: () => number;
  readonly queue: QueueModel;
  /** @default that of the inbox */
  readonly queueArn?: string;
  readonly reader: SimulatedFunction;
  readonly batchSize: number;
  readonly maxConcurrency: number;
  readonly faults: FaultPlan;
  /** @default nobody hears of it */
  readonly onDeleted?: (message: ReceivedMessage) => void;
}

/** Lambda's event source mapping: hands batches to a function, deletes what was not returned. */
export class Poller {
  readonly #options: PollerOptions;
  #running = 0;
  #isDue = false;
  #isStopped = false;
  #cancelWake: Cancel = () => undefined;

  constructor(options: PollerOptions) {
    this.#options = options;
    options.queue.onAvailable = () => this.#pollSoon(5);
    // What was there before it is.
    this.#pollSoon(5);
  }

  /** Takes nothing more, and is told what becomes of what it has handed over. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelWake();
  }

  #pollSoon(delayMs: number): void {
    if (this.#isDue || this.#isStopped) return;
    this.#isDue = true;
    this.#options.time.after(delayMs, () => {
      this.#isDue = false;
      this.#poll();
    });
  }

  #poll(): void {
    if (this.#isStopped) return;
    const { time, random, queue, reader, batchSize, maxConcurrency } = this.#options;
    const { queueArn = INBOX_ARN } = this.#options;
    while (this.#running < maxConcurrency) {
      // SQS may hand out fewer than there are.
      const wanted = Math.min(1 + Math.floor(random() * 2 * batchSize), batchSize);
      const messages = queue.receive(wanted, time.now);
      if (messages.length === 0) break;
      this.#running += 1;
      reader.invoke(
        { Records: messages.map((message) => recordOf(message, queueArn)) },
        (outcome) => {
          this.#running -= 1;
          if (outcome.ok) this.#delete(messages, outcome.result);
          this.#pollSoon(1);
        },
      );
    }
    const { opensAt } = queue;
    this.#cancelWake();
    // The end of an invocation polls again.
    if (this.#running >= maxConcurrency || !Number.isFinite(opensAt)) return;
    this.#cancelWake = time.after(Math.max(opensAt - time.now, 0) + 1, () => this.#poll());
  }

  #delete(messages: readonly ReceivedMessage[], result: unknown): void {
    const { time, queue, faults, onDeleted } = this.#options;
    const returned = returnedIds(result);
    for (const message of messages) {
      if (returned.has(message.messageId) || faults.hits('delete-lost', time.now)) continue;
      const { ok } = queue.delete(message.receiptHandle, time.now);
      if (ok) onDeleted?.(message);
    }
  }
}

const INBOX_ARN = 'arn:aws:sqs:eu-central-1:111111111111:inbox.fifo';

function returnedIds(result: unknown): ReadonlySet<string> {
  const failures: unknown = Object(result)['batchItemFailures'];
  if (!Array.isArray(failures)) throw new Error('the function answers no batch response');
  return new Set(failures.map((failure) => String(Object(failure)['itemIdentifier'])));
}

function recordOf(message: ReceivedMessage, eventSourceARN: string): object {
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: systemAttributes(message),
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN,
    awsRegion: 'eu-central-1',
  };
}
