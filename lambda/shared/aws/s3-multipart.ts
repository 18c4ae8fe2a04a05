import type { PutObjectCommandInput, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';

/** The least that S3 takes for a part that is not the last. Of 10,000 parts, 20 hold the largest file. */
const PART_BYTES = 5 * 1024 * 1024;

/**
 * Stores an object of any size, of which a few parts are in memory at most. Resolves once it is durable.
 * Where its body throws, nothing is stored, and it rejects with what that threw.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 */
export async function storeInParts(
  client: S3Client,
  params: PutObjectCommandInput,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  // One after another: the parts that are on their way are the memory that it takes.
  const upload = new Upload({ client, params, partSize: PART_BYTES, queueSize: 1 });
  const abort = () => void upload.abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await upload.done();
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
