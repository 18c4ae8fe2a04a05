import { type AwsService, type RuntimeVariable, serviceReader } from '../domain/aws-service.ts';
import { readEnvironment } from '../domain/environment.ts';
import { loadQueuesConfig, type QueuesConfig } from '../subscribers/queues-config.ts';

export interface RemoverConfig extends QueuesConfig {
  readonly sqs: AwsService;
}

export function loadRemoverConfig(environment: NodeJS.ProcessEnv): RemoverConfig {
  const sqs = readEnvironment<RuntimeVariable, AwsService>(environment, (read) =>
    serviceReader(read)('sqs'),
  );
  return { ...loadQueuesConfig(environment), sqs };
}
