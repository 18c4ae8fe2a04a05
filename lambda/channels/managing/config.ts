import { readEnvironment } from '../../shared/aws/environment.ts';
import { type AwsService, type RuntimeVariable, serviceReader } from '../../shared/aws/service.ts';

/** What the construct must set on the function. */
export interface ChannelsEnvironment {
  readonly TABLE_NAME: string;
}

export interface ChannelsConfig {
  readonly tableName: string;
  readonly dynamodb: AwsService;
}

export function loadChannelsConfig(environment: NodeJS.ProcessEnv): ChannelsConfig {
  return readEnvironment<keyof ChannelsEnvironment | RuntimeVariable, ChannelsConfig>(
    environment,
    (read) => ({
      tableName: read.text('TABLE_NAME'),
      dynamodb: serviceReader(read)('dynamodb'),
    }),
  );
}
