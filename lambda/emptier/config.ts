import { type AwsService, type RuntimeVariable, serviceReader } from '../domain/aws-service.ts';
import { readEnvironment } from '../domain/environment.ts';

/** What the construct gives for a bucket. */
export interface EmptiedBucketProperties {
  readonly BucketName: string;
}

/** Where S3 is: all else comes with each event. */
export function loadEmptierConfig(environment: NodeJS.ProcessEnv): AwsService {
  return readEnvironment<RuntimeVariable, AwsService>(environment, (read) =>
    serviceReader(read)('s3'),
  );
}
