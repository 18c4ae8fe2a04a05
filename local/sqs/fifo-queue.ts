import { createHash } from 'node:crypto';
import { DeduplicationWindow } from './deduplication.ts';
import { type Grouped, MAX_BATCH, MessageGroups } from './message-groups.ts';
import { checkMessage } from './message-limits.ts';
import type {
  FifoQueueSettings,
  NewMessage,
  QueueCounts,
  ReceiptResult,
  ReceivedMessage,
  Refusal,
  Sent,
} from './queue-types.ts';
import { badReceipt, malformedReceipt, readReceipt, writeReceipt } from './receipt.ts';

type Message = Omit<ReceivedMessage, 'receiptHandle' | 'receiveCount' | 'firstReceivedAt'> &
  Grouped & { receiveCount: number; firstReceivedAt: number };

type Defaulted<T> = {
  readonly [Key in keyof T]-?: Key extends 'redrive' ? T[Key] : Exclude<T[Key], undefined>;
};
type Identity = Pick<Message, 'messageId' | 'sequenceNumber'>;
type History = Pick<Message, 'messageId' | 'receiveCount' | 'firstReceivedAt' | 'deadLetteredFrom'>;

/**
 * An SQS FIFO queue as plain data with the clock handed in: equal calls give equal answers.
 *
 * At most one batch of a group is in flight. What comes back comes back in order.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
export class FifoQueue {
  readonly settings: Defaulted<FifoQueueSettings>;
  /** Called when a message may have become available. */
  onAvailable: () => void = () => undefined;

  readonly #groups = new MessageGroups<Message>();
  readonly #bySequence = new Map<string, Message>();
  readonly #recentlySent = new DeduplicationWindow<Identity>();
  readonly #idPrefix: string;
  #lastSequence = 0;

  constructor(settings: FifoQueueSettings) {
    this.#idPrefix = messageIdPrefix(settings.name);
    this.settings = {
      name: settings.name,
      visibilityTimeoutSeconds: settings.visibilityTimeoutSeconds ?? 30,
      retentionSeconds: settings.retentionSeconds ?? 345_600,
      deduplicationScope: settings.deduplicationScope ?? 'queue',
      redrive: settings.redrive,
    };
  }

  /** Messages in flight keep their groups locked until then, at the least. */
  get opensAt(): number {
    return this.#groups.opensAt;
  }

  /** A duplicate within five minutes is dropped, and answered as the first was. */
  send(message: NewMessage, now: number): Sent | Refusal {
    return checkMessage(message) ?? { ok: true, ...this.#accept(message, now) };
  }

  /** As many messages of one group as there are, then of others, up to `max`, at most 10. */
  receive(
    max: number,
    now: number,
    visibilityTimeoutSeconds = this.settings.visibilityTimeoutSeconds,
  ): ReceivedMessage[] {
    const received: ReceivedMessage[] = [];
    const wanted = Math.min(max, MAX_BATCH);
    for (const messages of this.#groups.available(now)) {
      const groupId = messages[0]?.groupId ?? '';
      for (const message of this.#deliverable(messages, wanted - received.length, now)) {
        if (message.receiveCount === 0) message.firstReceivedAt = now;
        message.receiveCount += 1;
        message.visibleAt = now + visibilityTimeoutSeconds * 1000;
        const { visibleAt: _, ...facts } = message;
        received.push({ ...facts, receiptHandle: writeReceipt(this.settings.name, message) });
      }
      this.#groups.settle(groupId, now);
      if (received.length >= wanted) break;
    }
    return received;
  }

  /** Fails once the visibility timeout has passed; succeeds for what is deleted already. */
  delete(handle: string, now: number): ReceiptResult {
    const receipt = readReceipt(this.settings.name, handle);
    if (receipt === undefined) return malformedReceipt(handle);
    const message = this.#bySequence.get(receipt.sequenceNumber);
    if (message === undefined) return { ok: true };
    if (message.receiveCount !== receipt.receiveCount || message.visibleAt <= now) {
      return badReceipt(handle, 'The receipt handle has expired.');
    }
    this.#drop(message);
    this.#settle(message, now);
    return { ok: true };
  }

  changeVisibility(handle: string, timeoutSeconds: number, now: number): ReceiptResult {
    const receipt = readReceipt(this.settings.name, handle);
    if (receipt === undefined) return malformedReceipt(handle);
    const message = this.#bySequence.get(receipt.sequenceNumber);
    const isCurrent = message?.receiveCount === receipt.receiveCount && message.visibleAt > now;
    if (!isCurrent) {
      const why = 'Message does not exist or is not available for visibility timeout change.';
      return badReceipt(handle, why);
    }
    message.visibleAt = now + timeoutSeconds * 1000;
    this.#settle(message, now);
    return { ok: true };
  }

  /** Drops every message, in flight or not. */
  purge(): void {
    this.#groups.clear();
    this.#bySequence.clear();
  }

  counts(now: number): QueueCounts {
    let [visible, inFlight] = [0, 0];
    for (const message of this.#groups.messages()) {
      if (message.visibleAt > now) inFlight += 1;
      else if (!this.#hasExpired(message, now)) visible += 1;
    }
    return { visible, inFlight };
  }

  #accept(message: NewMessage, now: number, history?: History): Identity {
    const scope = this.settings.deduplicationScope === 'messageGroup' ? message.groupId : '';
    const key = `${message.deduplicationId} ${scope}`;
    const earlier = this.#recentlySent.find(key, now);
    if (earlier !== undefined) return earlier;

    this.#lastSequence += 1;
    const sequenceNumber = `1${String(this.#lastSequence).padStart(19, '0')}`;
    const identity = {
      messageId:
        history?.messageId ??
        `${this.#idPrefix}${this.#lastSequence.toString(16).padStart(12, '0')}`,
      sequenceNumber,
    };
    const { groupId, deduplicationId, body, attributes } = message;
    const accepted: Message = {
      ...{ groupId, deduplicationId, body, attributes, receiveCount: 0, firstReceivedAt: 0 },
      ...{ sentAt: now, visibleAt: 0, ...history, ...identity },
    };
    this.#bySequence.set(sequenceNumber, accepted);
    this.#groups.append(accepted);
    this.#recentlySent.remember(key, identity, now);
    this.onAvailable();
    return identity;
  }

  /** The head of a group, less what has expired and what goes to the dead-letter queue instead. */
  #deliverable(messages: readonly Message[], max: number, now: number): Message[] {
    const taken: Message[] = [];
    while (taken.length < max) {
      const message = messages[taken.length];
      if (message === undefined) break;
      if (this.#hasExpired(message, now)) this.#drop(message);
      else if (this.#isExhausted(message)) this.#moveToDeadLetterQueue(message, now);
      else taken.push(message);
    }
    return taken;
  }

  #isExhausted(message: Message): boolean {
    const { redrive } = this.settings;
    return redrive !== undefined && message.receiveCount >= redrive.maxReceiveCount;
  }

  /** SQS replaces the deduplication id, so that two messages that shared one both arrive. */
  #moveToDeadLetterQueue(message: Message, now: number): void {
    const deadLetterQueue = this.settings.redrive?.deadLetterQueue;
    const { messageId, receiveCount, firstReceivedAt } = message;
    const history = {
      ...{ messageId, receiveCount, firstReceivedAt },
      deadLetteredFrom: this.settings.name,
    };
    this.#drop(message);
    const moved = { ...message, deduplicationId: messageId };
    if (deadLetterQueue !== undefined) deadLetterQueue.#accept(moved, now, history);
  }

  #drop(message: Message): void {
    this.#bySequence.delete(message.sequenceNumber);
    this.#groups.remove(message);
  }

  #settle(message: Message, now: number): void {
    this.#groups.settle(message.groupId, now);
    this.onAvailable();
  }

  #hasExpired(message: Message, now: number): boolean {
    return message.sentAt + this.settings.retentionSeconds * 1000 <= now;
  }
}

/** A UUID of the queue's hash and the message's number. */
function messageIdPrefix(queueName: string): string {
  const hash = createHash('md5').update(queueName).digest('hex');
  return hash.replace(/^(.{8})(.{4})(.{4})(.{4}).*/, '$1-$2-$3-$4-');
}
