import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { DeliveringEnvironment } from '../../lambda/delivery/deliverer/config.ts';
import type { ProberEnvironment } from '../../lambda/delivery/prober/config.ts';
import {
  backlogPartition,
  deliveriesPartition,
  limitsPartition,
  OUTGOING_PREFIX,
  SUBSCRIBERS_PARTITION,
  waitingPartition,
} from '../../lambda/table/keys.ts';
import { type StoredEvents, storedEventsVariables } from '../media/stored-events.ts';
import { allow, allowOnRows } from '../shared/allow.ts';
import type { OrderedQueue } from '../shared/ordered-queue.ts';
import { POLLING } from '../shared/queue-mapping.ts';
import { ServiceFunction } from '../shared/service-function.ts';
import { TENANCY } from '../shared/tenancy.ts';
import type { Stage } from '../stage.ts';
import { LISTEN_QUEUES } from './listen-queues.ts';
import type { SigningKey } from './signing-key.ts';
import type { SubscriberQueues } from './subscriber-queues.ts';

/** Of the queue of a release before this one. */
const EMPTYING = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const MANAGING = ['sqs:CreateQueue', 'sqs:DeleteQueue'] as const;
/** Groups of contacts, of messages that are known by their statuses, and what claims a message. */
const MESSAGES = ['contact.*', 'message.*', 'claims.*'];
/** A delivery that waited asks whether its event is still there: of no contact, or of what is sent from here. */
const OTHER_EVENTS = ['account.*', `${OUTGOING_PREFIX}*`];
const WAITING = waitingPartition('*');
const BACKLOG = backlogPartition('*');

export interface EventDelivererProps extends StoredEvents {
  readonly stage: Stage;
  readonly queues: SubscriberQueues;
  /** The queue of a release before this one, and where deliveries go that are given up. */
  readonly deliveries: OrderedQueue;
  readonly signingKey: SigningKey;
  /** Of the deliverer: the queues hide their messages for six times this. */
  readonly timeout: Duration;
}

/** Delivers what subscribers' queues hold, each group in its order, and looks after those queues. */
export class EventDeliverer extends Construct {
  readonly deliverer: IFunction;
  readonly prober: IFunction;

  constructor(scope: Construct, id: string, props: EventDelivererProps) {
    super(scope, id);

    const { queues, deliveries, table } = props;
    const deliverer = this.delivering('Deliverer', {
      ...props,
      folder: 'delivery/deliverer',
      description: 'Delivers events to their subscribers, in the order of each group',
    });
    this.deliverer = deliverer.function;
    queues.allow(deliverer, POLLING);

    const prober = this.delivering('Prober', {
      ...props,
      folder: 'delivery/prober',
      description: 'Tries endpoints that answer nobody, and keeps the queues of subscribers',
      timeout: Duration.minutes(1),
      environment: {
        ...queues.environment(this.deliverer),
        FORMER_QUEUE_URL: deliveries.queue.queueUrl,
      } satisfies Record<keyof ProberEnvironment, string>,
    });
    this.prober = prober.function;
    new Rule(this, 'EveryMinute', {
      description: 'Looks whether endpoints are well again',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(this.prober, { retryAttempts: 0 })],
    });
    queues.allow(prober, [...POLLING, ...MANAGING, 'sqs:SendMessage']);
    queues.allowMapping(prober, this.deliverer);
    queues.allowListing(prober);
    allow(this.prober, EMPTYING, [deliveries.queue.queueArn]);
    allow(this.deliverer, ['sqs:ChangeMessageVisibility'], [deliveries.queue.queueArn]);
    allowOnRows(this.prober, table.table, {
      'dynamodb:Query': [SUBSCRIBERS_PARTITION, WAITING, BACKLOG],
      // Of a listener whom nobody has read for a day.
      'dynamodb:DeleteItem': [BACKLOG, SUBSCRIBERS_PARTITION],
    });
  }

  private delivering(
    id: string,
    { stage, queues, deliveries, table, overflow, media, signingKey, ...rest }: DeliveringProps,
  ): ServiceFunction {
    const delivering = new ServiceFunction(this, id, {
      ...rest,
      stage,
      // Ten payloads of 5 MB each, delivered side by side, take 430 MB.
      memorySize: 512,
      environment: {
        ...storedEventsVariables({ table, overflow, media }),
        MEDIA_POLICY: JSON.stringify(stage.media),
        SIGNING_KEY_ARN: signingKey.secret.secretArn,
        SUBSCRIBER_QUEUES_ARN: queues.arn,
        DELIVERIES_DEAD_LETTER_QUEUE_URL: deliveries.deadLetterQueue.queueUrl,
        ...rest.environment,
      } satisfies DeliveringEnvironment,
    });
    allowOnRows(delivering.function, table.table, {
      // Of what was said with anybody the messages that others answer, and whether an event is still there.
      'dynamodb:BatchGetItem': [...MESSAGES, ...OTHER_EVENTS, WAITING],
      'dynamodb:GetItem': [SUBSCRIBERS_PARTITION],
      'dynamodb:Query': TENANCY,
      'dynamodb:PutItem': [deliveriesPartition('*')],
      'dynamodb:UpdateItem': [SUBSCRIBERS_PARTITION, WAITING, limitsPartition('*')],
      'dynamodb:DeleteItem': [WAITING],
    });
    const targets = [deliveries.deadLetterQueue.queueArn, ...(stage.subscriberQueueArns ?? [])];
    allow(delivering.function, ['sqs:SendMessage'], targets);
    const { subscriberQueueKeyArns: keys = [] } = stage;
    // SQS asks for both of whoever sends: it may have to take up a data key that is in use.
    if (keys.length > 0)
      allow(delivering.function, ['kms:Decrypt', 'kms:GenerateDataKey'], [...keys]);
    this.allowListenQueues(delivering);
    overflow.grantRead(delivering);
    media.grantRead(delivering);
    signingKey.grantRead(delivering.function);
    return delivering;
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
  readonly folder: string;
  readonly description: string;
  readonly environment?: Record<string, string>;
};
