import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { StorageClass, type Transition } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { ArchiverEnvironment } from '../../lambda/archive/archiver/config.ts';
import { FORGETTINGS_PARTITION } from '../../lambda/table/keys.ts';
import { TableChanges } from '../changes/table-changes.ts';
import { allowOnRows } from '../shared/allow.ts';
import { PrivateBucket } from '../shared/private-bucket.ts';
import { ServiceFunction } from '../shared/service-function.ts';
import type { Stage } from '../stage.ts';
import type { EventTable } from '../table/event-table.ts';
import { DAYS_LEFT_TAG, daysLeftSteps } from './archive-age.ts';

/** Where queries leave their results. */
export const RESULTS_PREFIX = 'queries/';

/** What the function writes: events, and records that cannot be read. */
const WRITTEN = ['events', 'unreadable'];

export interface EventArchiveProps {
  readonly stage: Stage;
  readonly table: EventTable;
}

/** Every event and every status as a line of gzipped JSON in S3, by the hour in which it was received. */
export class EventArchive extends Construct {
  readonly bucket: PrivateBucket;
  readonly function: IFunction;

  constructor(scope: Construct, id: string, { stage, table }: EventArchiveProps) {
    super(scope, id);

    this.bucket = new PrivateBucket(this, 'Bucket', {
      stage,
      expiration: Duration.days(stage.archiveDays),
    });
    for (const transition of colderClasses(stage)) {
      this.bucket.addLifecycleRule({ transitions: [transition] });
    }
    for (const days of daysLeftSteps(stage.archiveDays)) {
      this.bucket.addLifecycleRule({
        tagFilters: { [DAYS_LEFT_TAG]: String(days) },
        expiration: Duration.days(days),
      });
    }
    this.bucket.addLifecycleRule({ prefix: RESULTS_PREFIX, expiration: Duration.days(7) });

    const archiver = new ServiceFunction(this, 'Archiver', {
      folder: 'archive/archiver',
      description: 'Writes each event and each status to the archive',
      stage,
      // A full batch is 6 MB of JSON, held a few times over: as it came, as lines, compressed.
      memorySize: 512,
      timeout: Duration.minutes(2),
      environment: {
        TABLE_NAME: table.table.tableName,
        ARCHIVE_BUCKET: this.bucket.bucketName,
      } satisfies ArchiverEnvironment,
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
    // Of what is in the table it gets the changes alone, and whom it must not archive.
    allowOnRows(this.function, table.table, { 'dynamodb:Query': [FORGETTINGS_PARTITION] });
    const reason = 'Writes objects whose keys are made of hours and sequence numbers.';
    for (const prefix of WRITTEN) this.bucket.allowUnder(archiver, 's3:PutObject', prefix, reason);
  }
}

/** Objects of under 128 KB stay in the first class: to move and to keep them elsewhere would cost more. */
function colderClasses({ archiveDays }: Stage): Transition[] {
  const colder = [
    { storageClass: StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(30) },
    // The coldest class that a query can still read.
    { storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(90) },
  ];
  return colder.filter(({ transitionAfter }) => transitionAfter.toDays() < archiveDays);
}
