import { FifoQueue } from '../../../local/sqs/fifo-queue.ts';
import type { NewMessage } from '../../../local/sqs/queue-types.ts';
import { StandardQueue } from '../../../local/sqs/standard-queue.ts';
import { orderedQueue, SimulatedQueues } from '../queues.ts';
import { DEPLOYED } from './deployed.ts';

const RETENTION_SECONDS = 14 * 86_400;

/** Of a job, fewer than where it is deployed, so that one that is none comes to an end. */
const FEW_RECEIVES = DEPLOYED.queues.jobs.maxReceiveCount / 4;

/** The queues behind the table, and those of subscribers. */
export function makeQueues(
  now: () => number,
  onSent: (queue: string, message: NewMessage, isNew: boolean) => void,
) {
  const { visibilityTimeout, maxReceiveCount } = DEPLOYED.queues.deliveries;
  const deliveries = orderedQueue('deliveries', visibilityTimeout, maxReceiveCount);
  const both = { retentionSeconds: RETENTION_SECONDS };
  const deadJobs = new StandardQueue({ ...both, name: 'media-dead-letter' });
  const jobs = new StandardQueue({
    ...both,
    name: 'media-jobs',
    visibilityTimeoutSeconds: DEPLOYED.queues.jobs.visibilityTimeout,
    redrive: { deadLetterQueue: deadJobs, maxReceiveCount: FEW_RECEIVES },
  });
  return new SimulatedQueues({
    now,
    queues: {
      'deliveries.fifo': deliveries.queue,
      'deliveries-dead-letter.fifo': deliveries.deadLetterQueue,
      'media-jobs': jobs,
      'media-dead-letter': deadJobs,
      'sub_0.fifo': new FifoQueue({ name: 'sub_0.fifo' }),
      'sub_1.fifo': new FifoQueue({ name: 'sub_1.fifo' }),
      'sub_2.fifo': new FifoQueue({ name: 'sub_2.fifo' }),
    },
    onSent: (queue, message, _, isNew) => onSent(queue, message, isNew),
    onPartlyTaken: () => undefined,
  });
}
