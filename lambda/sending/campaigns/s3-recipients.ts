import { HeadObjectCommand, NotFound, type S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { uploadKey } from '../../campaigns/part.ts';
import { MAX_FILE_BYTES } from '../../campaigns/recipients/unpacked.ts';
import { s3SdkClient } from '../../shared/aws/s3-client.ts';
import type { AwsService } from '../../shared/aws/service.ts';
import type { UploadForm } from './schemas.ts';

const UPLOAD_SECONDS = 3600;
const PATIENCE = { attempts: 3, timeoutMs: 5000 };

/** Files of recipients in the bucket of campaigns. */
export interface Recipients {
  readonly uploadForm: (campaign: string) => Promise<UploadForm>;
  readonly isThere: (key: string, signal: AbortSignal) => Promise<boolean>;
  /** Undefined where nobody put one up. */
  readonly etagOf: (campaign: string, signal: AbortSignal) => Promise<string | undefined>;
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-UsingHTTPPOST.html */
export function s3Recipients(Bucket: string, service: AwsService, now: () => number): Recipients {
  const client = s3SdkClient(service, PATIENCE);
  return {
    uploadForm: async (campaign) => {
      const { url, fields } = await createPresignedPost(client, {
        ...{ Bucket, Key: uploadKey(campaign), Expires: UPLOAD_SECONDS },
        Conditions: [['content-length-range', 1, MAX_FILE_BYTES]],
      });
      const expiresAt = new Date(now() + UPLOAD_SECONDS * 1000).toISOString();
      return { url, fields, maxBytes: MAX_FILE_BYTES, expiresAt };
    },
    isThere: async (key, signal) => (await etagOf(client, Bucket, key, signal)) !== undefined,
    etagOf: async (campaign, signal) => await etagOf(client, Bucket, uploadKey(campaign), signal),
  };
}

async function etagOf(
  client: S3Client,
  Bucket: string,
  Key: string,
  abortSignal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { ETag } = await client.send(new HeadObjectCommand({ Bucket, Key }), { abortSignal });
    return ETag;
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}
