import { Duration, Size } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { tokensPath } from '../../lambda/channels/token-parameter.ts';
import { type CheckerEnvironment, MOST_TRIES } from '../../lambda/sending/checker/config.ts';
import {
  CAMPAIGN_PREFIX,
  CAMPAIGNS_PARTITION,
  CHANNELS_PARTITION,
  NAMES_PREFIX,
  OPT_OUTS_PREFIX,
  OUTGOING_PREFIX,
  outboxPartition,
  TRIGGERED_PREFIX,
} from '../../lambda/table/keys.ts';
import { allow, allowOnRows } from '../shared/allow.ts';
import { OrderedQueue } from '../shared/ordered-queue.ts';
import { PrivateBucket } from '../shared/private-bucket.ts';
import { QueueMapping } from '../shared/queue-mapping.ts';
import { ServiceFunction } from '../shared/service-function.ts';
import type { Stage } from '../stage.ts';
import type { EventTable } from '../table/event-table.ts';
import { allowTokens } from './allow-tokens.ts';
import type { Outbox } from './outbox.ts';
import { sendersOf } from './sending-variables.ts';

/** What the keys begin with of files that somebody puts up, and of what is made of them. */
const UPLOADS = 'uploads';
const PARTS = 'campaigns';

/**
 * What rows leave behind is collected sooner, in MB: a million take 220 instead of 260, for a seventh more
 * of the time.
 */
export const CHECKER_NODE_OPTIONS = '--max-semi-space-size=8';

export interface CampaignsProps {
  readonly stage: Stage;
  readonly table: EventTable;
  readonly outbox: Outbox;
}

/** Checks campaigns before they start, finds what may be offered again after, and keeps their files. */
export class Campaigns extends Construct {
  readonly checker: IFunction;
  /** A request a check. A campaign is a message group, so that it has one check at a time. */
  readonly checks: OrderedQueue;
  readonly files: PrivateBucket;

  constructor(scope: Construct, id: string, { stage, table, outbox }: CampaignsProps) {
    super(scope, id);

    // The longest there is. A million recipients take a minute; one that must look for names of a million, ten.
    const timeout = Duration.minutes(15);
    this.checks = new OrderedQueue(this, 'Checks', {
      consumerTimeout: timeout,
      // Of a check that was killed nobody waits for an hour and a half.
      visibilityTimeout: timeout.plus(Duration.minutes(1)),
      maxReceiveCount: MOST_TRIES,
    });
    const expiration = Duration.days(stage.campaignDays);
    this.files = new PrivateBucket(this, 'Files', { stage, expiration });

    const checker = new ServiceFunction(this, 'Checker', {
      folder: 'sending/checker',
      description: 'Checks the recipients of a campaign, and writes what is sent to each',
      stage,
      // A vCPU: a check is nothing but work. Of the memory it takes a seventh.
      memorySize: 1769,
      // Parts grow there, each with what it says to a person, up to a million of them.
      ephemeralStorageSize: Size.gibibytes(10),
      timeout,
      environment: {
        NODE_OPTIONS: CHECKER_NODE_OPTIONS,
        TABLE_NAME: table.table.tableName,
        CHECKS_QUEUE_URL: this.checks.queue.queueUrl,
        OUTBOX_QUEUE_URL: outbox.queue.queueUrl,
        CAMPAIGNS_BUCKET: this.files.bucketName,
        CAMPAIGN_DAYS: String(stage.campaignDays),
        TOKENS_PATH: tokensPath(stage.name),
      } satisfies CheckerEnvironment & { NODE_OPTIONS: string },
    });
    this.checker = checker.function;

    new QueueMapping(this, 'FromChecks', {
      queue: this.checks.queue,
      consumer: this.checker,
      batchSize: 1,
      // The least there is.
      maxConcurrency: 2,
      // Where nothing is sent nothing is to be checked.
      enabled: sendersOf(stage).enabled,
    });
    this.grantTo(checker, { stage, table, outbox });
  }

  private grantTo(checker: ServiceFunction, { stage, table, outbox }: CampaignsProps): void {
    const [ours, names] = [`${CAMPAIGN_PREFIX}*`, `${NAMES_PREFIX}*`];
    allowOnRows(this.checker, table.table, {
      'dynamodb:GetItem': [CAMPAIGNS_PARTITION, CHANNELS_PARTITION],
      'dynamodb:UpdateItem': [CAMPAIGNS_PARTITION],
      // Cursors of an earlier check, who wants no marketing, who has two names, and who was put in.
      'dynamodb:Query': [ours, `${OPT_OUTS_PREFIX}*`, names, `${TRIGGERED_PREFIX}*`],
      // Also the messages of an export, and those that failed.
      'dynamodb:BatchGetItem': [names, `${OUTGOING_PREFIX}*`],
      // Also that failures of a campaign wait in lanes.
      'dynamodb:PutItem': [ours, outboxPartition('*', '*')],
      'dynamodb:DeleteItem': [ours],
    });
    allowOnRows(this.checker, { tableArn: table.timelineArn }, { 'dynamodb:Query': [names] });
    allow(this.checker, ['sqs:SendMessage'], [outbox.queue.queueArn]);
    this.files.allowUnder(checker, 's3:GetObject', UPLOADS, 'Reads the file of any campaign.');
    this.files.allowUnder(checker, 's3:GetObject', PARTS, 'Reads the parts of what it exports.');
    // Or S3 would call a file that is not there forbidden.
    allow(this.checker, ['s3:ListBucket'], [this.files.bucketArn]);
    const reason = 'Writes what is sent, in parts under the id of its campaign, or gives that up.';
    for (const action of ['s3:PutObject', 's3:AbortMultipartUpload']) {
      this.files.allowUnder(checker, action, PARTS, reason);
    }
    allowTokens(checker, stage, 'Asks the provider for the templates of any channel.');
  }
}
