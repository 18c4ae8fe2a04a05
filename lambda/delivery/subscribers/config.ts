import type { EnvironmentReader } from '../../shared/aws/environment.ts';
import { configReader } from '../../shared/aws/service.ts';
import { loadQueuesConfig, type QueuesEnvironment } from '../queues-config.ts';

/** What the construct must set on the function. */
export interface SubscribersEnvironment extends QueuesEnvironment {
  readonly TABLE_NAME: string;
  readonly SIGNING_KEY_ARN: string;
}

/** Set where the functions run on the machine of who uses them. */
type LocalVariable = 'DELIVER_TO_LOOPBACK';

const loadOwn = configReader(
  (read: EnvironmentReader<keyof SubscribersEnvironment | LocalVariable>, service) => ({
    tableName: read.text('TABLE_NAME'),
    signingKeyArn: read.text('SIGNING_KEY_ARN'),
    deliversToLoopback: read.optionalText('DELIVER_TO_LOOPBACK') === 'true',
    dynamodb: service('dynamodb'),
    secretsManager: service('secretsmanager'),
    sqs: service('sqs'),
  }),
);

export function loadSubscribersConfig(environment: NodeJS.ProcessEnv) {
  return { ...loadQueuesConfig(environment), ...loadOwn(environment) };
}
