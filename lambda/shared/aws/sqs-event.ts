import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { QueuedMessage } from '../queue/queued-message.ts';

/** The messages that Lambda hands over, in the queue's order. */
export function toQueuedMessages(event: SQSEvent): readonly QueuedMessage[] {
  return event.Records.map(({ messageId, body, receiptHandle, attributes }) => ({
    messageId,
    body,
    receiptHandle,
    receiveCount: Number(attributes.ApproximateReceiveCount),
    messageGroupId: attributes.MessageGroupId,
    sequenceNumber: attributes.SequenceNumber ?? '',
    sentAt: Number(attributes.SentTimestamp),
  }));
}

/** Tells Lambda to leave these messages on the queue and to delete the others. */
export function toBatchResponse(returned: readonly QueuedMessage[]): SQSBatchResponse {
  return {
    batchItemFailures: returned.map(({ messageId }) => ({ itemIdentifier: messageId })),
  };
}
