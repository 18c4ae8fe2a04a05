import { configReader, type Read } from '../../shared/aws/service.ts';
import { isRecord } from '../../shared/json/json-source.ts';

/** Meta delivers again for 7 days; a row must outlive that to tell the duplicate. */
const MIN_RETENTION_DAYS = 8;

/** What the construct must set on the function. */
export interface ProcessorEnvironment {
  readonly TABLE_NAME: string;
  readonly INBOX_QUEUE_URL: string;
  readonly INBOX_DEAD_LETTER_QUEUE_URL: string;
  readonly RETENTION_DAYS: string;
  /** JSON: what is different on some channels. */
  readonly CHANNEL_RETENTION_DAYS?: string;
}

export const loadProcessorConfig = configReader((read: Read<ProcessorEnvironment>, service) => ({
  tableName: read.text('TABLE_NAME'),
  inboxQueueUrl: read.url('INBOX_QUEUE_URL'),
  inboxDeadLetterQueueUrl: read.url('INBOX_DEAD_LETTER_QUEUE_URL'),
  retentionDays: read.count('RETENTION_DAYS', MIN_RETENTION_DAYS),
  channelRetentionDays: readDays(read.optionalText('CHANNEL_RETENTION_DAYS')),
  dynamodb: service('dynamodb'),
  sqs: service('sqs'),
}));

/** Throws for what no stack of ours sets: then nobody knows for how long to keep what comes. */
function readDays(json = '{}'): Readonly<Record<string, number>> {
  const days: unknown = JSON.parse(json);
  if (!isRecord(days)) throw new Error('bad environment: CHANNEL_RETENTION_DAYS is no object');
  return Object.fromEntries(
    Object.entries(days).map(([channel, one]) => {
      if (typeof one === 'number' && one >= MIN_RETENTION_DAYS) return [channel, one];
      throw new Error(`bad environment: CHANNEL_RETENTION_DAYS of ${channel} is too little`);
    }),
  );
}
