import type { CreateQueueRequest, SendMessageRequest } from '@aws-sdk/client-sqs';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { AwsRequestError } from '../shared/aws/request.ts';
import { type SqsQueue, sqsQueue } from '../shared/aws/sqs-queue.ts';
import { memberOf } from '../shared/json/json-source.ts';
import {
  type Delivery,
  deliveryDeduplicationId,
  deliveryGroup,
  writeDelivery,
} from './delivery.ts';
import type { SubscriberQueueNames } from './queue-names.ts';

/** The queue of each subscriber, in which its deliveries wait. */
export interface SubscriberQueues {
  readonly of: (id: string) => SqsQueue;
  /** Makes it, or finds it made. It can be sent to about a second later. */
  readonly create: (id: string, signal: AbortSignal) => Promise<void>;
  /** Removes it with all that it holds. */
  readonly remove: (id: string, signal: AbortSignal) => Promise<void>;
  /** Ids of those that have one. */
  readonly list: (signal: AbortSignal) => Promise<readonly string[]>;
  /** In ms since 1970; undefined where there is none. */
  readonly madeAt: (id: string, signal: AbortSignal) => Promise<number | undefined>;
  /** Sends to its subscriber's, behind what is in its group. */
  readonly send: (delivery: Delivery, isOrdered: boolean, signal: AbortSignal) => Promise<void>;
}

/** The longest that SQS keeps a message. */
const RETENTION_SECONDS = 14 * 86_400;

export interface QueueSettings {
  readonly names: SubscriberQueueNames;
  /** Six times the timeout of the deliverer, as AWS advises. */
  readonly visibilityTimeoutSeconds: number;
}

export function subscriberQueues(
  sqs: CallAws,
  { names, visibilityTimeoutSeconds }: QueueSettings,
): SubscriberQueues {
  return {
    of: (id) => sqsQueue(sqs, names.url(id)),
    create: async (id, signal) => {
      const input: CreateQueueRequest = {
        QueueName: names.name(id),
        // Without a redrive policy: it counts receives, of which a delivery behind others has any number.
        Attributes: {
          FifoQueue: 'true',
          // High throughput: the limit of 300 calls a second becomes one per partition.
          DeduplicationScope: 'messageGroup',
          FifoThroughputLimit: 'perMessageGroupId',
          SqsManagedSseEnabled: 'true',
          MessageRetentionPeriod: String(RETENTION_SECONDS),
          VisibilityTimeout: String(visibilityTimeoutSeconds),
          Policy: inTransitOnly(names.arn(id)),
        },
      };
      await sqs('CreateQueue', input, signal);
    },
    remove: async (id, signal) => {
      await unlessGone(sqs('DeleteQueue', { QueueUrl: names.url(id) }, signal));
    },
    list: async (signal) => {
      const ids: string[] = [];
      let NextToken: unknown;
      do {
        const from = NextToken === undefined ? {} : { NextToken };
        const input = { QueueNamePrefix: names.prefix, MaxResults: 1000, ...from };
        const answer = await sqs('ListQueues', input, signal);
        ids.push(...textsOf(memberOf(answer, 'QueueUrls')).flatMap((url) => names.idOf(url) ?? []));
        NextToken = memberOf(answer, 'NextToken') ?? undefined;
      } while (NextToken !== undefined);
      return ids;
    },
    madeAt: async (id, signal) => {
      const input = { QueueUrl: names.url(id), AttributeNames: ['CreatedTimestamp'] };
      const answer = await unlessGone(sqs('GetQueueAttributes', input, signal));
      const seconds = memberOf(memberOf(answer, 'Attributes'), 'CreatedTimestamp');
      return seconds === undefined ? undefined : Number(seconds) * 1000;
    },
    send: async (delivery, isOrdered, signal) => {
      const input: SendMessageRequest = {
        QueueUrl: names.url(delivery.subscriberId),
        MessageBody: writeDelivery(delivery),
        MessageGroupId: deliveryGroup(delivery, isOrdered),
        MessageDeduplicationId: deliveryDeduplicationId(delivery),
      };
      await sqs('SendMessage', input, signal);
    },
  };
}

/** Of the queue's own policy: whoever comes without TLS is refused. */
function inTransitOnly(arn: string): string {
  const statement = {
    ...{ Effect: 'Deny', Principal: '*', Action: 'sqs:*', Resource: arn },
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

const NAMES_OF_GONE: ReadonlySet<string> = new Set([
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
]);

/** Whether an error says that there is no such queue, by either of SQS's names for it. */
export function isQueueGone(error: unknown): boolean {
  return error instanceof AwsRequestError && NAMES_OF_GONE.has(error.name);
}

async function unlessGone(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    if (isQueueGone(error)) return undefined;
    throw error;
  }
}

function textsOf(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
}
