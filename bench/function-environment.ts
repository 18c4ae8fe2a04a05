import type { ArchiverEnvironment } from '../lambda/archiver/config.ts';
import type { IngestEnvironment } from '../lambda/ingest/config.ts';
import type { ProcessorEnvironment } from '../lambda/processor/config.ts';

export interface LocalSettings {
  readonly appSecret: string;
}

export const SETTINGS: LocalSettings = { appSecret: 'the-app-secret-of-the-benchmarks' };

const REGION = 'us-east-1';
const QUEUES = `https://sqs.${REGION}.amazonaws.com/123456789012`;
const META_SECRET_ARN = `arn:aws:secretsmanager:${REGION}:123456789012:secret:meta`;

/** What Lambda sets, and what sends the SDKs to the stub. */
export function functionEnvironment(stubUrl: string): Record<string, string> {
  return {
    ...({
      INBOX_QUEUE_URL: `${QUEUES}/inbox.fifo`,
      OVERFLOW_BUCKET: 'overflow',
      META_SECRET_ARN,
      WASENDER_SECRET_ARN: `arn:aws:secretsmanager:${REGION}:123456789012:secret:wasender`,
    } satisfies IngestEnvironment),
    ...({
      TABLE_NAME: 'events',
      INBOX_QUEUE_URL: `${QUEUES}/inbox.fifo`,
      INBOX_DEAD_LETTER_QUEUE_URL: `${QUEUES}/dead-letter.fifo`,
      RETENTION_DAYS: '30',
    } satisfies ProcessorEnvironment),
    ...({ ARCHIVE_BUCKET: 'archive' } satisfies ArchiverEnvironment),
    POWERTOOLS_METRICS_NAMESPACE: 'Floodgate/benchmark',
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'a-key-of-forty-characters-as-aws-has-it',
    // Lambda's credentials have one of about this length, and it is signed with each request.
    AWS_SESSION_TOKEN: 'x'.repeat(800),
    AWS_LAMBDA_FUNCTION_NAME: 'Floodgate-benchmark-ProcessorFunction-0123456789AB',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_ENDPOINT_URL_SQS: stubUrl,
    AWS_ENDPOINT_URL_DYNAMODB: stubUrl,
    AWS_ENDPOINT_URL_S3: stubUrl,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: stubUrl,
  };
}

/** The text of the secret that a call asks for, filled in as an operator would. */
export function secretText(call: string, { appSecret }: LocalSettings): string {
  return call.includes(META_SECRET_ARN)
    ? JSON.stringify({ appSecrets: [appSecret], verifyToken: 'verify-token' })
    : JSON.stringify({
        sessions: [{ session: 'shop', token: 'path-token', secrets: ['wasender-secret'] }],
      });
}
