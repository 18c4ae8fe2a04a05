import * as z from 'zod/mini';
import { parseEnvironment } from '../domain/environment.ts';

const schema = z.object({
  INBOX_QUEUE_URL: z.url(),
  OVERFLOW_BUCKET: z.string(),
  META_SECRET_ARN: z.string(),
  WASENDER_SECRET_ARN: z.string(),
});

/** What the construct must set on the function. */
export type IngestEnvironment = z.input<typeof schema>;

export interface IngestConfig {
  readonly inboxQueueUrl: string;
  readonly overflowBucket: string;
  readonly metaSecretArn: string;
  readonly wasenderSecretArn: string;
}

export function loadIngestConfig(environment: NodeJS.ProcessEnv): IngestConfig {
  const parsed = parseEnvironment(schema, environment);
  return {
    inboxQueueUrl: parsed.INBOX_QUEUE_URL,
    overflowBucket: parsed.OVERFLOW_BUCKET,
    metaSecretArn: parsed.META_SECRET_ARN,
    wasenderSecretArn: parsed.WASENDER_SECRET_ARN,
  };
}
