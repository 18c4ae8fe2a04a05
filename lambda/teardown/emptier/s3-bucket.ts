import {
  DeleteObjectsCommand,
  GetBucketTaggingCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';

/** A bucket as whoever empties it sees it. */
export interface Bucket {
  /** Undefined where there is no such bucket, or it has no tags. */
  readonly tag: (name: string, signal: AbortSignal) => Promise<string | undefined>;
  /** Up to 1,000 keys. */
  readonly someKeys: (signal: AbortSignal) => Promise<readonly string[]>;
  /** Rejects where one of them, up to 1,000, is still there. */
  readonly remove: (keys: readonly string[], signal: AbortSignal) => Promise<void>;
}

const UNTAGGED = new Set(['NoSuchBucket', 'NoSuchTagSet']);

export function s3Bucket(client: S3Client, bucketName: string): Bucket {
  const Bucket = bucketName;
  return {
    tag: async (name, abortSignal) => {
      try {
        const { TagSet } = await client.send(new GetBucketTaggingCommand({ Bucket }), {
          abortSignal,
        });
        return TagSet?.find(({ Key }) => Key === name)?.Value;
      } catch (error) {
        if (error instanceof Error && UNTAGGED.has(error.name)) return undefined;
        throw error;
      }
    },
    someKeys: async (abortSignal) => {
      const list = new ListObjectsV2Command({ Bucket });
      const { Contents = [] } = await client.send(list, { abortSignal });
      return Contents.flatMap(({ Key }) => Key ?? []);
    },
    remove: async (keys, abortSignal) => {
      const Objects = keys.map((Key) => ({ Key }));
      const removal = new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } });
      const { Errors: [failed] = [] } = await client.send(removal, { abortSignal });
      // Its message has the key.
      if (failed !== undefined)
        throw Object.assign(new Error(), { name: failed.Code ?? 'unknown' });
    },
  };
}
