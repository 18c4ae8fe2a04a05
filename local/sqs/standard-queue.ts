import { checkStandardMessage } from './message-limits.ts';
import { QueueModel } from './queue-model.ts';
import type { History, NewMessage, Refusal, Sent } from './queue-types.ts';

/**
 * A standard SQS queue: each message by itself, none a duplicate.
 *
 * Never delivers twice what was deleted, and gives messages in the order in which they became visible; SQS
 * promises neither.
 */
export class StandardQueue extends QueueModel {
  get ownAttributes(): Readonly<Record<string, string>> {
    return {};
  }

  send(message: NewMessage, now: number): Sent | Refusal {
    const refusal = checkStandardMessage(message);
    if (refusal !== undefined) return refusal;
    const { delaySeconds = this.settings.delaySeconds } = message;
    const visibleAt = delaySeconds === 0 ? 0 : now + delaySeconds * 1000;
    return { ok: true, ...this.append(message, { visibleAt }, now) };
  }

  protected takeDeadLetter(message: NewMessage, history: History, now: number): void {
    this.append(message, {}, now, history);
  }
}
