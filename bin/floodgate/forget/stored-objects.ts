import { clientSettings } from '../stack/client-settings.ts';
import { type StackAddress, unavailable } from '../stack/deployed-stack.ts';

/** An object of a bucket, as a list has it. */
export interface ListedObject {
  readonly bucket: string;
  readonly key: string;
  readonly storageClass: string | undefined;
}

/** What an object holds, in the version that has this ETag. */
export interface ReadObject {
  readonly bytes: Uint8Array;
  readonly etag: string;
}

/** Objects that others may write at any time. Each call throws `UnavailableError` where it cannot. */
export interface StoredObjects extends Disposable {
  /** Those whose keys begin so. */
  readonly list: (bucket: string, prefix: string) => Promise<readonly ListedObject[]>;
  /** Undefined where it is no longer there. */
  readonly read: (object: ListedObject) => Promise<ReadObject | undefined>;
  /** False where somebody else has written it since it was read, and nothing was replaced. */
  readonly replace: (
    object: ListedObject,
    before: ReadObject,
    bytes: Uint8Array,
    tags: Readonly<Record<string, string>>,
  ) => Promise<boolean>;
  readonly remove: (object: ListedObject) => Promise<void>;
}

/** S3 refuses a write on a condition in either way, where another write comes in between. */
const OVERTAKEN = new Set(['PreconditionFailed', 'ConditionalRequestConflict']);

export async function openObjects({ endpoints, name }: StackAddress): Promise<StoredObjects> {
  // Loaded here, because it takes longer than all the rest of the command.
  const sdk = await import('@aws-sdk/client-s3');
  const client = new sdk.S3Client({
    ...clientSettings(endpoints?.s3),
    forcePathStyle: endpoints !== undefined,
  });
  const explain = unavailable(`the objects of ${name} cannot be reached`);

  return {
    list: async (bucket, prefix) => {
      const pages = sdk.paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix });
      const listed = await Array.fromAsync(pages).catch(explain);
      return listed
        .flatMap(({ Contents = [] }) => Contents)
        .map(({ Key = '', StorageClass: storageClass }) => ({ bucket, key: Key, storageClass }));
    },
    read: async ({ bucket: Bucket, key: Key }) => {
      try {
        const { Body, ETag = '' } = await client.send(new sdk.GetObjectCommand({ Bucket, Key }));
        return { bytes: (await Body?.transformToByteArray()) ?? new Uint8Array(), etag: ETag };
      } catch (error) {
        return error instanceof sdk.NoSuchKey ? undefined : explain(error);
      }
    },
    replace: async ({ bucket, key, storageClass }, { etag }, bytes, tags) => {
      const command = new sdk.PutObjectCommand({
        ...{ Bucket: bucket, Key: key, Body: bytes, IfMatch: etag },
        ...(key.endsWith('.gz') && { ContentType: 'application/gzip' }),
        // Where it was, since it is as old as it was.
        ...(storageClass !== undefined && { StorageClass: knownClass(sdk, storageClass) }),
        ...(Object.keys(tags).length > 0 && { Tagging: new URLSearchParams(tags).toString() }),
      });
      try {
        await client.send(command);
        return true;
      } catch (error) {
        return error instanceof Error && OVERTAKEN.has(error.name) ? false : explain(error);
      }
    },
    remove: async ({ bucket: Bucket, key: Key }) => {
      await client.send(new sdk.DeleteObjectCommand({ Bucket, Key })).catch(explain);
    },
    [Symbol.dispose]: () => client.destroy(),
  };
}

function knownClass({ StorageClass }: typeof import('@aws-sdk/client-s3'), name: string) {
  return Object.values(StorageClass).find((one) => one === name) ?? StorageClass.STANDARD;
}
