import { ACCOUNT, arn } from '../account.ts';
import { ApiError } from '../aws/json-protocol.ts';
import { LocalClock } from '../clock.ts';
import { FifoQueue } from './fifo-queue.ts';
import type { FifoQueueSettings } from './queue-types.ts';
import { WaitingQueue } from './waiting-queue.ts';

/** The queues of the local stack by name. */
export class QueueHost {
  readonly clock: LocalClock;
  readonly #queues = new Map<string, WaitingQueue>();
  /** Known once the endpoint listens. */
  endpoint = '';

  constructor(clock = new LocalClock()) {
    this.clock = clock;
  }

  create(settings: FifoQueueSettings): WaitingQueue {
    const existing = this.#queues.get(settings.name);
    if (existing !== undefined) return existing;
    const queue = new WaitingQueue(new FifoQueue(settings), this.clock);
    this.#queues.set(settings.name, queue);
    return queue;
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

  all(): FifoQueue[] {
    return [...this.#queues.values()].map(({ queue }) => queue);
  }
}

export function queueArn(name: string): string {
  return arn('sqs', name);
}
