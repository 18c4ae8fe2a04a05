import { Readable } from 'node:stream';
import type { GetObjectCommandInput } from '@aws-sdk/client-s3';
import type { AwsService } from '../../shared/aws/service.ts';

/** Reads bytes of an object from an offset on, fewer at its end. */
export type ReadRange = (
  key: string,
  offset: number,
  bytes: number,
  signal: AbortSignal,
) => Promise<Buffer>;

const PATIENCE = { attempts: 3, timeoutMs: 3000 };

/**
 * By the SDK's client, which is loaded once a campaign is sent: it takes longer than all else of a start.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function s3Parts(Bucket: string, service: AwsService): ReadRange {
  let loading: ReturnType<typeof load> | undefined;
  return async (Key, offset, bytes, signal) => {
    loading ??= load(service);
    const { client, GetObjectCommand } = await loading;
    const Range = `bytes=${offset}-${offset + bytes - 1}`;
    const input: GetObjectCommandInput = { Bucket, Key, Range };
    const { Body } = await client.send(new GetObjectCommand(input), { abortSignal: signal });
    if (!(Body instanceof Readable)) return Buffer.alloc(0);
    const chunks: Buffer[] = await Body.toArray();
    return Buffer.concat(chunks);
  };
}

async function load(service: AwsService) {
  const [{ GetObjectCommand }, { s3SdkClient }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('../../shared/aws/s3-client.ts'),
  ]);
  return { GetObjectCommand, client: s3SdkClient(service, PATIENCE) };
}
