import type { DynamoDBRecord } from 'aws-lambda';
import type { RowChange } from './routed-events.ts';
import { toItem } from './stored-rows.ts';

/** A record of the table's change stream, as Lambda hands it over. */
export interface StreamRecord {
  /** DynamoDB's digits that grow within a shard. */
  readonly sequenceNumber: string;
  /** What it says. Throws where that is nothing that a table of ours could say. */
  readonly read: () => RowChange;
}

/** In the order of the shard. */
export function toStreamRecords(records: readonly DynamoDBRecord[]): readonly StreamRecord[] {
  return records.map((record) => ({
    sequenceNumber: record.dynamodb?.SequenceNumber ?? '',
    read: () => toRowChange(record),
  }));
}

function toRowChange({ dynamodb = {} }: DynamoDBRecord): RowChange {
  const { OldImage, NewImage, ApproximateCreationDateTime: seconds } = dynamodb;
  if (seconds === undefined) throw new Error('a change without a time');
  return {
    before: OldImage && toItem(OldImage),
    after: NewImage && toItem(NewImage),
    changedAt: Math.round(seconds * 1000),
  };
}
