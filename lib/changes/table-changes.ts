import type { Duration } from 'aws-cdk-lib';
import {
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import {
  ATTRIBUTES,
  CAMPAIGN_MESSAGE_PREFIX,
  MEDIA_ATTRIBUTES,
  MESSAGE_SORT_KEY,
  OUTGOING_PREFIX,
  PARTICIPANT_PREFIX,
  TRIGGERED_PREFIX,
  TRIGGERED_RECIPIENT_PREFIX,
} from '../../lambda/table/keys.ts';
import { allow } from '../shared/allow.ts';
import type { PrivateBucket } from '../shared/private-bucket.ts';
import type { ServiceFunction } from '../shared/service-function.ts';
import type { EventTable } from '../table/event-table.ts';

export interface TableChangesProps {
  readonly table: EventTable;
  readonly reader: ServiceFunction;
  /** Records that the reader gets at once, at most; their JSON never exceeds 6 MB. */
  readonly batchSize: number;

  /**
   * How long Lambda gathers records for a full batch.
   *
   * @default - not at all
   */
  readonly batchingWindow?: Duration;

  /**
   * Whether the reader says where a batch failed, so that it gets the records from there on again.
   *
   * @default false - a batch is done, or is handed over again
   */
  readonly reportBatchItemFailures?: boolean;

  /**
   * Whether the reader also gets the changes that say what became of the file of a message.
   *
   * @default false - what came from providers alone
   */
  readonly hasMediaNews?: boolean;

  /**
   * Whether the reader also gets the changes that say what became of a message that is sent from here.
   *
   * @default false
   */
  readonly hasOutgoingNews?: boolean;

  /** Gets what is given up, under `aws/lambda/`, with the records in it. */
  readonly failures: PrivateBucket;
  /** After so long without success a record is given up. The stream itself keeps 24 hours. */
  readonly maximumAge: Duration;
}

/** The rows whose changes tell of events: all else in the table costs no invocation. */
const FILTERS = [
  FilterCriteria.filter({
    eventName: FilterRule.isEqual('INSERT'),
    dynamodb: { NewImage: { [ATTRIBUTES.provider]: { S: FilterRule.exists() } } },
  }),
  FilterCriteria.filter({
    eventName: FilterRule.isEqual('MODIFY'),
    dynamodb: {
      Keys: {
        [ATTRIBUTES.sortKey]: {
          S: [
            ...FilterRule.isEqual(MESSAGE_SORT_KEY),
            ...FilterRule.beginsWith(PARTICIPANT_PREFIX),
          ],
        },
      },
    },
  }),
];

/** The one write by which it is settled what became of a file; what comes after it finds it settled. */
const MEDIA_NEWS = FilterCriteria.filter({
  eventName: FilterRule.isEqual('MODIFY'),
  dynamodb: {
    OldImage: { [MEDIA_ATTRIBUTES.newsAt]: { N: FilterRule.notExists() } },
    NewImage: { [MEDIA_ATTRIBUTES.newsAt]: { N: FilterRule.exists() } },
  },
});

/** That a message is to be sent, or never will be, or that somebody was put into a triggered campaign. A claim on it is no news; what becomes of that changes a row. */
const OUTGOING_NEWS = FilterCriteria.filter({
  eventName: FilterRule.isEqual('INSERT'),
  dynamodb: {
    Keys: {
      [ATTRIBUTES.partitionKey]: {
        S: [...FilterRule.beginsWith(OUTGOING_PREFIX), ...FilterRule.beginsWith(TRIGGERED_PREFIX)],
      },
    },
    NewImage: { [ATTRIBUTES.claimedBy]: { S: FilterRule.notExists() } },
  },
});

/** What becomes of a message of a campaign, and of who was put into one. */
const CAMPAIGN_NEWS = FilterCriteria.filter({
  eventName: FilterRule.isEqual('MODIFY'),
  dynamodb: {
    Keys: {
      [ATTRIBUTES.sortKey]: {
        S: [
          ...FilterRule.beginsWith(CAMPAIGN_MESSAGE_PREFIX),
          ...FilterRule.beginsWith(TRIGGERED_RECIPIENT_PREFIX),
        ],
      },
    },
  },
});

/**
 * Hands a function the changes of the table that tell of events, shard by shard, in order.
 *
 * A shard waits for what fails, as order demands, and no longer than the stream keeps it.
 */
export class TableChanges extends Construct {
  constructor(scope: Construct, id: string, props: TableChangesProps) {
    super(scope, id);

    const { table, reader, failures } = props;
    const streamArn = table.table.tableStreamArn ?? '';
    new EventSourceMapping(this, 'Mapping', {
      target: reader.function,
      eventSourceArn: streamArn,
      // What is written while a deployment makes the mapping must not be skipped.
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: props.batchSize,
      ...(props.batchingWindow !== undefined && { maxBatchingWindow: props.batchingWindow }),
      reportBatchItemFailures: props.reportBatchItemFailures ?? false,
      // More readers of a shard would give up order within a partition.
      parallelizationFactor: 1,
      filters: [
        ...FILTERS,
        ...(props.hasMediaNews === true ? [MEDIA_NEWS] : []),
        ...(props.hasOutgoingNews === true ? [OUTGOING_NEWS, CAMPAIGN_NEWS] : []),
      ],
      maxRecordAge: props.maximumAge,
      onFailure: { bind: () => ({ destination: failures.bucketArn }) },
    });
    allow(
      reader.function,
      [
        'dynamodb:GetRecords',
        'dynamodb:GetShardIterator',
        'dynamodb:DescribeStream',
        'dynamodb:ListStreams',
      ],
      [streamArn],
    );
    const reason = 'Lambda writes records that were given up under keys of its own.';
    failures.allowUnder(reader, 's3:PutObject', 'aws/lambda', reason);
    allow(reader.function, ['s3:ListBucket'], [failures.bucketArn]);
  }
}
