import type {
  CloudFormationCustomResourceEvent,
  CloudFormationCustomResourceResourcePropertiesCommon,
  CloudFormationCustomResourceResponse,
} from 'aws-lambda';
import type { Bucket } from '../adapters/s3-bucket.ts';
import { faultName } from '../domain/failure.ts';
import { emptyBucket } from './empty-bucket.ts';

export interface AnswerStackDeps {
  readonly bucket: (name: string) => Bucket;
  /** Rejects where CloudFormation did not hear it. */
  readonly respond: (url: string, response: CloudFormationCustomResourceResponse) => Promise<void>;
}

/** What the construct gives for a bucket. */
export interface EmptiedBucketProperties {
  readonly BucketName: string;
}

/** As CloudFormation tells of a bucket that is made, changed or deleted. */
export type StackEvent = CloudFormationCustomResourceEvent<
  CloudFormationCustomResourceResourcePropertiesCommon & EmptiedBucketProperties
>;

/** Empties a bucket where CloudFormation is about to delete it, and says whether it may go on. */
export async function answerStack(
  event: StackEvent,
  signal: AbortSignal,
  { bucket, respond }: AnswerStackDeps,
): Promise<void> {
  const { StackId, RequestId, LogicalResourceId, ResponseURL } = event;
  const { BucketName: name } = event.ResourceProperties;
  const told = { StackId, RequestId, LogicalResourceId, PhysicalResourceId: name };
  try {
    if (event.RequestType === 'Delete') await emptyBucket(bucket(name), signal);
  } catch (error) {
    const why = signal.aborted ? 'it has more objects than one run removes' : faultName(error);
    const Reason = `not emptied: ${why}; delete the stack again`;
    return respond(ResponseURL, { ...told, Status: 'FAILED', Reason });
  }
  return respond(ResponseURL, { ...told, Status: 'SUCCESS' });
}
