import type { S3Client } from '@aws-sdk/client-s3';

/** Reads a payload that was too big for its row; undefined where it is no longer kept. */
export type ReadPayload = (key: string) => Promise<string | undefined>;

// To who may not list a bucket, S3 calls a key that is not there forbidden.
const NOT_KEPT = new Set(['NoSuchKey', 'AccessDenied']);

/** Loads its client when it is first needed, which is hardly ever. */
export function s3PayloadReader(bucket: string): ReadPayload {
  let client: Promise<S3Client> | undefined;
  return async (key) => {
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    client ??= createClient();
    try {
      const { Body } = await (await client).send(
        new GetObjectCommand({ Bucket: bucket, Key: key }),
      );
      return await Body?.transformToString('utf-8');
    } catch (error) {
      if (error instanceof Error && NOT_KEPT.has(error.name)) return undefined;
      throw error;
    }
  };
}

async function createClient(): Promise<S3Client> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  return new S3Client({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 5000, throwOnRequestTimeout: true },
  });
}
