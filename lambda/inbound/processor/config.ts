import { configReader, type Read } from '../../shared/aws/service.ts';
import { MIN_RETENTION_DAYS, readChannelDays } from '../../table/retention.ts';

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
  channelRetentionDays: readChannelDays(read.optionalText('CHANNEL_RETENTION_DAYS')),
  dynamodb: service('dynamodb'),
  sqs: service('sqs'),
}));
