import { readEnvironment } from '../domain/environment.ts';

/** What the construct must set on the function. */
export interface IngestEnvironment {
  readonly INBOX_QUEUE_URL: string;
  readonly OVERFLOW_BUCKET: string;
  readonly META_SECRET_ARN: string;
  readonly WASENDER_SECRET_ARN: string;
}

/** Set by Lambda, and by whoever sends the SDKs to other endpoints. */
type RuntimeVariable = 'AWS_REGION' | 'AWS_ENDPOINT_URL_S3' | 'AWS_ENDPOINT_URL_SECRETS_MANAGER';

interface Location {
  readonly region: string;
  readonly url: string;
}

export interface IngestConfig {
  readonly inboxQueueUrl: string;
  readonly overflowBucket: string;
  readonly metaSecretArn: string;
  readonly wasenderSecretArn: string;
  readonly s3: Location;
  readonly secretsManager: Location;
}

export function loadIngestConfig(environment: NodeJS.ProcessEnv): IngestConfig {
  return readEnvironment<keyof IngestEnvironment | RuntimeVariable, IngestConfig>(
    environment,
    (read) => {
      const region = read.text('AWS_REGION');
      const url = (service: string) => `https://${service}.${region}.amazonaws.com`;
      return {
        inboxQueueUrl: read.url('INBOX_QUEUE_URL'),
        overflowBucket: read.text('OVERFLOW_BUCKET'),
        metaSecretArn: read.text('META_SECRET_ARN'),
        wasenderSecretArn: read.text('WASENDER_SECRET_ARN'),
        s3: { region, url: read.optionalUrl('AWS_ENDPOINT_URL_S3') ?? url('s3') },
        secretsManager: {
          region,
          url: read.optionalUrl('AWS_ENDPOINT_URL_SECRETS_MANAGER') ?? url('secretsmanager'),
        },
      };
    },
  );
}
