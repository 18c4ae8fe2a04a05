import type { Sendable } from './lanes.ts';

/** A message ready to be sent. */
export interface OutgoingMessage extends Sendable {
  readonly body: string;
  /** What SQS takes for the same within five minutes is the same message. For FIFO queues only. */
  readonly deduplicationId?: string;
}

/** A message that the queue did not take. */
export interface Refusal<T extends OutgoingMessage> {
  readonly message: T;
  /** Whether the queue holds the message itself to be at fault, so that sending again is no use. */
  readonly isSenderFault: boolean;
}

/** Sends at most ten messages in their order. Resolves with those that the queue did not take. */
export type SendBatch<T extends OutgoingMessage> = (
  batch: readonly T[],
  signal: AbortSignal,
) => Promise<readonly Refusal<T>[]>;
