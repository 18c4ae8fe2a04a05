import { randomUUID } from 'node:crypto';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { digest } from '../../../lambda/domain/event.ts';
import { clientSettings } from '../client-settings.ts';
import { type StackAddress, unavailable } from '../deployed-stack.ts';
import { type DeadLetter, readDeadLetter } from './dead-letter.ts';

export interface Counts {
  /** Those that somebody has received and not yet deleted are not among them. */
  readonly waiting: number;
  readonly inFlight: number;
}

/** A queue and where its messages go that cannot be dealt with. Each call throws `UnavailableError`. */
export interface DeadLetterQueue {
  /** Of the queue whose messages these were, such as `inbox`. */
  readonly name: string;
  readonly count: () => Promise<Counts>;
  readonly countSource: () => Promise<Counts>;
  /** At most ten that nobody has received; of a group the first ones, in order. Hides them. */
  readonly receive: () => Promise<readonly DeadLetter[]>;
  /** Resolves once the queue that it came from has confirmed it. */
  readonly sendBack: (letter: DeadLetter) => Promise<void>;
  readonly remove: (letter: DeadLetter) => Promise<void>;
  /** Lets everybody see them again. */
  readonly release: (letters: readonly DeadLetter[]) => Promise<void>;
}

export interface OpenQueues extends Disposable {
  readonly queues: readonly DeadLetterQueue[];
}

type Sqs = typeof import('@aws-sdk/client-sqs');

/** Longer than it takes to look through a long queue: what is given back sooner is seen sooner. */
const HIDDEN_SECONDS = 600;
const MOST_AT_ONCE = 10;

/** Opens the dead-letter queues of a stack: those that its other queues name. */
export async function openDeadLetterQueues(stack: StackAddress): Promise<OpenQueues> {
  // Loaded here, because it takes longer than all the rest of the command.
  const sdk = await import('@aws-sdk/client-sqs');
  const client = new sdk.SQSClient(clientSettings(stack.endpoints?.sqs));
  const attributes = (url: string) =>
    client
      .send(new sdk.GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }))
      .then(({ Attributes = {} }) => Attributes)
      .catch(unavailable(`the queues of ${stack.name} cannot be read`));
  const found = await Promise.all(
    Object.entries(stack.queues).map(async ([name, url]) => {
      const { QueueArn = '', RedrivePolicy = '{}' } = await attributes(url);
      return { name, url, arn: QueueArn, deadLetterArn: targetOf(RedrivePolicy) };
    }),
  );
  const queues = found.flatMap(({ name, url: sourceUrl, deadLetterArn }) => {
    const url = found.find(({ arn }) => arn === deadLetterArn)?.url;
    return url === undefined ? [] : deadLetterQueue(sdk, client, { name, url, sourceUrl });
  });
  return { queues, [Symbol.dispose]: () => client.destroy() };
}

function targetOf(redrivePolicy: string): unknown {
  const policy: unknown = JSON.parse(redrivePolicy);
  return typeof policy === 'object' && policy !== null && 'deadLetterTargetArn' in policy
    ? policy.deadLetterTargetArn
    : undefined;
}

interface Urls {
  readonly name: string;
  readonly url: string;
  readonly sourceUrl: string;
}

function deadLetterQueue(
  sdk: Sqs,
  client: SQSClient,
  { name, url, sourceUrl }: Urls,
): DeadLetterQueue {
  const explain = unavailable(`the dead letters of ${name} cannot be reached`);
  return {
    name,
    count: () => countsOf(sdk, client, url).catch(explain),
    countSource: () => countsOf(sdk, client, sourceUrl).catch(explain),
    receive: async () => {
      const command = new sdk.ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: MOST_AT_ONCE,
        VisibilityTimeout: HIDDEN_SECONDS,
        // A short poll asks only some of a standard queue's servers.
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
        // What a lost answer has hidden is in the next one.
        ...(isFifo(url) && { ReceiveRequestAttemptId: randomUUID() }),
      });
      const { Messages = [] } = await client.send(command).catch(explain);
      return Messages.map((message) => readDeadLetter(name, message));
    },
    sendBack: async (letter) => {
      const place = isFifo(sourceUrl) ? placeInOrder(letter) : {};
      const message = { QueueUrl: sourceUrl, MessageBody: letter.body, ...place };
      await client
        .send(new sdk.SendMessageCommand(message))
        .catch(unavailable(`${name} does not take ${letter.id} back`));
    },
    remove: async ({ receiptHandle }) => {
      const command = new sdk.DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: receiptHandle });
      await client.send(command).catch(explain);
    },
    release: (letters) => release(sdk, client, url, letters).catch(explain),
  };
}

/**
 * The deduplication id is one that the queue has not seen, or it would confirm the message and drop
 * it. It is the same for the same dead letter, so that a repeated send within minutes is one.
 */
function placeInOrder({ id, group = id, sequenceNumber = '' }: DeadLetter) {
  return {
    MessageGroupId: group,
    MessageDeduplicationId: digest(['redrive', id, sequenceNumber]),
  };
}

async function countsOf(sdk: Sqs, client: SQSClient, QueueUrl: string): Promise<Counts> {
  const command = new sdk.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
  const { Attributes: attributes = {} } = await client.send(command);
  return {
    waiting: Number(attributes.ApproximateNumberOfMessages ?? 0),
    inFlight: Number(attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
  };
}

async function release(
  sdk: Sqs,
  client: SQSClient,
  QueueUrl: string,
  letters: readonly DeadLetter[],
): Promise<void> {
  for (let at = 0; at < letters.length; at += MOST_AT_ONCE) {
    const Entries = letters
      .slice(at, at + MOST_AT_ONCE)
      .map(({ receiptHandle: ReceiptHandle }, index) => ({
        ...{ Id: String(index), ReceiptHandle, VisibilityTimeout: 0 },
      }));
    await client.send(new sdk.ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  }
}

function isFifo(url: string): boolean {
  return url.endsWith('.fifo');
}
