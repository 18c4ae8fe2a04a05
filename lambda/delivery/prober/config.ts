import { readEnvironment } from '../../shared/aws/environment.ts';
import { loadDeliveringConfig } from '../deliverer/config.ts';
import { loadQueuesConfig, type QueuesEnvironment } from '../queues-config.ts';

/** Beside what it has in common with the deliverer. */
export interface ProberEnvironment extends QueuesEnvironment {
  /** Queue of a release before this one, which is emptied into those of the subscribers. */
  readonly FORMER_QUEUE_URL: string;
}

export function loadProberConfig(environment: NodeJS.ProcessEnv) {
  const formerQueueUrl = readEnvironment<keyof ProberEnvironment, string>(environment, (read) =>
    read.url('FORMER_QUEUE_URL'),
  );
  return { ...loadDeliveringConfig(environment), ...loadQueuesConfig(environment), formerQueueUrl };
}
