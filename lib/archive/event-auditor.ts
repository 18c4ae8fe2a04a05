import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { AuditorEnvironment } from '../../lambda/archive/auditor/config.ts';
import {
  deliveriesPartition,
  FORGETTINGS_PARTITION,
  SUBSCRIBERS_PARTITION,
  waitingPartition,
} from '../../lambda/table/keys.ts';
import type { SubscriberQueues } from '../delivery/subscriber-queues.ts';
import { allow, allowOnRows } from '../shared/allow.ts';
import type { OrderedQueue } from '../shared/ordered-queue.ts';
import type { PrivateBucket } from '../shared/private-bucket.ts';
import { ServiceFunction } from '../shared/service-function.ts';
import { TENANCY } from '../shared/tenancy.ts';
import type { Stage } from '../stage.ts';
import type { EventTable } from '../table/event-table.ts';

export interface EventAuditorProps {
  readonly stage: Stage;
  readonly table: EventTable;
  /** The bucket of the archive. */
  readonly archive: PrivateBucket;
  readonly queues: SubscriberQueues;
  /** Its dead-letter queue lies beside the queues of subscribers. */
  readonly deliveries: OrderedQueue;
}

/** Looks every hour whether each subscriber's events are accounted for. */
export class EventAuditor extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, props: EventAuditorProps) {
    super(scope, id);

    const { stage, table, archive, queues, deliveries } = props;
    const auditor = new ServiceFunction(this, 'Auditor', {
      folder: 'archive/auditor',
      description: 'Looks every hour whether an event of a subscriber is lost',
      stage,
      // An object of the archive at a time, up to some 6 MB, and the ids of an hour's events.
      memorySize: 1024,
      timeout: Duration.minutes(15),
      environment: {
        TABLE_NAME: table.table.tableName,
        ARCHIVE_BUCKET: archive.bucketName,
        SUBSCRIBER_QUEUES_ARN: queues.arn,
        DELIVERIES_DEAD_LETTER_QUEUE_URL: deliveries.deadLetterQueue.queueUrl,
      } satisfies AuditorEnvironment,
    });
    this.function = auditor.function;
    new Rule(this, 'EveryHour', {
      description: 'Looks whether an event of a subscriber is lost',
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [new LambdaFunction(this.function, { retryAttempts: 0 })],
    });

    allow(this.function, ['s3:ListBucket'], [archive.bucketArn]);
    const reason = 'Reads objects whose keys are made of hours and sequence numbers.';
    archive.allowUnder(auditor, 's3:GetObject', 'events', reason);
    queues.allow(auditor, ['sqs:GetQueueAttributes']);
    allowOnRows(this.function, table.table, {
      'dynamodb:Query': [
        ...TENANCY,
        ...[SUBSCRIBERS_PARTITION, FORGETTINGS_PARTITION],
        ...[waitingPartition('*'), deliveriesPartition('*')],
      ],
    });
  }
}
