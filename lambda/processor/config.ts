import * as z from 'zod/mini';
import { parseEnvironment } from '../domain/environment.ts';

/** Meta delivers again for 7 days; a row must outlive that to tell the duplicate. */
const MIN_RETENTION_DAYS = 8;

const schema = z.object({
  TABLE_NAME: z.string(),
  INBOX_QUEUE_URL: z.url(),
  INBOX_DEAD_LETTER_QUEUE_URL: z.url(),
  RETENTION_DAYS: z
    .pipe(z.string().check(z.regex(/^\d{1,4}$/)), z.transform(Number))
    .check(z.minimum(MIN_RETENTION_DAYS)),
});

/** What the construct must set on the function. */
export type ProcessorEnvironment = z.input<typeof schema>;

export interface ProcessorConfig {
  readonly tableName: string;
  readonly inboxQueueUrl: string;
  readonly inboxDeadLetterQueueUrl: string;
  readonly retentionDays: number;
}

export function loadProcessorConfig(environment: NodeJS.ProcessEnv): ProcessorConfig {
  const parsed = parseEnvironment(schema, environment);
  return {
    tableName: parsed.TABLE_NAME,
    inboxQueueUrl: parsed.INBOX_QUEUE_URL,
    inboxDeadLetterQueueUrl: parsed.INBOX_DEAD_LETTER_QUEUE_URL,
    retentionDays: parsed.RETENTION_DAYS,
  };
}
