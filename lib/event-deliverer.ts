import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { EventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import {
  backlogPartition,
  deliveriesPartition,
  limitsPartition,
  SUBSCRIBERS_PARTITION,
} from '../lambda/adapters/table-rows.ts';
import type { DeliveringEnvironment } from '../lambda/deliverer/config.ts';
import { allow, allowOnRows, allowPolling } from './allow.ts';
import type { EventTable } from './event-table.ts';
import { LISTEN_QUEUES } from './listen-queues.ts';
import type { Media } from './media.ts';
import type { OrderedQueue } from './ordered-queue.ts';
import type { OverflowBucket } from './overflow-bucket.ts';
import { ServiceFunction } from './service-function.ts';
import type { SigningKey } from './signing-key.ts';
import type { Stage } from './stage.ts';

const BACKLOG = backlogPartition('*');
/** Groups of contacts, of messages that are known by their statuses, and what claims a message. */
const MESSAGES = ['contact.*', 'message.*', 'claims.*'];
const LIMITS = limitsPartition('*');

export interface EventDelivererProps {
  readonly stage: Stage;
  readonly deliveries: OrderedQueue;
  readonly table: EventTable;
  readonly overflow: OverflowBucket;
  readonly media: Media;
  readonly signingKey: SigningKey;
  /** Of the deliverer: the queue hides its messages for six times this. */
  readonly timeout: Duration;
}

/** Delivers what is queued, and drains what had to be put aside, each group in its order. */
export class EventDeliverer extends Construct {
  readonly deliverer: IFunction;
  readonly drainer: IFunction;

  constructor(scope: Construct, id: string, props: EventDelivererProps) {
    super(scope, id);

    const { stage, deliveries } = props;
    this.deliverer = this.delivering('Deliverer', {
      ...props,
      name: 'deliverer',
      description: 'Delivers events to their subscribers, in the order of each group',
    });
    new EventSourceMapping(this, 'Deliveries', {
      target: this.deliverer,
      eventSourceArn: deliveries.queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
      maxConcurrency: stage.delivererMaximumConcurrency,
    });
    allowPolling(this.deliverer, deliveries.queue);

    this.drainer = this.delivering('Drainer', {
      ...props,
      name: 'drainer',
      description: 'Delivers what was put aside once its endpoint is well again',
      // Whoever comes after a minute finds the lease taken, and has what else there is to do.
      timeout: Duration.minutes(2),
    });
    new Rule(this, 'EveryMinute', {
      description: 'Looks whether endpoints are well again',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(this.drainer, { retryAttempts: 0 })],
    });
    allowOnRows(this.deliverer, props.table.table, { 'dynamodb:PutItem': [BACKLOG] });
    allowOnRows(this.drainer, props.table.table, {
      'dynamodb:Query': [SUBSCRIBERS_PARTITION, BACKLOG],
      'dynamodb:UpdateItem': [BACKLOG],
      'dynamodb:DeleteItem': [BACKLOG],
    });
  }

  private delivering(
    id: string,
    { stage, deliveries, table, overflow, media, signingKey, ...rest }: DeliveringProps,
  ): IFunction {
    const delivering = new ServiceFunction(this, id, {
      ...rest,
      stage,
      // Ten payloads of 5 MB each, delivered side by side, take 430 MB.
      memorySize: 512,
      environment: {
        TABLE_NAME: table.table.tableName,
        OVERFLOW_BUCKET: overflow.bucket.bucketName,
        MEDIA_BUCKET: media.files.bucketName,
        MEDIA_POLICY: JSON.stringify(stage.media),
        SIGNING_KEY_ARN: signingKey.secret.secretArn,
        DELIVERIES_QUEUE_URL: deliveries.queue.queueUrl,
        DELIVERIES_DEAD_LETTER_QUEUE_URL: deliveries.deadLetterQueue.queueUrl,
      } satisfies DeliveringEnvironment,
    });
    allowOnRows(delivering.function, table.table, {
      // Of what was said with anybody only the messages that others answer.
      'dynamodb:BatchGetItem': MESSAGES,
      'dynamodb:GetItem': [SUBSCRIBERS_PARTITION],
      'dynamodb:PutItem': [deliveriesPartition('*')],
      'dynamodb:UpdateItem': [SUBSCRIBERS_PARTITION, LIMITS],
      'dynamodb:DeleteItem': [LIMITS],
    });
    const queues = [deliveries.deadLetterQueue.queueArn, ...(stage.subscriberQueueArns ?? [])];
    allow(delivering.function, ['sqs:SendMessage'], queues);
    const { subscriberQueueKeyArns: keys = [] } = stage;
    // SQS asks for both of whoever sends: it may have to take up a data key that is in use.
    if (keys.length > 0)
      allow(delivering.function, ['kms:Decrypt', 'kms:GenerateDataKey'], [...keys]);
    this.allowListenQueues(delivering);
    overflow.grantRead(delivering);
    media.grantRead(delivering);
    signingKey.grantRead(delivering.function);
    return delivering.function;
  }

  private allowListenQueues(delivering: ServiceFunction): void {
    const anyName = `${LISTEN_QUEUES}*`;
    const arn = Stack.of(this).formatArn({ service: 'sqs', resource: anyName });
    allow(delivering.function, ['sqs:SendMessage'], [arn]);
    Validations.of(delivering).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:sqs:<AWS::Region>:<AWS::AccountId>:${anyName}]`,
      reason: 'A developer who listens makes up the name of the queue.',
    });
  }
}

type DeliveringProps = EventDelivererProps & {
  readonly name: string;
  readonly description: string;
};
