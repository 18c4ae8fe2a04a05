import { FifoQueue } from '../../../local/sqs/fifo-queue.ts';
import type { NewMessage } from '../../../local/sqs/queue-types.ts';
import { StandardQueue } from '../../../local/sqs/standard-queue.ts';
import { orderedQueue, SimulatedQueues } from '../queues.ts';

const RETENTION_SECONDS = 14 * 86_400;

/** As it is deployed, and fewer than there for jobs: one that is none is to come to an end. */
const MAX_RECEIVE_COUNT = 1000;
const FEW_RECEIVES = 100;

/** The queues behind the table, and those of subscribers. */
export function makeQueues(
  now: () => number,
  onSent: (queue: string, message: NewMessage, isNew: boolean) => void,
) {
  const deliveries = orderedQueue('deliveries', 720, MAX_RECEIVE_COUNT);
  const both = { retentionSeconds: RETENTION_SECONDS };
  const deadJobs = new StandardQueue({ ...both, name: 'media-dead-letter' });
  const jobs = new StandardQueue({
    ...both,
    ...{ name: 'media-jobs', visibilityTimeoutSeconds: 1800 },
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
