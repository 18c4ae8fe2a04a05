import { type AwsLocation, locationReader, type RuntimeVariable } from '../domain/aws-location.ts';
import { readEnvironment } from '../domain/environment.ts';

/** What the construct must set on the function. */
export interface ApiEnvironment {
  readonly TABLE_NAME: string;
  readonly OVERFLOW_BUCKET: string;
}

export interface ApiConfig {
  readonly tableName: string;
  readonly overflowBucket: string;
  readonly s3: AwsLocation;
}

export function loadApiConfig(environment: NodeJS.ProcessEnv): ApiConfig {
  return readEnvironment<keyof ApiEnvironment | RuntimeVariable, ApiConfig>(
    environment,
    (read) => ({
      tableName: read.text('TABLE_NAME'),
      overflowBucket: read.text('OVERFLOW_BUCKET'),
      s3: locationReader(read)('s3', 'AWS_ENDPOINT_URL_S3'),
    }),
  );
}
