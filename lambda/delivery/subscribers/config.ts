import { readEnvironment } from '../../shared/aws/environment.ts';
import { type AwsService, type RuntimeVariable, serviceReader } from '../../shared/aws/service.ts';
import { loadQueuesConfig, type QueuesConfig, type QueuesEnvironment } from '../queues-config.ts';

/** What the construct must set on the function. */
export interface SubscribersEnvironment extends QueuesEnvironment {
  readonly TABLE_NAME: string;
  readonly SIGNING_KEY_ARN: string;
}

export interface SubscribersConfig extends QueuesConfig {
  readonly tableName: string;
  readonly signingKeyArn: string;
  readonly deliversToLoopback: boolean;
  readonly dynamodb: AwsService;
  readonly secretsManager: AwsService;
  readonly sqs: AwsService;
}

/** Set where the functions run on the machine of who uses them. */
type LocalVariable = 'DELIVER_TO_LOOPBACK';

export function loadSubscribersConfig(environment: NodeJS.ProcessEnv): SubscribersConfig {
  const own = readEnvironment<
    keyof SubscribersEnvironment | RuntimeVariable | LocalVariable,
    Omit<SubscribersConfig, keyof QueuesConfig>
  >(environment, (read) => {
    const service = serviceReader(read);
    return {
      tableName: read.text('TABLE_NAME'),
      signingKeyArn: read.text('SIGNING_KEY_ARN'),
      deliversToLoopback: read.optionalText('DELIVER_TO_LOOPBACK') === 'true',
      dynamodb: service('dynamodb'),
      secretsManager: service('secretsmanager'),
      sqs: service('sqs'),
    };
  });
  return { ...loadQueuesConfig(environment), ...own };
}
