import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { MediaEnvironment } from '../../lambda/media/fetcher/config.ts';
import { MEDIA_PACE_PARTITION } from '../../lambda/table/keys.ts';
import type { ProviderSecrets } from '../providers/provider-secrets.ts';
import { allow, allowOnRows } from '../shared/allow.ts';
import { JobQueue } from '../shared/job-queue.ts';
import { QUEUE_RETENTION } from '../shared/ordered-queue.ts';
import { PrivateBucket } from '../shared/private-bucket.ts';
import { QueueMapping } from '../shared/queue-mapping.ts';
import { longestRetention, tenantRetention } from '../shared/retention.ts';
import { ServiceFunction } from '../shared/service-function.ts';
import type { Stage } from '../stage.ts';
import type { EventTable } from '../table/event-table.ts';
import type { OverflowBucket } from '../table/overflow-bucket.ts';

/** What the keys of files begin with. */
const FILES = 'media';

export interface MediaProps {
  readonly stage: Stage;
  readonly table: EventTable;
  readonly overflow: OverflowBucket;
  readonly secrets: ProviderSecrets;
}

/** Brings the files that came with messages from their providers to S3. */
export class Media extends Construct {
  readonly function: IFunction;
  /** A job a file. Their message groups are the channels, each with its fair share. */
  readonly jobs: JobQueue;
  /** Each file by its tenant and its event. */
  readonly files: PrivateBucket;

  constructor(scope: Construct, id: string, props: MediaProps) {
    super(scope, id);
    const { stage, table, overflow, secrets } = props;

    // 100 MB, the largest that WhatsApp takes, in 5 minutes: 350 KB a second are enough.
    const timeout = Duration.minutes(5);
    // A job is handed out at least every hour while its provider cannot be asked, for the seven days
    // that the provider keeps the file; then the function ends it. More are crashes.
    this.jobs = new JobQueue(this, 'Jobs', { consumerTimeout: timeout, maxReceiveCount: 400 });

    // A row that says where its file is must not outlive it, and an event may wait in the inbox before
    // its row is written.
    const expiration = (days: number) => Duration.days(days + QUEUE_RETENTION.toDays());
    const longest = longestRetention(stage);
    this.files = new PrivateBucket(this, 'Files', { stage, expiration: expiration(longest) });
    for (const [tenant, days] of tenantRetention(stage)) {
      if (days === longest) continue;
      const prefix = `${FILES}/${tenant}/`;
      this.files.addLifecycleRule({ prefix, expiration: expiration(days) });
    }

    const fetcher = new ServiceFunction(this, 'Fetcher', {
      folder: 'media/fetcher',
      name: 'media',
      description: 'Fetches the files that came with messages, checks them and stores them',
      stage,
      // One part of a file and its buffers; a file of 100 MB stays below (test/media/fetcher/memory.test.ts).
      memorySize: 256,
      timeout,
      environment: {
        TABLE_NAME: table.table.tableName,
        OVERFLOW_BUCKET: overflow.bucket.bucketName,
        MEDIA_BUCKET: this.files.bucketName,
        MEDIA_QUEUE_URL: this.jobs.queue.queueUrl,
        MEDIA_POLICY: JSON.stringify(stage.media),
        META_SECRET_ARN: secrets.meta.secretArn,
        WASENDER_SECRET_ARN: secrets.wasender.secretArn,
      } satisfies MediaEnvironment,
    });
    this.function = fetcher.function;

    new QueueMapping(this, 'FromJobs', {
      queue: this.jobs.queue,
      consumer: this.function,
      // A file that is slow must not hold up another.
      batchSize: 1,
      maxConcurrency: stage.mediaMaximumConcurrency,
    });

    this.grantTo(fetcher, props);
  }

  /** To sign URLs of files: whoever has one may do what its signer may. */
  grantRead(grantee: ServiceFunction): void {
    const reason = 'Signs a URL for whichever file a row names.';
    this.files.allowUnder(grantee, 's3:GetObject', FILES, reason);
  }

  grantDelete(grantee: ServiceFunction): void {
    const reason = 'Deletes the files of whoever is to be forgotten.';
    this.files.allowUnder(grantee, 's3:DeleteObject', FILES, reason);
  }

  private grantTo(fetcher: ServiceFunction, { table, overflow, secrets }: MediaProps): void {
    allow(this.function, ['dynamodb:GetItem', 'dynamodb:UpdateItem'], [table.table.tableArn]);
    // Of events it makes no row.
    allowOnRows(this.function, table.table, { 'dynamodb:PutItem': [MEDIA_PACE_PARTITION] });
    allow(
      this.function,
      ['secretsmanager:GetSecretValue'],
      [secrets.meta.secretArn, secrets.wasender.secretArn],
    );
    overflow.grantRead(fetcher);
    const reason =
      'Stores a file in parts under the key of its event, gives that up, and removes it.';
    for (const action of ['s3:PutObject', 's3:AbortMultipartUpload', 's3:DeleteObject']) {
      this.files.allowUnder(fetcher, action, FILES, reason);
    }
  }
}
