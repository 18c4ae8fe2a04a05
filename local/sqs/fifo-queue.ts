import * as z from 'zod/mini';
import { DeduplicationWindow } from './deduplication.ts';
import { checkFifoMessage, invalid } from './message-limits.ts';
import { QueueModel } from './queue-model.ts';
import type { History, Identity, NewMessage, Refusal, Sent } from './queue-types.ts';

const recent = z.object({
  until: z.number(),
  value: z.object({ messageId: z.string(), sequenceNumber: z.string() }),
});

/**
 * An SQS FIFO queue.
 *
 * At most one batch of a group is in flight. What comes back comes back in order.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
export class FifoQueue extends QueueModel {
  readonly #recentlySent = new DeduplicationWindow<Identity>(
    this.keep.shelf(`queue.${this.settings.name}.recent`, (json) => recent.parse(json)),
  );

  get ownAttributes(): Readonly<Record<string, string>> {
    const { deduplicationScope } = this.settings;
    return {
      FifoQueue: 'true',
      ContentBasedDeduplication: 'false',
      DeduplicationScope: deduplicationScope,
      FifoThroughputLimit: deduplicationScope === 'messageGroup' ? 'perMessageGroupId' : 'perQueue',
    };
  }

  /** A duplicate within five minutes is dropped, and answered as the first was. */
  send(message: NewMessage, now: number): Sent | Refusal {
    const { delaySeconds = 0 } = message;
    if (delaySeconds !== 0) {
      return invalid(
        `Value ${delaySeconds} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`,
      );
    }
    return checkFifoMessage(message) ?? { ok: true, ...this.#accept(message, now) };
  }

  override forget(): void {
    super.forget();
    this.#recentlySent.forget();
  }

  /** SQS replaces the deduplication id, so that two messages that shared one both arrive. */
  protected takeDeadLetter(message: NewMessage, history: History, now: number): void {
    this.#accept({ ...message, deduplicationId: history.messageId }, now, history);
  }

  #accept(message: NewMessage, now: number, history?: History): Identity {
    const scope = this.settings.deduplicationScope === 'messageGroup' ? message.groupId : '';
    const key = `${message.deduplicationId} ${scope}`;
    return this.keep.together(() => {
      const earlier = this.#recentlySent.find(key, now);
      if (earlier !== undefined) return earlier;
      const identity = this.append(message, { orderedWith: message.groupId }, now, history);
      this.#recentlySent.remember(key, identity, now);
      return identity;
    });
  }
}
