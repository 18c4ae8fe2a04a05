import { type QueueHost, queueArn } from '../sqs/queue-host.ts';
import { type QueuePoller, type QueuePollerOptions, startQueuePoller } from './queue-poller.ts';

export interface QueueSourceOptions extends Omit<QueuePollerOptions, 'queue'> {
  readonly queues: QueueHost;
  readonly arn: string;
}

/**
 * Invokes a function for what is in the queue of a name, whichever queue that is: as in AWS, a mapping
 * outlives its queue, and goes on with another one of that name.
 */
export function startQueueSource({ queues, arn, ...poller }: QueueSourceOptions): QueuePoller {
  const pollers: QueuePoller[] = [];
  const follow = () => {
    const queue = queues.byArn(arn);
    if (queue !== undefined) pollers.push(startQueuePoller({ ...poller, queue }));
  };
  const unfollow = queues.onCreate((name) => {
    if (queueArn(name) === arn) follow();
  });
  follow();
  const stopped = Promise.withResolvers<void>();
  return {
    stop: () => {
      unfollow();
      for (const { stop } of pollers) stop();
      stopped.resolve();
    },
    finished: stopped.promise.then(() => Promise.all(pollers.map(({ finished }) => finished))),
  };
}
