import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import type { ExportDeps } from '../../campaigns/export-campaign.ts';
import { storeInParts } from '../../shared/aws/s3-multipart.ts';
import { s3Range } from '../../shared/aws/s3-range.ts';

const READ_BYTES = 512 * 1024;

/** Reads parts, and stores what is made of them as it comes. */
export function s3Exports(client: S3Client, Bucket: string): Pick<ExportDeps, 'put' | 'readPart'> {
  const read = s3Range(client, Bucket);
  return {
    readPart: (key, offset, signal) => read(key, offset, READ_BYTES, signal),
    put: ({ key: Key, mimeType: ContentType }, chunks, signal) =>
      storeInParts(client, { Bucket, Key, ContentType, Body: Readable.from(chunks) }, signal),
  };
}
