import { readEnvironment } from '../../shared/aws/environment.ts';
import { type AwsService, type RuntimeVariable, serviceReader } from '../../shared/aws/service.ts';

/** What the construct must set on the function. */
export interface IngestEnvironment {
  readonly INBOX_QUEUE_URL: string;
  readonly OVERFLOW_BUCKET: string;
  readonly META_SECRET_ARN: string;
  readonly WASENDER_SECRET_ARN: string;
}

export interface IngestConfig {
  readonly inboxQueueUrl: string;
  readonly overflowBucket: string;
  readonly metaSecretArn: string;
  readonly wasenderSecretArn: string;
  readonly s3: AwsService;
  readonly secretsManager: AwsService;
  readonly sqs: AwsService;
}

export function loadIngestConfig(environment: NodeJS.ProcessEnv): IngestConfig {
  return readEnvironment<keyof IngestEnvironment | RuntimeVariable, IngestConfig>(
    environment,
    (read) => {
      const service = serviceReader(read);
      return {
        inboxQueueUrl: read.url('INBOX_QUEUE_URL'),
        overflowBucket: read.text('OVERFLOW_BUCKET'),
        metaSecretArn: read.text('META_SECRET_ARN'),
        wasenderSecretArn: read.text('WASENDER_SECRET_ARN'),
        s3: service('s3'),
        secretsManager: service('secretsmanager'),
        sqs: service('sqs'),
      };
    },
  );
}
