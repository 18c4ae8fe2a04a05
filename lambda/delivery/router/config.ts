import { configReader, type Read } from '../../shared/aws/service.ts';

/** What the construct must set on the function. */
export interface RouterEnvironment {
  readonly TABLE_NAME: string;
  /** What the ARNs of subscribers' queues begin with. */
  readonly SUBSCRIBER_QUEUES_ARN: string;
  readonly DELIVERIES_DEAD_LETTER_QUEUE_URL: string;
  readonly MEDIA_QUEUE_URL: string;
  readonly UNROUTED_BUCKET: string;
}

export const loadRouterConfig = configReader((read: Read<RouterEnvironment>, service) => ({
  tableName: read.text('TABLE_NAME'),
  queuesArn: read.text('SUBSCRIBER_QUEUES_ARN'),
  deliveriesDeadLetterQueueUrl: read.url('DELIVERIES_DEAD_LETTER_QUEUE_URL'),
  mediaQueueUrl: read.url('MEDIA_QUEUE_URL'),
  unroutedBucket: read.text('UNROUTED_BUCKET'),
  dynamodb: service('dynamodb'),
  s3: service('s3'),
  sqs: service('sqs'),
}));
