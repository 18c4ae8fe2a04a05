import type { ReceiveMessageRequest } from '@aws-sdk/client-sqs';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { sqsQueue } from '../shared/aws/sqs-queue.ts';
import { memberOf } from '../shared/json/json-source.ts';
import type { Letter, QueueLetters } from './letters-view.ts';

/**
 * Looks into a dead-letter queue. It hides nothing from anybody, since what it takes is there again at once, and it
 * cannot remove anything.
 */
export async function lookIntoQueue(
  sqs: CallAws,
  { queue, url: QueueUrl }: { readonly queue: string; readonly url: string },
  signal: AbortSignal,
): Promise<QueueLetters> {
  const count = await sqsQueue(sqs, QueueUrl).waiting(signal);
  if (count === 0) return { queue, count, seen: [] };
  const input: ReceiveMessageRequest = {
    ...{ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 },
    MessageSystemAttributeNames: ['SentTimestamp'],
    MessageAttributeNames: ['reason', 'deadLetteredAt'],
  };
  const messages = memberOf(await sqs('ReceiveMessage', input, signal), 'Messages');
  return { queue, count, seen: Array.isArray(messages) ? messages.map(toLetter) : [] };
}

function toLetter(message: unknown): Letter {
  const own = (name: string) =>
    memberOf(memberOf(memberOf(message, 'MessageAttributes'), name), 'StringValue');
  const sent = Number(memberOf(memberOf(message, 'Attributes'), 'SentTimestamp') ?? 0);
  const setAside = Date.parse(String(own('deadLetteredAt')));
  const reason = own('reason');
  return {
    reason: typeof reason === 'string' ? reason : undefined,
    since: Number.isNaN(setAside) ? sent : setAside,
  };
}
