import type { ArchiverEnvironment } from '../lambda/archive/archiver/config.ts';
import type { DeliveringEnvironment } from '../lambda/delivery/deliverer/config.ts';
import type { RouterEnvironment } from '../lambda/delivery/router/config.ts';
import type { IngestEnvironment } from '../lambda/inbound/ingest/config.ts';
import type { ProcessorEnvironment } from '../lambda/inbound/processor/config.ts';
import type { MediaEnvironment } from '../lambda/media/fetcher/config.ts';
import type { MessagesEnvironment, SenderEnvironment } from '../lambda/sending/config.ts';

export interface LocalSettings {
  readonly appSecret: string;
}

export const SETTINGS: LocalSettings = { appSecret: 'the-app-secret-of-the-benchmarks' };

const REGION = 'us-east-1';
const QUEUES = `https://sqs.${REGION}.amazonaws.com/123456789012`;
const SECRETS = `arn:aws:secretsmanager:${REGION}:123456789012:secret`;
const META_SECRET_ARN = `${SECRETS}:meta`;
const WASENDER_SECRET_ARN = `${SECRETS}:wasender`;
const SIGNING_KEY_ARN = `${SECRETS}:signing-key`;

export const MEDIA_QUEUE_URL = `${QUEUES}/media`;
const DELIVERIES_DEAD_LETTER_QUEUE_URL = `${QUEUES}/deliveries-dead-letter.fifo`;
/** What the ARNs of subscribers' queues begin with. */
const SUBSCRIBER_QUEUES_ARN = `arn:aws:sqs:${REGION}:123456789012:floodgate-`;

/** What Lambda sets, and what sends the functions to the stub of AWS, and to what is outside of it. */
export function functionEnvironment(stubUrl: string, graphUrl: string): Record<string, string> {
  return {
    ...({
      INBOX_QUEUE_URL: `${QUEUES}/inbox.fifo`,
      OVERFLOW_BUCKET: 'overflow',
      META_SECRET_ARN,
      WASENDER_SECRET_ARN,
    } satisfies IngestEnvironment),
    ...({
      TABLE_NAME: 'events',
      INBOX_QUEUE_URL: `${QUEUES}/inbox.fifo`,
      INBOX_DEAD_LETTER_QUEUE_URL: `${QUEUES}/dead-letter.fifo`,
      RETENTION_DAYS: '30',
    } satisfies ProcessorEnvironment),
    ...({ TABLE_NAME: 'events', ARCHIVE_BUCKET: 'archive' } satisfies ArchiverEnvironment),
    ...handingOn(graphUrl),
    ...({
      TABLE_NAME: 'events',
      OUTBOX_QUEUE_URL: `${QUEUES}/outbox.fifo`,
      RETENTION_DAYS: '30',
      TOKENS_PATH: '/floodgate/benchmark/channels',
      CAMPAIGNS_BUCKET: 'campaigns',
      CHECKS_QUEUE_URL: `${QUEUES}/checks.fifo`,
      SENDER_MAXIMUM_CONCURRENCY: '2',
    } satisfies SenderEnvironment & MessagesEnvironment),
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
    AWS_ENDPOINT_URL_SSM: stubUrl,
  };
}

/** Of router, deliverer and media, which reach what is on this machine. */
function handingOn(GRAPH_URL: string): Record<string, string> {
  const TABLE_NAME = 'events';
  const queues = { SUBSCRIBER_QUEUES_ARN, DELIVERIES_DEAD_LETTER_QUEUE_URL };
  const buckets = { OVERFLOW_BUCKET: 'overflow', MEDIA_BUCKET: 'media' };
  const MEDIA_POLICY = JSON.stringify({
    ...{ keep: 'all', maxMegabytes: 100, urlExpiryMinutes: 60, tenant: 'default' },
    channels: {},
  });
  return {
    ...({
      ...{ TABLE_NAME, MEDIA_QUEUE_URL, ...queues },
      UNROUTED_BUCKET: 'unrouted',
    } satisfies RouterEnvironment),
    ...({
      ...{ TABLE_NAME, SIGNING_KEY_ARN, MEDIA_POLICY, ...buckets, ...queues },
    } satisfies DeliveringEnvironment),
    ...({
      ...{ TABLE_NAME, MEDIA_QUEUE_URL, META_SECRET_ARN, WASENDER_SECRET_ARN },
      ...{ MEDIA_POLICY, ...buckets },
    } satisfies MediaEnvironment),
    DELIVER_TO_LOOPBACK: 'true',
    GRAPH_URL,
  };
}

/** The text of the secret that a call asks for, filled in as an operator would. */
export function secretText(call: string, { appSecret }: LocalSettings): string {
  if (call.includes(SIGNING_KEY_ARN)) return JSON.stringify({ signingKey: 'k'.repeat(64) });
  return call.includes(META_SECRET_ARN)
    ? JSON.stringify({
        ...{ appSecrets: [appSecret], verifyToken: 'verify-token' },
        accessTokens: { default: 'x'.repeat(200) },
      })
    : JSON.stringify({
        sessions: [{ session: 'shop', token: 'path-token', secrets: ['wasender-secret'] }],
      });
}
