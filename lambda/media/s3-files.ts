import { Readable } from 'node:stream';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { s3SdkClient } from '../shared/aws/s3-client.ts';
import type { AwsService } from '../shared/aws/service.ts';

/** Files of any size, of which a few parts are in memory at most. */
export interface MediaStore {
  /**
   * Stores what the chunks hold under a key, over what is there. Resolves once it is durable.
   *
   * Where the chunks throw, nothing is stored, and it rejects with what they threw.
   */
  readonly put: (
    file: { readonly key: string; readonly mimeType: string },
    chunks: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ) => Promise<void>;
  /** Removes a file; one that is not there is removed already. */
  readonly remove: (key: string, signal: AbortSignal) => Promise<void>;
}

/** The least that S3 takes for a part that is not the last. Of 10,000 parts, 20 hold the largest file. */
const PART_BYTES = 5 * 1024 * 1024;

const PATIENCE = { attempts: 4, timeoutMs: 20_000 };

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html */
export function s3MediaStore(Bucket: string, service: AwsService): MediaStore {
  const client = s3SdkClient(service, PATIENCE);
  return {
    put: async ({ key: Key, mimeType: ContentType }, chunks, signal) => {
      const upload = new Upload({
        client,
        params: { Bucket, Key, ContentType, Body: Readable.from(chunks) },
        // One after another: the parts that are on their way are the memory that it takes.
        ...{ partSize: PART_BYTES, queueSize: 1 },
      });
      const abort = () => void upload.abort();
      signal.throwIfAborted();
      signal.addEventListener('abort', abort, { once: true });
      try {
        await upload.done();
      } finally {
        signal.removeEventListener('abort', abort);
      }
    },
    remove: async (Key, abortSignal) => {
      await client.send(new DeleteObjectCommand({ Bucket, Key }), { abortSignal });
    },
  };
}
