import { Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** Reads bytes of an object from an offset on: fewer at its end, none behind it. */
export type ReadRange = (
  key: string,
  offset: number,
  bytes: number,
  signal: AbortSignal,
) => Promise<Buffer>;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export function s3Range(client: S3Client, Bucket: string): ReadRange {
  return async (Key, offset, bytes, abortSignal) => {
    const Range = `bytes=${offset}-${offset + bytes - 1}`;
    try {
      const asked = new GetObjectCommand({ Bucket, Key, Range });
      const { Body } = await client.send(asked, { abortSignal });
      if (!(Body instanceof Readable)) return NOTHING;
      const chunks: Buffer[] = await Body.toArray();
      return Buffer.concat(chunks);
    } catch (error) {
      if (error instanceof Error && error.name === 'InvalidRange') return NOTHING;
      throw error;
    }
  };
}

const NOTHING = Buffer.alloc(0);
