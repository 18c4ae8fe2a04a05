import { randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { DynamoDBRecord, StreamRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { REGION, streamArn } from '../account.ts';
import type { LocalClock } from '../clock.ts';
import { KEEPS_NOTHING, type Keep, type Shelf } from '../keep/keep.ts';
import type { Change } from './table-changes.ts';

export type StreamViewType = NonNullable<StreamRecord['StreamViewType']>;

/** A change in the stream of its table. */
export interface StreamedChange {
  readonly shardId: string;
  readonly sequenceNumber: string;
  /** In ms since 1970. */
  readonly at: number;
  /** As Lambda hands it to a function. */
  readonly record: DynamoDBRecord;
  /** Of the record as JSON. */
  readonly bytes: number;
}

/** A new table has four. Two suffice to find out who relies on the order of two partitions. */
export const SHARDS = [
  'shardId-00000001767225600000-00000000',
  'shardId-00000001767225600000-00000001',
];

/**
 * The change stream of a table: a record for each write that changed an item, in the order of the writes.
 *
 * A partition's records are all in one shard. Readers keep what they have not done.
 */
export class ChangeStream {
  readonly arn: string;
  readonly #viewType: StreamViewType;
  readonly #clock: LocalClock;
  /** The last sequence number. */
  readonly #sequences: Shelf<string>;
  readonly #readers: ((change: StreamedChange) => void)[] = [];
  /** As long as DynamoDB's, and like no number of a phone. */
  #lastSequence = 111_649_736_481_975_203_641n;

  constructor(
    tableName: string,
    viewType: StreamViewType,
    clock: LocalClock,
    keep: Keep = KEEPS_NOTHING,
  ) {
    this.arn = streamArn(tableName);
    this.#viewType = viewType;
    this.#clock = clock;
    this.#sequences = keep.shelf(`stream.${tableName}`, (json) => z.string().parse(json));
    for (const [, last] of this.#sequences.entries()) this.#lastSequence = BigInt(last);
  }

  /** Hands each change to a reader as soon as it can be read from the table. */
  addReader(reader: (change: StreamedChange) => void): void {
    this.#readers.push(reader);
  }

  append(change: Change): void {
    if (this.#readers.length === 0) return;
    this.#lastSequence += 1n;
    const at = this.#clock.now();
    const sequenceNumber = String(this.#lastSequence);
    this.#sequences.put('last', sequenceNumber);
    const record = this.#recordOf(change, sequenceNumber, at);
    const streamed = sized({ shardId: shardOf(change), sequenceNumber, at, record });
    for (const read of this.#readers) read(streamed);
  }

  #recordOf(change: Change, sequenceNumber: string, at: number): DynamoDBRecord {
    const { keys, oldImage, newImage, bytes } = change;
    const shows = (image: 'NEW' | 'OLD') => this.#viewType.includes(image);
    return {
      eventID: randomUUID().replaceAll('-', ''),
      eventName: eventName(change),
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: REGION,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(at / 1000),
        Keys: keys,
        ...(newImage !== undefined && shows('NEW') && { NewImage: newImage }),
        ...(oldImage !== undefined && shows('OLD') && { OldImage: oldImage }),
        SequenceNumber: sequenceNumber,
        SizeBytes: bytes,
        StreamViewType: this.#viewType,
      },
      eventSourceARN: this.arn,
    };
  }
}

const keptChange = z.object({
  ...{ shardId: z.string(), sequenceNumber: z.string(), at: z.number() },
  record: z.custom<DynamoDBRecord>((record) => typeof record === 'object' && record !== null),
});

/** A change as a reader keeps it. */
export type KeptChange = z.output<typeof keptChange>;

export function readKeptChange(json: unknown): KeptChange {
  return keptChange.parse(json);
}

export function sized(change: KeptChange): StreamedChange {
  let size: number | undefined;
  return {
    ...change,
    // Most changes are filtered out before anybody asks for it. Not spread: that would ask.
    get bytes() {
      size ??= Buffer.byteLength(JSON.stringify(change.record));
      return size;
    },
  };
}

function eventName({ oldImage, newImage }: Change): 'INSERT' | 'MODIFY' | 'REMOVE' {
  if (oldImage === undefined) return 'INSERT';
  return newImage === undefined ? 'REMOVE' : 'MODIFY';
}

function shardOf({ keys }: Change): string {
  const [partition] = Object.values(keys);
  return SHARDS[crc32(JSON.stringify(partition)) % SHARDS.length] ?? '';
}
