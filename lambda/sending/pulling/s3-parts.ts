import type { ReadRange } from '../../shared/aws/s3-range.ts';
import type { AwsService } from '../../shared/aws/service.ts';

const PATIENCE = { attempts: 3, timeoutMs: 3000 };

/** By the SDK's client, which is loaded once a campaign is sent: it takes longer than all else of a start. */
export function s3Parts(bucket: string, service: AwsService): ReadRange {
  let loading: Promise<ReadRange> | undefined;
  return async (...range) => {
    loading ??= load(bucket, service);
    const read = await loading;
    return await read(...range);
  };
}

async function load(bucket: string, service: AwsService): Promise<ReadRange> {
  const [{ s3Range }, { s3SdkClient }] = await Promise.all([
    import('../../shared/aws/s3-range.ts'),
    import('../../shared/aws/s3-client.ts'),
  ]);
  return s3Range(s3SdkClient(service, PATIENCE), bucket);
}
