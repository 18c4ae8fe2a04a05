import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { RouterEnvironment } from '../../lambda/delivery/router/config.ts';
import {
  CAMPAIGN_PREFIX,
  CAMPAIGNS_PARTITION,
  CHANNELS_PARTITION,
  NAMES_PREFIX,
  OPT_OUTS_PREFIX,
  OUTGOING_PREFIX,
  SUBSCRIBERS_PARTITION,
} from '../../lambda/table/keys.ts';
import { TableChanges } from '../changes/table-changes.ts';
import { allow, allowOnRows } from '../shared/allow.ts';
import { PrivateBucket } from '../shared/private-bucket.ts';
import { longestRetention } from '../shared/retention.ts';
import { ServiceFunction } from '../shared/service-function.ts';
import { TENANCY } from '../shared/tenancy.ts';
import type { Stage } from '../stage.ts';
import type { EventTable } from '../table/event-table.ts';
import type { SubscriberQueues } from './subscriber-queues.ts';

/** Where the router leaves what it cannot read. */
const UNREADABLE = 'unrouted';

/** What is kept of campaigns, and their figures. */
const CAMPAIGNS = [CAMPAIGNS_PARTITION, `${CAMPAIGN_PREFIX}*`];
const OPT_OUTS = `${OPT_OUTS_PREFIX}*`;
const NAMES = `${NAMES_PREFIX}*`;

export interface EventRouterProps {
  readonly stage: Stage;
  readonly table: EventTable;
  readonly queues: SubscriberQueues;
  /** Takes what is for a queue that somebody removed. */
  readonly deadLetterQueue: IQueue;
  readonly mediaJobs: IQueue;
}

/** Puts each new event of the table on the queue of each subscriber that wants it. */
export class EventRouter extends Construct {
  readonly function: IFunction;
  /** Records that nobody could read, or that Lambda gave up. */
  readonly unrouted: PrivateBucket;

  constructor(scope: Construct, id: string, props: EventRouterProps) {
    super(scope, id);
    const { stage, table, queues, deadLetterQueue, mediaJobs } = props;

    // As long as the row itself, from which the event can be delivered once it can be read.
    const expiration = Duration.days(longestRetention(stage));
    this.unrouted = new PrivateBucket(this, 'Unrouted', { stage, expiration });
    const router = new ServiceFunction(this, 'Router', {
      folder: 'delivery/router',
      description: 'Puts each event on the queue of each subscriber that wants it',
      stage,
      memorySize: 512,
      // A batch takes milliseconds; this is how long it bears a queue that is slow.
      timeout: Duration.minutes(1),
      environment: {
        TABLE_NAME: table.table.tableName,
        SUBSCRIBER_QUEUES_ARN: queues.arn,
        DELIVERIES_DEAD_LETTER_QUEUE_URL: deadLetterQueue.queueUrl,
        MEDIA_QUEUE_URL: mediaJobs.queueUrl,
        UNROUTED_BUCKET: this.unrouted.bucketName,
      } satisfies RouterEnvironment,
    });
    this.function = router.function;

    new TableChanges(this, 'Changes', {
      table,
      reader: router,
      batchSize: 100,
      ...(stage.routerBatchingSeconds > 0 && {
        batchingWindow: Duration.seconds(stage.routerBatchingSeconds),
      }),
      reportBatchItemFailures: true,
      hasMediaNews: true,
      hasOutgoingNews: true,
      failures: this.unrouted,
      // Before the stream forgets it, what could not be routed goes to the bucket as it is.
      maximumAge: Duration.hours(23),
    });

    // Of what contacts said it gets the changes alone.
    allowOnRows(this.function, table.table, {
      'dynamodb:Query': [SUBSCRIBERS_PARTITION, ...TENANCY, NAMES, CAMPAIGNS_PARTITION],
      'dynamodb:BatchGetItem': [NAMES, 'message.*'],
      // Which of our messages has a wamid, and what the wamid's statuses are.
      'dynamodb:GetItem': [SUBSCRIBERS_PARTITION, CHANNELS_PARTITION, 'message.*', ...CAMPAIGNS],
      // What became of our messages, what an account's event says of its channels, figures, and who opted out.
      'dynamodb:UpdateItem': [`${OUTGOING_PREFIX}*`, CHANNELS_PARTITION, ...CAMPAIGNS, OPT_OUTS],
    });
    // Under which names somebody is known who opts out.
    allowOnRows(this.function, { tableArn: table.timelineArn }, { 'dynamodb:Query': [NAMES] });
    allow(this.function, ['sqs:SendMessage'], [deadLetterQueue.queueArn, mediaJobs.queueArn]);
    queues.allow(router, ['sqs:SendMessage']);
    const reason = 'Writes a record that it cannot read under its sequence number.';
    this.unrouted.allowUnder(router, 's3:PutObject', UNREADABLE, reason);
  }
}
