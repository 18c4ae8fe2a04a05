import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { KEEPS_NOTHING, type Keep, type Shelf } from '../keep/keep.ts';
import { type Grouped, MAX_BATCH, MessageGroups } from './message-groups.ts';
import type {
  History,
  Identity,
  NewMessage,
  QueueCounts,
  ReceiptResult,
  ReceivedMessage,
  Refusal,
  Sent,
} from './queue-types.ts';
import { badReceipt, malformedReceipt, readReceipt, writeReceipt } from './receipt.ts';
import { messageAttributes } from './requests.ts';

export interface QueueSettings {
  /** Ends in `.fifo` for a FIFO queue, and for no other. */
  readonly name: string;
  /** @default 30 */
  readonly visibilityTimeoutSeconds?: number | undefined;
  /** @default 345600 (4 days) */
  readonly retentionSeconds?: number | undefined;
  /** Before a message of a standard queue can be received. @default 0 */
  readonly delaySeconds?: number | undefined;
  /** Where two messages of a FIFO queue with one deduplication id are the same. @default 'queue' */
  readonly deduplicationScope?: 'queue' | 'messageGroup' | undefined;
  /** @default none: a message is received again until it is deleted or expires */
  readonly redrive?: RedrivePolicy | undefined;
  /** Attributes that are shown as they were set. @default none */
  readonly kept?: Readonly<Record<string, string>>;
}

export type Defaulted<T> = {
  readonly [Key in keyof T]-?: Key extends 'redrive' ? T[Key] : Exclude<T[Key], undefined>;
};

/** What may change while there are messages. */
export type SettingChanges = Partial<Defaulted<Omit<QueueSettings, 'name'>>>;

interface RedrivePolicy {
  /** Of the same kind. */
  readonly deadLetterQueue: QueueModel;
  readonly maxReceiveCount: number;
}

type Message = Omit<ReceivedMessage, 'receiptHandle' | 'receiveCount' | 'firstReceivedAt'> &
  Grouped & { receiveCount: number; firstReceivedAt: number };

const kept = z.object({
  ...{ groupId: z.string(), deduplicationId: z.string(), body: z.string() },
  attributes: z.optional(messageAttributes),
  ...{ messageId: z.string(), sequenceNumber: z.string(), sentAt: z.number() },
  ...{ receiveCount: z.number(), firstReceivedAt: z.number() },
  deadLetteredFrom: z.optional(z.string()),
  ...{ orderedWith: z.string(), visibleAt: z.number() },
});

/** Where a new message stands. */
interface Place {
  /** Names the messages that it waits for. */
  readonly orderedWith: string;
  readonly visibleAt: number;
}

/**
 * An SQS queue as plain data with the clock handed in: equal calls give equal answers.
 *
 * What FIFO and standard queues have in common: visibility, receipts, retention, redrive.
 */
export abstract class QueueModel {
  /** Called when a message may have become available. */
  onAvailable: () => void = () => undefined;

  protected readonly keep: Keep;
  readonly #messages: Shelf<Message>;
  /** The last sequence number. */
  readonly #sequences: Shelf<number>;
  #settings: Defaulted<QueueSettings>;
  readonly #groups = new MessageGroups<Message>();
  readonly #bySequence = new Map<string, Message>();
  readonly #idPrefix: string;
  #lastSequence = 0;

  /** What it keeps of a queue of that name is there once it is restored. */
  constructor(settings: QueueSettings, keep: Keep = KEEPS_NOTHING) {
    this.keep = keep;
    this.#messages = keep.shelf(`queue.${settings.name}.messages`, (json) => kept.parse(json));
    this.#sequences = keep.shelf(`queue.${settings.name}.sequence`, (json) =>
      z.number().parse(json),
    );
    this.#idPrefix = messageIdPrefix(settings.name);
    this.#settings = {
      name: settings.name,
      visibilityTimeoutSeconds: settings.visibilityTimeoutSeconds ?? 30,
      retentionSeconds: settings.retentionSeconds ?? 345_600,
      delaySeconds: settings.delaySeconds ?? 0,
      deduplicationScope: settings.deduplicationScope ?? 'queue',
      redrive: settings.redrive,
      kept: settings.kept ?? {},
    };
  }

  get settings(): Defaulted<QueueSettings> {
    return this.#settings;
  }

  /** Takes up what was kept. What was in flight has nobody's hand on it any more, and can be received. */
  restore(now: number): void {
    for (const [, last] of this.#sequences.entries()) this.#lastSequence = last;
    for (const [, message] of this.#messages.entries()) {
      this.#bySequence.set(message.sequenceNumber, message);
      this.#groups.append(message);
    }
    for (const { orderedWith } of this.#bySequence.values()) this.#groups.settle(orderedWith, now);
  }

  /** Counts from the next receive on, as for SQS; retention at once. */
  configure(changes: SettingChanges): void {
    this.#settings = { ...this.#settings, ...changes };
  }

  /** Attributes that only queues of this kind have, as SQS names them. */
  abstract get ownAttributes(): Readonly<Record<string, string>>;

  abstract send(message: NewMessage, now: number): Sent | Refusal;

  protected abstract takeDeadLetter(message: NewMessage, history: History, now: number): void;

  /** Messages that it took since it was made. */
  get taken(): number {
    return this.#lastSequence;
  }

  /** Messages that it has, in flight or not. */
  get held(): number {
    return this.#bySequence.size;
  }

  /** When the oldest message was sent that it has; undefined where it has none. */
  get oldestSentAt(): number | undefined {
    for (const { sentAt } of this.#bySequence.values()) return sentAt;
    return undefined;
  }

  /** No message in flight or delayed becomes visible before then, unless it is changed. */
  get opensAt(): number {
    return this.#groups.opensAt;
  }

  /** As many messages of one group as there are, then of others, up to `max`, at most 10. */
  receive(
    max: number,
    now: number,
    visibilityTimeoutSeconds = this.settings.visibilityTimeoutSeconds,
  ): ReceivedMessage[] {
    return this.keep.together(() => this.#receive(max, now, visibilityTimeoutSeconds));
  }

  #receive(max: number, now: number, visibilityTimeoutSeconds: number): ReceivedMessage[] {
    const received: ReceivedMessage[] = [];
    const wanted = Math.min(max, MAX_BATCH);
    for (const messages of this.#groups.available(now)) {
      const orderedWith = messages[0]?.orderedWith ?? '';
      for (const message of this.#deliverable(messages, wanted - received.length, now)) {
        if (message.receiveCount === 0) message.firstReceivedAt = now;
        message.receiveCount += 1;
        this.#keepMessage(message);
        message.visibleAt = now + visibilityTimeoutSeconds * 1000;
        const { visibleAt: _, orderedWith: __, ...facts } = message;
        received.push({ ...facts, receiptHandle: writeReceipt(this.settings.name, message) });
      }
      this.#groups.settle(orderedWith, now);
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
    this.#keepMessage(message);
    this.#settle(message, now);
    return { ok: true };
  }

  /** Keeps nothing of it any more. */
  forget(): void {
    this.#messages.clear();
    this.#sequences.clear();
  }

  /** Drops every message, in flight or not. */
  purge(): void {
    this.#groups.clear();
    this.#bySequence.clear();
    this.#messages.clear();
  }

  counts(now: number): QueueCounts {
    let [visible, inFlight] = [0, 0];
    for (const message of this.#groups.messages()) {
      if (message.visibleAt <= now) visible += this.#hasExpired(message, now) ? 0 : 1;
      else if (message.receiveCount > 0) inFlight += 1;
    }
    return { visible, inFlight };
  }

  /** Messages that were sent and cannot be received yet. */
  delayed(now: number): number {
    let delayed = 0;
    for (const { visibleAt, receiveCount } of this.#groups.messages()) {
      if (visibleAt > now && receiveCount === 0) delayed += 1;
    }
    return delayed;
  }

  /** Takes a message at the end of those that it is ordered with; by itself where nothing is said. */
  protected append(
    { groupId, deduplicationId, body, attributes }: NewMessage,
    place: Partial<Place>,
    now: number,
    history?: History,
  ): Identity {
    const identity = this.#nextIdentity(history);
    const { orderedWith = identity.sequenceNumber, visibleAt = 0 } = place;
    const accepted: Message = {
      ...{ groupId, deduplicationId, body, attributes, receiveCount: 0, firstReceivedAt: 0 },
      ...{ sentAt: now, ...history, ...identity, orderedWith, visibleAt },
    };
    this.keep.together(() => {
      this.#sequences.put('last', this.#lastSequence);
      this.#keepMessage(accepted);
    });
    this.#bySequence.set(identity.sequenceNumber, accepted);
    this.#groups.append(accepted);
    if (visibleAt > now) this.#groups.settle(orderedWith, now);
    this.onAvailable();
    return identity;
  }

  #nextIdentity(history: History | undefined): Identity {
    this.#lastSequence += 1;
    return {
      messageId: history?.messageId ?? `${this.#idPrefix}${scattered(this.#lastSequence)}`,
      sequenceNumber: `1${String(this.#lastSequence).padStart(19, '0')}`,
    };
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

  #moveToDeadLetterQueue(message: Message, now: number): void {
    const deadLetterQueue = this.settings.redrive?.deadLetterQueue;
    const { messageId, receiveCount, firstReceivedAt } = message;
    const history = {
      ...{ messageId, receiveCount, firstReceivedAt },
      deadLetteredFrom: this.settings.name,
    };
    this.#drop(message);
    const { groupId, deduplicationId, body, attributes } = message;
    deadLetterQueue?.takeDeadLetter({ groupId, deduplicationId, body, attributes }, history, now);
  }

  /** That it is in flight is not kept, but until when somebody hid it. */
  #keepMessage(message: Message): void {
    this.#messages.put(message.sequenceNumber, message);
  }

  #drop(message: Message): void {
    this.#messages.remove(message.sequenceNumber);
    this.#bySequence.delete(message.sequenceNumber);
    this.#groups.remove(message);
  }

  #settle(message: Message, now: number): void {
    this.#groups.settle(message.orderedWith, now);
    this.onAvailable();
  }

  #hasExpired(message: Message, now: number): boolean {
    return message.sentAt + this.settings.retentionSeconds * 1000 <= now;
  }
}

/** Twelve hexadecimal digits, others for each number, that look like no other number. */
function scattered(number: number): string {
  const digits = BigInt.asUintN(48, BigInt(number) * 0x9e3779b97f4bn).toString(16);
  return digits.padStart(12, '0');
}

/** A UUID of the queue's hash and the message's number. */
function messageIdPrefix(queueName: string): string {
  const hash = createHash('md5').update(queueName).digest('hex');
  return hash.replace(/^(.{8})(.{4})(.{4})(.{4}).*/, '$1-$2-$3-$4-');
}
