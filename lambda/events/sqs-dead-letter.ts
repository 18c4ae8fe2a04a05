import type { SendMessageRequest } from '@aws-sdk/client-sqs';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import type { DeadLetterReason, QueuedMessage } from '../shared/queue/queued-message.ts';
import { digest } from './event.ts';

export type DeadLetter = (
  message: QueuedMessage,
  reason: DeadLetterReason,
  signal: AbortSignal,
  /** What else is known of why, by the names of attributes. */
  told?: Readonly<Record<string, string>>,
) => Promise<void>;

/**
 * Sends messages to the dead-letter queue: same body, same group, with the reason. Resolves only
 * when the queue has confirmed.
 *
 * The deduplication id is not that of the inbox, which may have been sent minutes ago. It stays the
 * same for the same delivery to the inbox, so that a repeated send is one dead letter.
 */
export function sqsDeadLetter(sqs: CallAws, queueUrl: string, now: () => number): DeadLetter {
  return async (message, reason, signal, told = {}) => {
    const attribute = (value: string) => ({ DataType: 'String', StringValue: value });
    const request: SendMessageRequest = {
      QueueUrl: queueUrl,
      MessageBody: message.body,
      MessageGroupId: message.messageGroupId ?? message.messageId,
      MessageDeduplicationId: digest(['dead-letter', message.messageId, message.sequenceNumber]),
      MessageAttributes: {
        reason: attribute(reason),
        receiveCount: attribute(String(message.receiveCount)),
        deadLetteredAt: attribute(new Date(now()).toISOString()),
        // SQS takes no empty value.
        ...Object.fromEntries(
          Object.entries(told)
            .filter(([, value]) => value !== '')
            .map(([name, value]) => [name, attribute(value)]),
        ),
      },
    };
    await sqs('SendMessage', request, signal);
  };
}
