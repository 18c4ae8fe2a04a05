import { readEnvironment } from '../shared/aws/environment.ts';
import { type AwsService, type RuntimeVariable, serviceReader } from '../shared/aws/service.ts';

/** What the construct must set on the function. */
export interface ApiEnvironment {
  readonly TABLE_NAME: string;
  readonly OVERFLOW_BUCKET: string;
  readonly MEDIA_BUCKET: string;
  /** JSON of `MediaPolicies`. */
  readonly MEDIA_POLICY: string;
}

export interface ApiConfig {
  readonly tableName: string;
  readonly overflowBucket: string;
  readonly mediaBucket: string;
  /** JSON of `MediaPolicies`. */
  readonly mediaPolicy: string;
  readonly dynamodb: AwsService;
  readonly s3: AwsService;
}

export function loadApiConfig(environment: NodeJS.ProcessEnv): ApiConfig {
  return readEnvironment<keyof ApiEnvironment | RuntimeVariable, ApiConfig>(environment, (read) => {
    const service = serviceReader(read);
    return {
      tableName: read.text('TABLE_NAME'),
      overflowBucket: read.text('OVERFLOW_BUCKET'),
      mediaBucket: read.text('MEDIA_BUCKET'),
      mediaPolicy: read.text('MEDIA_POLICY'),
      dynamodb: service('dynamodb'),
      s3: service('s3'),
    };
  });
}
