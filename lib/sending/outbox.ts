import { Duration, Validations } from 'aws-cdk-lib';
import {
  DeduplicationScope,
  FifoThroughputLimit,
  type IQueue,
  Queue,
  QueueEncryption,
} from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface OutboxProps {
  /** Timeout of the sender. */
  readonly senderTimeout: Duration;
}

/** For how long a wake is of use: whoever looks after lanes wakes each that has something waiting every minute. */
const RETENTION = Duration.hours(1);

/**
 * Queue of wakes: that something waits in a lane. A lane is a message group, so that SQS hands it to one
 * sender at a time. What waits is in the table: a wake that is lost is no message lost.
 */
export class Outbox extends Construct {
  readonly queue: IQueue;

  constructor(scope: Construct, id: string, { senderTimeout }: OutboxProps) {
    super(scope, id);

    this.queue = new Queue(this, 'Queue', {
      fifo: true,
      deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: RETENTION,
      // A lane whose sender was killed rests no longer than that; six times would be minutes.
      visibilityTimeout: senderTimeout.plus(Duration.seconds(5)),
    });
    Validations.of(this.queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'A wake that nobody could act on says nothing that the table does not.',
    });
  }
}
