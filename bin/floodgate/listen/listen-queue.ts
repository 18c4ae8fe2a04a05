import { randomUUID } from 'node:crypto';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings } from '../stack/client-settings.ts';
import { type StackAddress, unavailable } from '../stack/deployed-stack.ts';
import { UnavailableError } from '../terminal/command.ts';
import { POST_MS } from './forward-events.ts';
import { queueAttributes, sendersPolicy } from './queue-settings.ts';
import { readWaitingEvent, type WaitingEvent } from './waiting-event.ts';

/** The queue by which a listener gets its events. */
export interface ListenQueue {
  readonly url: string;
  /** Whether somebody has made it before. */
  readonly wasThere: boolean;
  /** About how many events wait. */
  readonly count: () => Promise<number>;
  readonly receive: () => Promise<readonly WaitingEvent[]>;
  readonly remove: (event: WaitingEvent) => Promise<void>;
  readonly giveBack: (events: readonly WaitingEvent[], seconds: number) => Promise<void>;
}

export interface ListenQueues extends Disposable {
  /** Makes the queue where there is none, and sets it up as it should be. */
  readonly open: (name: string) => Promise<ListenQueue>;
  /** Resolves with whether there was one. */
  readonly remove: (name: string) => Promise<boolean>;
}

type Sqs = typeof import('@aws-sdk/client-sqs');

interface Opened {
  readonly sdk: Sqs;
  readonly client: SQSClient;
}

/** Three posts and their deletion; the rest of a batch is received again. */
const HELD_SECONDS = 4 * (POST_MS / 1000);
/** Whoever ends waits for it: SQS would go on, and hide from the next what it finds. */
const WAIT_SECONDS = 3;
/** Of one call; a connection that broke in a sleep says nothing. */
const CALL_MS = 5000;

/** Opens the queues of a stack's listeners. */
export async function openListenQueues(stack: StackAddress): Promise<ListenQueues> {
  // Loaded here, because it takes longer than all the rest of the command.
  const sdk = await import('@aws-sdk/client-sqs');
  const client = new sdk.SQSClient(clientSettings(stack.endpoints?.sqs));
  const opened = { sdk, client };
  return {
    open: async (name) => {
      const found = await findQueue(opened, name);
      const url = found ?? (await makeQueue(opened, name));
      await setUp(opened, url, stack).catch(unavailable(`the queue ${name} cannot be set up`));
      return { ...listenQueue(opened, url), wasThere: found !== undefined };
    },
    remove: async (name) => {
      const url = await findQueue(opened, name);
      if (url === undefined) return false;
      await client
        .send(new sdk.DeleteQueueCommand({ QueueUrl: url }))
        .catch(unavailable(`the queue ${name} cannot be deleted`));
      return true;
    },
    [Symbol.dispose]: () => client.destroy(),
  };
}

async function findQueue({ sdk, client }: Opened, name: string): Promise<string | undefined> {
  try {
    return (await client.send(new sdk.GetQueueUrlCommand({ QueueName: name }))).QueueUrl;
  } catch (error) {
    if (error instanceof sdk.QueueDoesNotExist) return undefined;
    return unavailable(`the queue ${name} cannot be looked for`)(error);
  }
}

async function makeQueue({ sdk, client }: Opened, name: string): Promise<string> {
  const fifo = {
    FifoQueue: 'true',
    DeduplicationScope: 'messageGroup',
    FifoThroughputLimit: 'perMessageGroupId',
  } as const;
  const command = new sdk.CreateQueueCommand({
    QueueName: name,
    Attributes: { ...fifo, ...queueAttributes(HELD_SECONDS) },
  });
  const { QueueUrl = '' } = await client
    .send(command)
    .catch(unavailable(`the queue ${name} cannot be made`));
  return QueueUrl;
}

/** Each time, as the roles of the stack change when it is deployed anew. */
async function setUp({ sdk, client }: Opened, QueueUrl: string, stack: StackAddress) {
  const command = new sdk.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
  const { Attributes: { QueueArn = '' } = {} } = await client.send(command);
  const Attributes = {
    ...queueAttributes(HELD_SECONDS),
    ...(stack.endpoints === undefined && { Policy: sendersPolicy(QueueArn, stack) }),
  };
  await client.send(new sdk.SetQueueAttributesCommand({ QueueUrl, Attributes }));
}

function listenQueue({ sdk, client }: Opened, QueueUrl: string): Omit<ListenQueue, 'wasThere'> {
  const inTime = (ms = CALL_MS) => ({ abortSignal: AbortSignal.timeout(ms) });
  let attemptId = randomUUID();
  return {
    url: QueueUrl,
    count: async () => {
      const names = ['ApproximateNumberOfMessages'] as const;
      const command = new sdk.GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] });
      const { Attributes: attributes = {} } = await client.send(command, inTime());
      return Number(attributes.ApproximateNumberOfMessages ?? 0);
    },
    receive: async () => {
      const command = new sdk.ReceiveMessageCommand({
        ...{ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: WAIT_SECONDS },
        VisibilityTimeout: HELD_SECONDS,
        MessageSystemAttributeNames: ['MessageGroupId', 'ApproximateReceiveCount'],
        MessageAttributeNames: ['All'],
        // What a lost answer has hidden is in the next one.
        ReceiveRequestAttemptId: attemptId,
      });
      const patience = inTime(1000 * WAIT_SECONDS + CALL_MS);
      const { Messages = [] } = await client.send(command, patience).catch(gone(sdk));
      attemptId = randomUUID();
      const heldUntil = Date.now() + 1000 * HELD_SECONDS;
      return Messages.map((message) => readWaitingEvent(message, heldUntil));
    },
    remove: async ({ receiptHandle: ReceiptHandle }) => {
      await client.send(new sdk.DeleteMessageCommand({ QueueUrl, ReceiptHandle }), inTime());
    },
    giveBack: async (events, VisibilityTimeout) => {
      const Entries = events.map(({ receiptHandle: ReceiptHandle }, index) => ({
        ...{ Id: String(index), ReceiptHandle, VisibilityTimeout },
      }));
      const command = new sdk.ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries });
      await client.send(command, inTime());
    },
  };
}

function gone(sdk: Sqs): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof sdk.QueueDoesNotExist)) throw error;
    throw new UnavailableError('the queue is gone: somebody removed it; start anew to make one', {
      cause: error,
    });
  };
}
