import { randomUUID } from 'node:crypto';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings } from '../stack/client-settings.ts';
import { type StackAddress, unavailable } from '../stack/deployed-stack.ts';
import { type DeadLetter, readDeadLetter } from './dead-letter.ts';
import { placeInOrder } from './place-in-order.ts';
import { sendToSubscriber } from './subscriber-letter.ts';

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
  /** Undefined where they came from the queues of many subscribers. */
  readonly countSource: () => Promise<Counts | undefined>;
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
  const ofSubscribers = subscriberLetters(sdk, client, stack);
  const queues = found.flatMap(({ name, url: sourceUrl, deadLetterArn }) => {
    const url = found.find(({ arn }) => arn === deadLetterArn)?.url;
    if (url === undefined || url === ofSubscribers?.url) return [];
    return deadLetterQueue(sdk, client, {
      name,
      url,
      source: sourceQueue(sdk, client, name, sourceUrl),
    });
  });
  return {
    queues:
      ofSubscribers === undefined
        ? queues
        : [...queues, deadLetterQueue(sdk, client, ofSubscribers)],
    [Symbol.dispose]: () => client.destroy(),
  };
}

/** What the queues of subscribers gave up, which share one dead-letter queue and name none. */
function subscriberLetters(sdk: Sqs, client: SQSClient, stack: StackAddress): Opened | undefined {
  const { subscriberQueues: names, queues } = stack;
  const url = queues['deliveriesDeadLetter'];
  if (names === undefined || url === undefined) return undefined;
  const source: Source = {
    count: async () => undefined,
    send: (letter) => sendToSubscriber(sdk, client, names, letter),
  };
  return { name: 'deliveries', url, source };
}

function targetOf(redrivePolicy: string): unknown {
  const policy: unknown = JSON.parse(redrivePolicy);
  return typeof policy === 'object' && policy !== null && 'deadLetterTargetArn' in policy
    ? policy.deadLetterTargetArn
    : undefined;
}

/** Where dead letters came from. */
interface Source {
  readonly count: () => Promise<Counts | undefined>;
  readonly send: (letter: DeadLetter) => Promise<void>;
}

interface Opened {
  readonly name: string;
  readonly url: string;
  readonly source: Source;
}

function sourceQueue(sdk: Sqs, client: SQSClient, name: string, url: string): Source {
  return {
    count: () => countsOf(sdk, client, url),
    send: async (letter) => {
      const place = isFifo(url) ? placeInOrder(letter) : {};
      const message = { QueueUrl: url, MessageBody: letter.body, ...place };
      await client
        .send(new sdk.SendMessageCommand(message))
        .catch(unavailable(`${name} does not take ${letter.id} back`));
    },
  };
}

function deadLetterQueue(
  sdk: Sqs,
  client: SQSClient,
  { name, url, source }: Opened,
): DeadLetterQueue {
  const explain = unavailable(`the dead letters of ${name} cannot be reached`);
  return {
    name,
    count: () => countsOf(sdk, client, url).catch(explain),
    countSource: () => source.count().catch(explain),
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
    sendBack: source.send,
    remove: async ({ receiptHandle }) => {
      const command = new sdk.DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: receiptHandle });
      await client.send(command).catch(explain);
    },
    release: (letters) => release(sdk, client, url, letters).catch(explain),
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
