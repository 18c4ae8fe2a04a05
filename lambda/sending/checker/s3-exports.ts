import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { ExportDeps } from '../../campaigns/export-campaign.ts';
import type { ReadPart } from '../../campaigns/part-lines.ts';
import type { ReadRange } from '../campaign/s3-parts.ts';

const PART_BYTES = 5 * 1024 * 1024;
const READ_BYTES = 512 * 1024;

/** Stores what comes as it comes; in memory is a part of the upload. */
export function s3Exports(client: S3Client, Bucket: string): ExportDeps['put'] {
  return async ({ key, mimeType }, chunks, signal) => {
    const body = { Body: Readable.from(chunks), ContentType: mimeType };
    const params = { Bucket, Key: key, ...body };
    const upload = new Upload({ client, params, partSize: PART_BYTES, queueSize: 1 });
    const abort = () => void upload.abort();
    signal.addEventListener('abort', abort, { once: true });
    try {
      await upload.done();
    } finally {
      signal.removeEventListener('abort', abort);
    }
  };
}

/** Behind the end of an object S3 has no range. */
export function partReader(read: ReadRange): ReadPart {
  return async (key, offset, signal) => {
    try {
      return await read(key, offset, READ_BYTES, signal);
    } catch (error) {
      if (error instanceof Error && error.name === 'InvalidRange') return Buffer.alloc(0);
      throw error;
    }
  };
}
