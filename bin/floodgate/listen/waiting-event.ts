import type { Message } from '@aws-sdk/client-sqs';

/** An event in the listener's queue, as it was received. */
export interface WaitingEvent {
  readonly messageId: string;
  readonly group: string;
  readonly body: string;
  /** Those of the delivery, by names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** How often it was received, this time included. */
  readonly receiveCount: number;
  readonly receiptHandle: string;
  /** Nobody else receives it, nor what is behind it in its group, before then; ms since 1970. */
  readonly heldUntil: number;
}

/** Reads a message that was received with all its attributes. */
export function readWaitingEvent(message: Message, heldUntil: number): WaitingEvent {
  const { MessageId = '', Body = '', ReceiptHandle = '', Attributes: system = {} } = message;
  const headers = Object.entries(message.MessageAttributes ?? {}).flatMap(
    ([name, { StringValue }]) => (StringValue === undefined ? [] : [[name, StringValue]]),
  );
  return {
    messageId: MessageId,
    group: system.MessageGroupId ?? MessageId,
    body: Body,
    headers: Object.fromEntries(headers),
    receiveCount: Number(system.ApproximateReceiveCount ?? 1),
    receiptHandle: ReceiptHandle,
    heldUntil,
  };
}
