import { readEnvironment } from '../../shared/aws/environment.ts';
import { type DeliveringConfig, loadDeliveringConfig } from '../deliverer/config.ts';
import { loadQueuesConfig, type QueuesConfig, type QueuesEnvironment } from '../queues-config.ts';

/** Beside what it has in common with the deliverer. */
export interface ProberEnvironment extends QueuesEnvironment {
  /** Queue of a release before this one, which is emptied into those of the subscribers. */
  readonly FORMER_QUEUE_URL: string;
}

export interface ProberConfig extends DeliveringConfig, QueuesConfig {
  readonly formerQueueUrl: string;
}

export function loadProberConfig(environment: NodeJS.ProcessEnv): ProberConfig {
  const formerQueueUrl = readEnvironment<keyof ProberEnvironment, string>(environment, (read) =>
    read.url('FORMER_QUEUE_URL'),
  );
  return { ...loadDeliveringConfig(environment), ...loadQueuesConfig(environment), formerQueueUrl };
}
