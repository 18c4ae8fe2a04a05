import type { AwsService } from '../domain/aws-service.ts';
import { AwsRequestError, awsSender } from './aws-request.ts';

/** Stores a payload. Resolves once it is durable; storing it again changes nothing. */
export type StorePayload = (key: string, payload: string, signal: AbortSignal) => Promise<void>;

/** Reads a payload that was too big for its row; undefined where it is no longer kept. */
export type ReadPayload = (key: string) => Promise<string | undefined>;

const PATIENCE = { attempts: 3, timeoutMs: 3000 };
/** The longest that reading a payload takes. */
export const PAYLOAD_READ_MS = 10_000;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export function s3PayloadStore(bucket: string, service: AwsService): StorePayload {
  const send = awsSender(service, PATIENCE);
  return async (key, payload, signal) => {
    const headers = { 'content-type': 'application/json' };
    await send({ method: 'PUT', path: `/${bucket}/${key}`, headers, body: payload }, signal);
  };
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export function s3PayloadReader(bucket: string, service: AwsService): ReadPayload {
  const send = awsSender(service, PATIENCE);
  return async (key) => {
    const call = { method: 'GET', path: `/${bucket}/${key}`, headers: {}, body: '' } as const;
    try {
      return await send(call, AbortSignal.timeout(PAYLOAD_READ_MS));
    } catch (error) {
      if (error instanceof AwsRequestError && error.name === 'NoSuchKey') return undefined;
      throw error;
    }
  };
}

/** Deletes a payload; one that is not there is deleted already. */
type DeletePayload = (key: string, signal: AbortSignal) => Promise<void>;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export function s3PayloadDeleter(bucket: string, service: AwsService): DeletePayload {
  const send = awsSender(service, PATIENCE);
  return async (key, signal) => {
    await send({ method: 'DELETE', path: `/${bucket}/${key}`, headers: {}, body: '' }, signal);
  };
}
