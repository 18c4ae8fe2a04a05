import { type AwsEndpoint, awsSender } from './aws-request.ts';

type StorePayload = (key: string, payload: string, signal: AbortSignal) => Promise<void>;

/**
 * Stores a payload in S3. Resolves once it is durable; storing it again changes nothing.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
export function s3PayloadStore(
  bucket: string,
  endpoint: Omit<AwsEndpoint, 'service'>,
): StorePayload {
  const send = awsSender({ ...endpoint, service: 's3' });
  return async (key, payload, signal) => {
    const headers = { 'content-type': 'application/json' };
    await send({ method: 'PUT', path: `/${bucket}/${key}`, headers, body: payload }, signal);
  };
}
