import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { digest } from '../domain/event.ts';
import type { DeadLetterReason, QueuedMessage } from '../domain/queued-message.ts';
import type { SqsClientSource } from './sqs-on-demand.ts';

export type DeadLetter = (
  message: QueuedMessage,
  reason: DeadLetterReason,
  signal: AbortSignal,
) => Promise<void>;

/**
 * Sends messages to the dead-letter queue: same body, same group, with the reason. Resolves only
 * when the queue has confirmed.
 *
 * The deduplication id is not that of the inbox, which may have been sent minutes ago. It stays the
 * same for the same delivery to the inbox, so that a repeated send is one dead letter.
 */
export function sqsDeadLetter(
  client: SqsClientSource,
  queueUrl: string,
  now: () => number,
): DeadLetter {
  return async (message, reason, abortSignal) => {
    const attribute = (value: string) => ({ DataType: 'String', StringValue: value });
    const command = new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: message.body,
      MessageGroupId: message.messageGroupId ?? message.messageId,
      MessageDeduplicationId: digest(['dead-letter', message.messageId, message.sequenceNumber]),
      MessageAttributes: {
        reason: attribute(reason),
        receiveCount: attribute(String(message.receiveCount)),
        deadLetteredAt: attribute(new Date(now()).toISOString()),
      },
    });
    await client().send(command, { abortSignal });
  };
}
