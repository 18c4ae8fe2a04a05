import type { EventTable } from '../table/event-table.ts';
import type { OverflowBucket } from '../table/overflow-bucket.ts';
import type { Media } from './media.ts';

/** Where all that is kept of events lies: rows, payloads too large for one, files. */
export interface StoredEvents {
  readonly table: EventTable;
  readonly overflow: OverflowBucket;
  readonly media: Media;
}

/** What a function's environment says of it. */
export function storedEventsVariables({ table, overflow, media }: StoredEvents) {
  return {
    TABLE_NAME: table.table.tableName,
    OVERFLOW_BUCKET: overflow.bucket.bucketName,
    MEDIA_BUCKET: media.files.bucketName,
  };
}
