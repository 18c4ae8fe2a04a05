import { Duration } from 'aws-cdk-lib';
import { type IQueue, Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { QUEUE_RETENTION } from './ordered-queue.ts';

export interface JobQueueProps {
  /** Timeout of the function that reads the queue. */
  readonly consumerTimeout: Duration;
  /** Times a job is received before SQS moves it to the dead-letter queue. */
  readonly maxReceiveCount: number;
}

/**
 * Queue of jobs that wait for nothing but themselves, with its dead-letter queue.
 *
 * Jobs that name a group have a fair share: a flood of one group does not hold up the others.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
 */
export class JobQueue extends Construct {
  readonly queue: IQueue;
  readonly deadLetterQueue: IQueue;

  constructor(scope: Construct, id: string, { consumerTimeout, maxReceiveCount }: JobQueueProps) {
    super(scope, id);

    const both = {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: QUEUE_RETENTION,
    } satisfies QueueProps;

    const deadLetterQueue = new Queue(this, 'DeadLetterQueue', both);
    this.deadLetterQueue = deadLetterQueue;
    this.queue = new Queue(this, 'Queue', {
      ...both,
      // AWS advises six times the timeout of the consuming function.
      visibilityTimeout: Duration.seconds(6 * consumerTimeout.toSeconds()),
      deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount },
    });
  }
}
