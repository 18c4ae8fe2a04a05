import { FifoQueue } from '../../../local/sqs/fifo-queue.ts';
import type { NewMessage } from '../../../local/sqs/queue-types.ts';
import { StandardQueue } from '../../../local/sqs/standard-queue.ts';
import { orderedQueue, SimulatedQueues } from '../queues.ts';
import { DEPLOYED } from './deployed.ts';

const RETENTION_SECONDS = 14 * 86_400;
/** Somebody looks at dead letters before they expire: here when all is quiet. */
const DEAD_RETENTION_SECONDS = 60 * 86_400;

/** Of a job, fewer than where it is deployed, so that one that is none comes to an end. */
const FEW_RECEIVES = DEPLOYED.queues.jobs.maxReceiveCount / 4;

/** What the names of the subscribers' queues begin with. */
const PREFIX = 'subscribers-';
const ACCOUNT_ARN = 'arn:aws:sqs:eu-central-1:111111111111:';

export function queueNameOf(subscriberId: string): string {
  return `${PREFIX}${subscriberId}.fifo`;
}

export function queueArnOf(subscriberId: string): string {
  return `${ACCOUNT_ARN}${queueNameOf(subscriberId)}`;
}

/** Whose queue it is, by its name; undefined where it is none of a subscriber. */
export function subscriberOf(queue: string): string | undefined {
  return queue.startsWith(PREFIX) ? queue.slice(PREFIX.length, -'.fifo'.length) : undefined;
}

export function nameOfArn(queueArn: string): string {
  return queueArn.slice(ACCOUNT_ARN.length);
}

/** The queues behind the table, and those of subscribers: one to wait in, and where that is wanted one to end in. */
export function makeQueues(
  now: () => number,
  onSent: (queue: string, message: NewMessage, isNew: boolean) => void,
) {
  const { visibilityTimeout, maxReceiveCount } = DEPLOYED.queues.deliveries;
  const deliveries = orderedQueue('deliveries', visibilityTimeout, maxReceiveCount);
  const both = { retentionSeconds: RETENTION_SECONDS };
  const ofDead = { retentionSeconds: DEAD_RETENTION_SECONDS };
  deliveries.deadLetterQueue.configure(ofDead);
  const deadJobs = new StandardQueue({ ...ofDead, name: 'media-dead-letter' });
  const jobs = new StandardQueue({
    ...both,
    name: 'media-jobs',
    visibilityTimeoutSeconds: DEPLOYED.queues.jobs.visibilityTimeout,
    redrive: { deadLetterQueue: deadJobs, maxReceiveCount: FEW_RECEIVES },
  });
  const ends = Array.from({ length: MOST_SUBSCRIBERS }, (_, index) => `own_${index}.fifo`);
  return new SimulatedQueues<string>({
    now,
    queues: {
      'deliveries.fifo': deliveries.queue,
      'deliveries-dead-letter.fifo': deliveries.deadLetterQueue,
      'media-jobs': jobs,
      'media-dead-letter': deadJobs,
      ...Object.fromEntries(ends.map((name) => [name, new FifoQueue({ name })])),
    },
    make: (name) =>
      new FifoQueue({
        ...{ ...both, name, visibilityTimeoutSeconds: visibilityTimeout },
        deduplicationScope: 'messageGroup',
      }),
    onSent: (queue, message, _, isNew) => onSent(queue, message, isNew),
    onPartlyTaken: () => undefined,
  });
}

/** In one schedule. */
export const MOST_SUBSCRIBERS = 6;
