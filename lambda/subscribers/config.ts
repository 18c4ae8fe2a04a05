import { type AwsService, type RuntimeVariable, serviceReader } from '../domain/aws-service.ts';
import { readEnvironment } from '../domain/environment.ts';

/** What the construct must set on the function. */
export interface SubscribersEnvironment {
  readonly TABLE_NAME: string;
  readonly SIGNING_KEY_ARN: string;
  readonly DELIVERIES_QUEUE_URL: string;
}

export interface SubscribersConfig {
  readonly tableName: string;
  readonly signingKeyArn: string;
  readonly deliveriesQueueUrl: string;
  readonly deliversToLoopback: boolean;
  readonly dynamodb: AwsService;
  readonly secretsManager: AwsService;
  readonly sqs: AwsService;
}

/** Set where the functions run on the machine of who uses them. */
type LocalVariable = 'DELIVER_TO_LOOPBACK';

export function loadSubscribersConfig(environment: NodeJS.ProcessEnv): SubscribersConfig {
  return readEnvironment<
    keyof SubscribersEnvironment | RuntimeVariable | LocalVariable,
    SubscribersConfig
  >(environment, (read) => {
    const service = serviceReader(read);
    return {
      tableName: read.text('TABLE_NAME'),
      signingKeyArn: read.text('SIGNING_KEY_ARN'),
      deliveriesQueueUrl: read.url('DELIVERIES_QUEUE_URL'),
      deliversToLoopback: read.optionalText('DELIVER_TO_LOOPBACK') === 'true',
      dynamodb: service('dynamodb'),
      secretsManager: service('secretsmanager'),
      sqs: service('sqs'),
    };
  });
}
