import { readEnvironment } from '../../shared/aws/environment.ts';
import { type AwsService, type RuntimeVariable, serviceReader } from '../../shared/aws/service.ts';
import { loadQueuesConfig, type QueuesConfig } from '../queues-config.ts';

export interface RemoverConfig extends QueuesConfig {
  readonly sqs: AwsService;
}

export function loadRemoverConfig(environment: NodeJS.ProcessEnv): RemoverConfig {
  const sqs = readEnvironment<RuntimeVariable, AwsService>(environment, (read) =>
    serviceReader(read)('sqs'),
  );
  return { ...loadQueuesConfig(environment), sqs };
}
