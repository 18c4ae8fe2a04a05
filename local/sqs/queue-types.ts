import type { FifoQueue } from './fifo-queue.ts';

interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string | undefined;
  /** Base64. */
  readonly BinaryValue?: string | undefined;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

export interface NewMessage {
  readonly groupId: string;
  readonly deduplicationId: string;
  readonly body: string;
  readonly attributes?: MessageAttributes | undefined;
}

export interface ReceivedMessage extends NewMessage {
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

export interface FifoQueueSettings {
  readonly name: string;
  /** @default 30 */
  readonly visibilityTimeoutSeconds?: number | undefined;
  /** @default 345600 (4 days) */
  readonly retentionSeconds?: number | undefined;
  /** Where two messages with one deduplication id are the same. @default 'queue' */
  readonly deduplicationScope?: 'queue' | 'messageGroup' | undefined;
  /** @default none: a message is received again until it is deleted or expires */
  readonly redrive?: RedrivePolicy | undefined;
}

interface RedrivePolicy {
  readonly deadLetterQueue: FifoQueue;
  readonly maxReceiveCount: number;
}

export interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
}

/** A request that SQS answers with an error; the code is the one of the API reference. */
export interface Refusal {
  readonly ok: false;
  readonly code: string;
  readonly message: string;
}

export interface Sent {
  readonly ok: true;
  readonly messageId: string;
  readonly sequenceNumber: string;
}

export type ReceiptResult = { readonly ok: true } | Refusal;
