/** A message as its queue handed it out. */
export interface QueuedMessage {
  readonly messageId: string;
  readonly body: string;
  readonly receiptHandle: string;
  /** How often it was handed out, this time included, whether it was tried then or not. */
  readonly receiveCount: number;
  readonly messageGroupId: string | undefined;
  /** SQS's digits that grow within a group. */
  readonly sequenceNumber: string;
  /** When the queue took it, in ms since 1970: it keeps it for 14 days. */
  readonly sentAt: number;
}

/** A message that no queue handed out, for who puts it with the dead letters all the same. */
export function unqueuedMessage(
  messageId: string,
  body: string,
  messageGroupId?: string,
): QueuedMessage {
  const unread = { receiptHandle: '', receiveCount: 0, sequenceNumber: '', sentAt: 0 };
  return { ...unread, messageId, body, messageGroupId };
}

/** Why a message was set aside: fixed words, for metrics, logs and people. */
export const DEAD_LETTER_REASONS = ['malformed', 'refused-by-table', 'undeliverable'] as const;

export type DeadLetterReason = (typeof DEAD_LETTER_REASONS)[number];

/** A message that goes back to the queue, and when it is handed out next. */
export interface Return {
  readonly message: QueuedMessage;
  readonly delaySeconds: number;
}
