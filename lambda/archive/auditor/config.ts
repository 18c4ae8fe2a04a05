import { configReader, type Read } from '../../shared/aws/service.ts';

/** What the construct must set on the function. */
export interface AuditorEnvironment {
  readonly TABLE_NAME: string;
  readonly ARCHIVE_BUCKET: string;
  readonly SUBSCRIBER_QUEUES_ARN: string;
  /** Beside which the queues of subscribers are. */
  readonly DELIVERIES_DEAD_LETTER_QUEUE_URL: string;
}

export const loadAuditorConfig = configReader((read: Read<AuditorEnvironment>, service) => ({
  tableName: read.text('TABLE_NAME'),
  bucket: read.text('ARCHIVE_BUCKET'),
  queuesArn: read.text('SUBSCRIBER_QUEUES_ARN'),
  deliveriesDeadLetterQueueUrl: read.url('DELIVERIES_DEAD_LETTER_QUEUE_URL'),
  dynamodb: service('dynamodb'),
  s3: service('s3'),
  sqs: service('sqs'),
}));
