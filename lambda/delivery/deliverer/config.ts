import type { EnvironmentReader } from '../../shared/aws/environment.ts';
import { configReader } from '../../shared/aws/service.ts';

/** What the construct must set on the functions that deliver: the deliverer and the prober. */
export interface DeliveringEnvironment {
  readonly TABLE_NAME: string;
  readonly OVERFLOW_BUCKET: string;
  readonly MEDIA_BUCKET: string;
  /** JSON of `MediaPolicies`. */
  readonly MEDIA_POLICY: string;
  readonly SIGNING_KEY_ARN: string;
  /** What the ARNs of subscribers' queues begin with. */
  readonly SUBSCRIBER_QUEUES_ARN: string;
  readonly DELIVERIES_DEAD_LETTER_QUEUE_URL: string;
}

/** Set where the functions run on the machine of who uses them. */
type LocalVariable = 'DELIVER_TO_LOOPBACK';

export const loadDeliveringConfig = configReader(
  (read: EnvironmentReader<keyof DeliveringEnvironment | LocalVariable>, service) => ({
    tableName: read.text('TABLE_NAME'),
    overflowBucket: read.text('OVERFLOW_BUCKET'),
    mediaBucket: read.text('MEDIA_BUCKET'),
    mediaPolicy: read.text('MEDIA_POLICY'),
    signingKeyArn: read.text('SIGNING_KEY_ARN'),
    queuesArn: read.text('SUBSCRIBER_QUEUES_ARN'),
    deliveriesDeadLetterQueueUrl: read.url('DELIVERIES_DEAD_LETTER_QUEUE_URL'),
    deliversToLoopback: read.optionalText('DELIVER_TO_LOOPBACK') === 'true',
    dynamodb: service('dynamodb'),
    s3: service('s3'),
    secretsManager: service('secretsmanager'),
    sqs: service('sqs'),
  }),
);

export type DeliveringConfig = ReturnType<typeof loadDeliveringConfig>;
