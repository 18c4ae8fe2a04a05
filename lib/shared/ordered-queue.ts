import { Duration } from 'aws-cdk-lib';
import {
  DeduplicationScope,
  FifoThroughputLimit,
  type IQueue,
  Queue,
  QueueEncryption,
  type QueueProps,
} from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** The longest that SQS keeps a message, in the queue and in its dead-letter queue. */
export const QUEUE_RETENTION = Duration.days(14);

export interface OrderedQueueProps {
  /** Timeout of the function that reads the queue. */
  readonly consumerTimeout: Duration;

  /**
   * Times a message is received before SQS moves it to the dead-letter queue.
   *
   * @default 1000 - the most that SQS allows; see docs/adr/0001-max-receive-count.md
   */
  readonly maxReceiveCount?: number;

  /**
   * For how long a message is hidden from others once it was received.
   *
   * @default - six times the timeout of its consumer, as AWS advises
   */
  readonly visibilityTimeout?: Duration;
}

/** FIFO queue that keeps the messages of a group in order, with its dead-letter queue. */
export class OrderedQueue extends Construct {
  readonly queue: IQueue;
  readonly deadLetterQueue: IQueue;

  constructor(scope: Construct, id: string, props: OrderedQueueProps) {
    super(scope, id);

    const both = {
      fifo: true,
      // High throughput: the limit of 300 calls a second becomes one per partition.
      deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: QUEUE_RETENTION,
    } satisfies QueueProps;

    this.deadLetterQueue = new Queue(this, 'DeadLetterQueue', both);
    this.queue = new Queue(this, 'Queue', {
      ...both,
      visibilityTimeout:
        props.visibilityTimeout ?? Duration.seconds(6 * props.consumerTimeout.toSeconds()),
      deadLetterQueue: {
        queue: this.deadLetterQueue,
        maxReceiveCount: props.maxReceiveCount ?? 1_000,
      },
    });
  }
}
