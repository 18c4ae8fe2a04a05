import { randomUUID } from 'node:crypto';
import { signedFetch } from '../signature/signed-fetch.ts';
import type { DiscardedBatch } from './batch-delivery.ts';
import type { InvocationResult } from './execution-environment.ts';

export interface FailureBucketOptions {
  readonly bucketArn: string;
  /** Where the buckets are. */
  readonly s3: string;
  readonly mappingId: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly streamArn: string;
  /** The time in ms since 1970. */
  readonly now: () => number;
}

/** Begins the keys of what a mapping discards. */
export function failurePrefix(mappingId: string): string {
  return `aws/lambda/${mappingId}/`;
}

/**
 * Writes what a function did not take to a bucket, as Lambda does. Throws where the bucket refuses it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export function failureBucket(
  options: FailureBucketOptions,
): (batch: DiscardedBatch) => Promise<void> {
  return async (batch) => {
    const { s3, bucketArn, functionName } = options;
    const at = new Date(options.now()).toISOString();
    const key = objectKey(options.mappingId, batch, at);
    const response = await signedFetch({
      ...{ service: 's3', url: s3, method: 'PUT', at: options.now() },
      path: `/${bucketArn.replace(/^arn:aws:s3:::/, '')}/${key}`,
      headers: { 'content-type': 'application/json' },
      // Lambda writes by the function's role.
      accessKeyId: functionName,
      body: JSON.stringify(failureRecord(batch, options, at)),
    });
    if (!response.ok) throw new Error(`${bucketArn} refused ${key} with ${response.status}`);
  };
}

function objectKey(mappingId: string, { changes }: DiscardedBatch, at: string): string {
  const day = at.slice(0, 10).replaceAll('-', '/');
  const time = at.slice(0, 19).replaceAll(':', '.');
  return `${failurePrefix(mappingId)}${changes[0]?.shardId}/${day}/${time}-${randomUUID()}`;
}

function failureRecord(
  { changes, condition, invokeCount, invoked }: DiscardedBatch,
  { functionArn, streamArn }: FailureBucketOptions,
  timestamp: string,
) {
  const [first, last] = [changes[0], changes.at(-1)];
  return {
    requestContext: {
      ...{ requestId: randomUUID(), functionArn, condition },
      approximateInvokeCount: invokeCount,
    },
    ...(invoked !== undefined && { responseContext: responseContext(invoked) }),
    version: '1.0',
    timestamp,
    DDBStreamBatchInfo: {
      shardId: first?.shardId,
      startSequenceNumber: first?.sequenceNumber,
      endSequenceNumber: last?.sequenceNumber,
      approximateArrivalOfFirstRecord: toSecond(first?.at ?? 0),
      approximateArrivalOfLastRecord: toSecond(last?.at ?? 0),
      batchSize: changes.length,
      streamArn,
    },
    payload: JSON.stringify({ Records: changes.map(({ record }) => record) }),
  };
}

function responseContext({ ok }: InvocationResult) {
  return {
    statusCode: 200,
    executedVersion: '$LATEST',
    ...(!ok && { functionError: 'Unhandled' }),
  };
}

function toSecond(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
