import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  type LifecycleRule,
  ObjectOwnership,
  StorageClass,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { ArchiverEnvironment } from '../lambda/archiver/config.ts';
import { allow } from './allow.ts';
import type { EventTable } from './event-table.ts';
import { ServiceFunction } from './service-function.ts';
import type { Stage } from './stage.ts';
import { TableChanges } from './table-changes.ts';

/** Where queries leave their results. */
export const RESULTS_PREFIX = 'queries/';

/** What the function writes: events, and records that cannot be read. */
const WRITTEN = ['events/*', 'unreadable/*'];

export interface EventArchiveProps {
  readonly stage: Stage;
  readonly table: EventTable;
}

/** Every event and every status as a line of gzipped JSON in S3, by the hour in which it was received. */
export class EventArchive extends Construct {
  readonly bucket: Bucket;
  readonly function: IFunction;

  constructor(scope: Construct, id: string, { stage, table }: EventArchiveProps) {
    super(scope, id);

    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // A repetition replaces an object by one that says the same, and what is deleted for a person must be gone.
      versioned: false,
      lifecycleRules: lifecycle(stage),
      removalPolicy: stage.protectData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'One function writes to it; CloudTrail data events say who reads, where an account wants that.',
    });

    const archiver = new ServiceFunction(this, 'Archiver', {
      name: 'archiver',
      description: 'Writes each event and each status to the archive',
      stage,
      // A full batch is 6 MB of JSON, held a few times over: as it came, as lines, compressed.
      memorySize: 512,
      timeout: Duration.minutes(2),
      environment: { ARCHIVE_BUCKET: this.bucket.bucketName } satisfies ArchiverEnvironment,
    });
    this.function = archiver.function;

    new TableChanges(this, 'Changes', {
      table,
      reader: archiver,
      // The most that Lambda allows: an object costs as much as 20,000 of its lines.
      batchSize: 10_000,
      batchingWindow: Duration.minutes(5),
      failures: this.bucket,
      // Before the stream forgets it, what could not be archived goes to the bucket as it is.
      maximumAge: Duration.hours(23),
    });
    this.allowWrites(archiver);
  }

  /** The keys are known only when events come, hence the wildcards. */
  private allowWrites(archiver: ServiceFunction): void {
    const bucketId = Stack.of(this).getLogicalId(this.bucket.node.defaultChild as CfnBucket);
    for (const keys of WRITTEN) {
      allow(archiver.function, ['s3:PutObject'], [this.bucket.arnForObjects(keys)]);
      Validations.of(archiver).acknowledge({
        id: `AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/${keys}]`,
        reason: 'Writes objects whose keys are made of hours and sequence numbers.',
      });
    }
  }
}

/** Objects of under 128 KB stay in the first class: to move and to keep them elsewhere would cost more. */
function lifecycle({ archiveDays }: Stage): LifecycleRule[] {
  const colder = [
    { storageClass: StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(30) },
    // The coldest class that a query can still read.
    { storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(90) },
  ];
  return [
    {
      transitions: colder.filter(({ transitionAfter }) => transitionAfter.toDays() < archiveDays),
      expiration: Duration.days(archiveDays),
      abortIncompleteMultipartUploadAfter: Duration.days(1),
    },
    { prefix: RESULTS_PREFIX, expiration: Duration.days(7) },
  ];
}
