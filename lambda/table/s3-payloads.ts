import type {
  DeleteObjectCommandInput,
  GetObjectCommandInput,
  PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { AwsRequestError } from '../shared/aws/request.ts';
import { s3Client } from '../shared/aws/s3-client.ts';
import type { AwsService } from '../shared/aws/service.ts';
import { memberOf } from '../shared/json/json-source.ts';

/** Stores a payload. Resolves once it is durable; storing it again changes nothing. */
export type StorePayload = (key: string, payload: string, signal: AbortSignal) => Promise<void>;

/** Reads a payload that was too big for its row; undefined where it is no longer kept. */
export type ReadPayload = (key: string) => Promise<string | undefined>;

const PATIENCE = { attempts: 3, timeoutMs: 3000 };
/** The longest that reading a payload takes. */
export const PAYLOAD_READ_MS = 10_000;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export function s3PayloadStore(Bucket: string, service: AwsService): StorePayload {
  const s3 = s3Client(service, PATIENCE);
  return async (Key, Body, signal) => {
    const input: PutObjectCommandInput = { Bucket, Key, Body, ContentType: 'application/json' };
    await s3('PutObject', input, signal);
  };
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export function s3PayloadReader(Bucket: string, service: AwsService): ReadPayload {
  const s3 = s3Client(service, PATIENCE);
  return async (Key) => {
    const input: GetObjectCommandInput = { Bucket, Key };
    try {
      const payload = await s3('GetObject', input, AbortSignal.timeout(PAYLOAD_READ_MS));
      return String(memberOf(payload, 'Body'));
    } catch (error) {
      if (error instanceof AwsRequestError && error.name === 'NoSuchKey') return undefined;
      throw error;
    }
  };
}

/** Deletes a payload; one that is not there is deleted already. */
type DeletePayload = (key: string, signal: AbortSignal) => Promise<void>;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export function s3PayloadDeleter(Bucket: string, service: AwsService): DeletePayload {
  const s3 = s3Client(service, PATIENCE);
  return async (Key, signal) => {
    await s3('DeleteObject', { Bucket, Key } satisfies DeleteObjectCommandInput, signal);
  };
}
