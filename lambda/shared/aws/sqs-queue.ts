import type { ReceiveMessageRequest } from '@aws-sdk/client-sqs';
import { memberOf } from '../json/json-source.ts';
import type { QueuedMessage, Return } from '../queue/queued-message.ts';
import type { CallAws } from './json-protocol.ts';
import { sqsVisibility } from './sqs-visibility.ts';

/** A queue as whoever reads it himself sees it. */
export interface SqsQueue {
  /** About how many messages it holds, hidden ones included. */
  readonly waiting: (signal: AbortSignal) => Promise<number>;
  /** Takes up to ten of what may be handed out now, each group's first. */
  readonly receive: (
    hiddenSeconds: number,
    signal: AbortSignal,
  ) => Promise<readonly QueuedMessage[]>;
  readonly done: (message: QueuedMessage, signal: AbortSignal) => Promise<void>;
  /** Gives back what was taken. */
  readonly giveBack: (returns: readonly Return[]) => Promise<void>;
}

const COUNTS = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;

export function sqsQueue(sqs: CallAws, QueueUrl: string): SqsQueue {
  return {
    waiting: async (signal) => {
      const answer = await sqs('GetQueueAttributes', { QueueUrl, AttributeNames: COUNTS }, signal);
      const attributes = memberOf(answer, 'Attributes');
      return COUNTS.reduce((sum, name) => sum + Number(memberOf(attributes, name) ?? 0), 0);
    },
    receive: async (hiddenSeconds, signal) => {
      const input: ReceiveMessageRequest = {
        ...{ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 },
        VisibilityTimeout: hiddenSeconds,
        MessageSystemAttributeNames: [
          ...(['ApproximateReceiveCount', 'MessageGroupId'] as const),
          ...(['SentTimestamp', 'SequenceNumber'] as const),
        ],
      };
      const messages = memberOf(await sqs('ReceiveMessage', input, signal), 'Messages');
      return Array.isArray(messages) ? messages.map(toQueuedMessage) : [];
    },
    done: async ({ receiptHandle: ReceiptHandle }, signal) => {
      await sqs('DeleteMessage', { QueueUrl, ReceiptHandle }, signal);
    },
    giveBack: async (returns) => {
      if (returns.length > 0) await sqsVisibility(sqs, QueueUrl)(returns);
    },
  };
}

function toQueuedMessage(message: unknown): QueuedMessage {
  const attributes = memberOf(message, 'Attributes');
  const attribute = (name: string) => memberOf(attributes, name);
  const group = attribute('MessageGroupId');
  return {
    messageId: text(message, 'MessageId'),
    body: text(message, 'Body'),
    receiptHandle: text(message, 'ReceiptHandle'),
    receiveCount: Number(attribute('ApproximateReceiveCount')),
    messageGroupId: typeof group === 'string' ? group : undefined,
    sequenceNumber: String(attribute('SequenceNumber') ?? ''),
    sentAt: Number(attribute('SentTimestamp')),
  };
}

function text(message: unknown, member: string): string {
  const value = memberOf(message, member);
  if (typeof value === 'string') return value;
  throw new Error(`a received message without ${member}`);
}
