import { S3Client } from '@aws-sdk/client-s3';
import type {
  CloudFormationCustomResourceEvent,
  CloudFormationCustomResourceResourcePropertiesCommon,
  Context,
} from 'aws-lambda';
import { startDeadline } from '../../shared/aws/deadline.ts';
import { clientSettings } from '../../shared/aws/sdk-call.ts';
import { answerStack } from '../answer-stack.ts';
import { respondToStack } from '../https-stack-response.ts';
import { type EmptiedBucketProperties, loadEmptierConfig } from './config.ts';
import { emptyBucket } from './empty-bucket.ts';
import { s3Bucket } from './s3-bucket.ts';

/** As CloudFormation tells of a bucket that is made, changed or deleted. */
type StackEvent = CloudFormationCustomResourceEvent<
  CloudFormationCustomResourceResourcePropertiesCommon & EmptiedBucketProperties
>;

/** Kept back for the answer: without one CloudFormation waits for an hour. */
const ANSWER_RESERVE_MS = 20_000;

const TIMEOUT_MS = 10_000;

const config = loadEmptierConfig(process.env);
const s3 = new S3Client({
  ...clientSettings(config, TIMEOUT_MS),
  maxAttempts: 5,
  forcePathStyle: true,
});

export async function handler(event: StackEvent, context: Context): Promise<void> {
  using deadline = startDeadline(context.getRemainingTimeInMillis() - ANSWER_RESERVE_MS);
  const { signal } = deadline;
  const { BucketName } = event.ResourceProperties;
  await answerStack(event, signal, {
    physicalId: BucketName,
    what: 'objects of the bucket are',
    remove: () => emptyBucket(s3Bucket(s3, BucketName), signal),
    respond: respondToStack,
  });
}
