import { readEnvironment } from '../../shared/aws/environment.ts';
import { type AwsService, type RuntimeVariable, serviceReader } from '../../shared/aws/service.ts';

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
