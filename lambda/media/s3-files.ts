import { Readable } from 'node:stream';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { s3SdkClient } from '../shared/aws/s3-client.ts';
import { storeInParts } from '../shared/aws/s3-multipart.ts';
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

const PATIENCE = { attempts: 4, timeoutMs: 20_000 };

export function s3MediaStore(Bucket: string, service: AwsService): MediaStore {
  const client = s3SdkClient(service, PATIENCE);
  return {
    put: ({ key: Key, mimeType: ContentType }, chunks, signal) =>
      storeInParts(client, { Bucket, Key, ContentType, Body: Readable.from(chunks) }, signal),
    remove: async (Key, abortSignal) => {
      await client.send(new DeleteObjectCommand({ Bucket, Key }), { abortSignal });
    },
  };
}
