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
