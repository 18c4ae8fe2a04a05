import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import { type CountedChange, countedChange } from '../campaigns/figures.ts';
import type { RoutedEvent } from '../events/routed-event.ts';
import type { StorePayload } from '../table/s3-payloads.ts';
import { type Item, isClaim, toItem } from '../table/stored-rows.ts';
import type { RowChange } from './row-change.ts';
import { type UntoldStatuses, untoldStatuses } from './untold-statuses.ts';

/** A record of the table's change stream, as Lambda hands it over. */
export interface StreamRecord {
  /** DynamoDB's digits that grow within a shard. */
  readonly sequenceNumber: string;
  /** The events that it tells. Throws where it is nothing that a table of ours could say. */
  readonly events: () => readonly RoutedEvent[];
  /** What it leaves to be told to one of our own messages. Likewise. */
  readonly untold: () => UntoldStatuses | undefined;
  /** What it adds to the figures of a campaign. Likewise. */
  readonly counted: () => CountedChange | undefined;
  readonly source: DynamoDBRecord;
}

/**
 * In the order of the shard.
 *
 * @param eventsOf what of a change is read
 */
export function toStreamRecords(
  records: readonly DynamoDBRecord[],
  eventsOf: (change: RowChange) => readonly RoutedEvent[],
): readonly StreamRecord[] {
  return records.map((source) => {
    const change = once(() => toRowChange(source));
    return {
      sequenceNumber: source.dynamodb?.SequenceNumber ?? '',
      events: () => eventsOf(change()),
      untold: () => untoldStatuses(change()),
      counted: () => countedChange(change().before, change().after),
      source,
    };
  });
}

/** Makes a value when it is first asked for. Throws each time where it cannot be made. */
function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Has Lambda hand over this record again, and all that follow it in the shard. */
export function toStreamResponse(returned: StreamRecord | undefined): DynamoDBBatchResponse {
  const batchItemFailures =
    returned === undefined ? [] : [{ itemIdentifier: returned.sequenceNumber }];
  return { batchItemFailures };
}

/** Stores a record that cannot be read where a person finds it. Storing it again changes nothing. */
export function recordsAside(store: StorePayload) {
  return ({ sequenceNumber, source }: StreamRecord, signal: AbortSignal): Promise<void> =>
    store(`unrouted/${sequenceNumber}-${source.eventID}.json`, JSON.stringify(source), signal);
}

export function toRowChange({ dynamodb = {} }: DynamoDBRecord): RowChange {
  const { OldImage, NewImage, ApproximateCreationDateTime: seconds } = dynamodb;
  if (seconds === undefined) throw new Error('a change without a time');
  return {
    before: rowBefore(OldImage && toItem(OldImage)),
    after: NewImage && toItem(NewImage),
    changedAt: Math.round(seconds * 1000),
  };
}

/** A claim is no row yet of what is put in its place. */
function rowBefore(before: Item | undefined): Item | undefined {
  return before !== undefined && isClaim(before) ? undefined : before;
}
