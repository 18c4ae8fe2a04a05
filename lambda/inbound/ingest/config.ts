import { configReader, type Read } from '../../shared/aws/service.ts';

/** What the construct must set on the function. */
export interface IngestEnvironment {
  readonly INBOX_QUEUE_URL: string;
  readonly OVERFLOW_BUCKET: string;
  readonly META_SECRET_ARN: string;
  readonly WASENDER_SECRET_ARN: string;
}

export const loadIngestConfig = configReader((read: Read<IngestEnvironment>, service) => ({
  inboxQueueUrl: read.url('INBOX_QUEUE_URL'),
  overflowBucket: read.text('OVERFLOW_BUCKET'),
  metaSecretArn: read.text('META_SECRET_ARN'),
  wasenderSecretArn: read.text('WASENDER_SECRET_ARN'),
  s3: service('s3'),
  secretsManager: service('secretsmanager'),
  sqs: service('sqs'),
}));
