import { ACCOUNT, arn } from '../account.ts';
import { ApiError } from '../aws/json-protocol.ts';
import { LocalClock } from '../clock.ts';
import { KEEPS_NOTHING, type Keep, type Shelf } from '../keep/keep.ts';
import { FifoQueue } from './fifo-queue.ts';
import { type KeptQueue, keptQueue, readKeptQueue } from './kept-queue.ts';
import type { QueueModel, QueueSettings } from './queue-model.ts';
import { StandardQueue } from './standard-queue.ts';
import { WaitingQueue } from './waiting-queue.ts';

/** The queues of the local stack by name. */
export class QueueHost {
  readonly clock: LocalClock;
  readonly #keep: Keep;
  readonly #kept: Shelf<KeptQueue>;
  readonly #queues = new Map<string, WaitingQueue>();
  readonly #deletedAt = new Map<string, number>();
  readonly #createListeners = new Set<(name: string) => void>();
  /** Known once the endpoint listens. */
  endpoint = '';

  constructor(clock = new LocalClock(), keep = KEEPS_NOTHING) {
    this.clock = clock;
    this.#keep = keep;
    this.#kept = keep.shelf('queues', readKeptQueue);
  }

  /** Makes the queues that are kept and not there, dead-letter queues first. */
  restore(): void {
    const gone = this.#kept.entries().filter(([name]) => this.find(name) === undefined);
    for (const [name, kept] of gone) if (kept.redrive === undefined) this.#restore(name, kept);
    for (const [name, kept] of gone) if (kept.redrive !== undefined) this.#restore(name, kept);
  }

  /** Keeps settings and tags of a queue as they are now. */
  keepQueue(name: string): void {
    const queue = this.find(name);
    if (queue !== undefined) this.#kept.put(name, keptQueue(queue));
  }

  /** Throws for a dead-letter queue of the other kind. */
  create(settings: QueueSettings): WaitingQueue {
    const { name, redrive } = settings;
    const existing = this.#queues.get(name);
    if (existing !== undefined) return existing;
    if (redrive !== undefined && isFifo(redrive.deadLetterQueue.settings.name) !== isFifo(name)) {
      throw new ApiError(
        'com.amazon.coral.service#InvalidParameterValueException',
        'Value for parameter RedrivePolicy is invalid. Reason: Dead-letter queue must be same type of queue as the source.',
        'InvalidParameterValue',
      );
    }
    const model = isFifo(name)
      ? new FifoQueue(settings, this.#keep)
      : new StandardQueue(settings, this.#keep);
    model.restore(this.clock.now());
    const queue = new WaitingQueue(model, this.clock);
    this.#queues.set(name, queue);
    this.keepQueue(name);
    for (const listener of this.#createListeners) listener(name);
    return queue;
  }

  #restore(name: string, { settings, redrive, tags }: KeptQueue): void {
    const deadLetterQueue = this.find(redrive?.deadLetterQueue ?? '')?.queue;
    const queue = this.create({
      ...{ ...settings, name },
      redrive: redrive && deadLetterQueue && { ...redrive, deadLetterQueue },
    });
    for (const [key, value] of Object.entries(tags)) queue.tags.set(key, value);
    this.keepQueue(name);
  }

  /** Calls with the name of each queue that is made from now on. Returns what ends that. */
  onCreate(listener: (name: string) => void): () => void {
    this.#createListeners.add(listener);
    return () => void this.#createListeners.delete(listener);
  }

  /** Messages and all. Who waits for one is told that there is none. */
  remove(url: string): void {
    const queue = this.byUrl(url);
    const { name } = queue.queue.settings;
    this.#queues.delete(name);
    this.#deletedAt.set(name, this.clock.now());
    this.#keep.together(() => {
      this.#kept.remove(name);
      queue.queue.forget();
    });
    queue.close();
  }

  /** Whether a queue of that name was deleted in the last minute, so that SQS makes no other. */
  isJustDeleted(name: string): boolean {
    return this.clock.now() - (this.#deletedAt.get(name) ?? Number.NEGATIVE_INFINITY) < 60_000;
  }

  find(name: string): WaitingQueue | undefined {
    return this.#queues.get(name);
  }

  byArn(queueArn: string): WaitingQueue | undefined {
    return this.find(queueArn.slice(queueArn.lastIndexOf(':') + 1));
  }

  /** SQS looks at the path of a queue's URL only, and so do we. */
  byUrl(url: string): WaitingQueue {
    const queue = this.find(url.slice(url.lastIndexOf('/') + 1));
    if (queue !== undefined) return queue;
    throw new ApiError(
      'com.amazonaws.sqs#QueueDoesNotExist',
      'The specified queue does not exist.',
      'AWS.SimpleQueueService.NonExistentQueue',
    );
  }

  urlOf(name: string): string {
    return `${this.endpoint}/${ACCOUNT}/${name}`;
  }

  names(): string[] {
    return [...this.#queues.keys()].toSorted();
  }

  all(): QueueModel[] {
    return [...this.#queues.values()].map(({ queue }) => queue);
  }
}

export function queueArn(name: string): string {
  return arn('sqs', name);
}

/** SQS tells the kinds of queues by their names. */
function isFifo(queueName: string): boolean {
  return queueName.endsWith('.fifo');
}
