import { type ProviderVariable, readProviderUrls } from '../../providers/urls.ts';
import type { EnvironmentReader } from '../../shared/aws/environment.ts';
import { configReader } from '../../shared/aws/service.ts';

/** What the construct must set on the function. */
export interface MediaEnvironment {
  readonly TABLE_NAME: string;
  readonly OVERFLOW_BUCKET: string;
  readonly MEDIA_BUCKET: string;
  readonly MEDIA_QUEUE_URL: string;
  /** JSON of `MediaPolicies`. */
  readonly MEDIA_POLICY: string;
  readonly META_SECRET_ARN: string;
  readonly WASENDER_SECRET_ARN: string;
}

export const loadMediaConfig = configReader(
  (read: EnvironmentReader<keyof MediaEnvironment | ProviderVariable>, service) => ({
    tableName: read.text('TABLE_NAME'),
    overflowBucket: read.text('OVERFLOW_BUCKET'),
    mediaBucket: read.text('MEDIA_BUCKET'),
    queueUrl: read.url('MEDIA_QUEUE_URL'),
    mediaPolicy: read.text('MEDIA_POLICY'),
    metaSecretArn: read.text('META_SECRET_ARN'),
    wasenderSecretArn: read.text('WASENDER_SECRET_ARN'),
    providerUrls: readProviderUrls(read),
    dynamodb: service('dynamodb'),
    s3: service('s3'),
    sqs: service('sqs'),
    secretsManager: service('secretsmanager'),
  }),
);
