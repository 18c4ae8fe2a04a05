import type { QueueModel } from './queue-model.ts';

interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string | undefined;
  /** Base64. */
  readonly BinaryValue?: string | undefined;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

export interface NewMessage {
  /** Empty where a standard queue's message names none. */
  readonly groupId: string;
  /** Empty in a standard queue. */
  readonly deduplicationId: string;
  readonly body: string;
  readonly attributes?: MessageAttributes | undefined;
  /** For standard queues only. @default the queue's */
  readonly delaySeconds?: number | undefined;
}

export interface ReceivedMessage extends Omit<NewMessage, 'delaySeconds'> {
  readonly messageId: string;
  /** 20 digits, growing with each message of the queue. */
  readonly sequenceNumber: string;
  readonly sentAt: number;
  readonly receiptHandle: string;
  /** Receives over all queues that the message was in. */
  readonly receiveCount: number;
  readonly firstReceivedAt: number;
  /** Name of the queue whose redrive policy moved the message here. */
  readonly deadLetteredFrom?: string | undefined;
}

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

export interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
}

/** How a queue knows a message again. */
export interface Identity {
  readonly messageId: string;
  /** 20 digits, growing with each message of the queue. */
  readonly sequenceNumber: string;
}

/** What a message keeps when it moves to a dead-letter queue. */
export interface History {
  readonly messageId: string;
  readonly receiveCount: number;
  readonly firstReceivedAt: number;
  readonly deadLetteredFrom: string;
}

/** A request that SQS answers with an error; the code is the one of the API reference. */
export interface Refusal {
  readonly ok: false;
  readonly code: string;
  readonly message: string;
}

export interface Sent extends Identity {
  readonly ok: true;
}

export type ReceiptResult = { readonly ok: true } | Refusal;
