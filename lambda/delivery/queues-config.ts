import { readEnvironment } from '../shared/aws/environment.ts';
import { type AwsService, type RuntimeVariable, serviceReader } from '../shared/aws/service.ts';

/** What the construct must set on whatever makes and removes queues and their mappings. */
export interface QueuesEnvironment {
  /** What the ARNs of subscribers' queues begin with. */
  readonly SUBSCRIBER_QUEUES_ARN: string;
  readonly DELIVERIES_DEAD_LETTER_QUEUE_URL: string;
  /** Name of the function onto which queues are mapped. */
  readonly DELIVERER_NAME: string;
  /** `MaximumConcurrency` of a mapping whose subscriber says nothing. */
  readonly MAXIMUM_CONCURRENCY: string;
  /** Of the queues: six times the timeout of the deliverer. */
  readonly VISIBILITY_TIMEOUT_SECONDS: string;
}

export interface QueuesConfig {
  readonly queuesArn: string;
  readonly neighbourUrl: string;
  readonly delivererName: string;
  readonly functions: number;
  readonly visibilityTimeoutSeconds: number;
  readonly lambda: AwsService;
}

export function loadQueuesConfig(environment: NodeJS.ProcessEnv): QueuesConfig {
  return readEnvironment<keyof QueuesEnvironment | RuntimeVariable, QueuesConfig>(
    environment,
    (read) => ({
      queuesArn: read.text('SUBSCRIBER_QUEUES_ARN'),
      neighbourUrl: read.url('DELIVERIES_DEAD_LETTER_QUEUE_URL'),
      delivererName: read.text('DELIVERER_NAME'),
      functions: read.count('MAXIMUM_CONCURRENCY', 2),
      visibilityTimeoutSeconds: read.count('VISIBILITY_TIMEOUT_SECONDS', 1),
      lambda: serviceReader(read)('lambda'),
    }),
  );
}
