import { readEnvironment } from '../../shared/aws/environment.ts';
import { type AwsService, type RuntimeVariable, serviceReader } from '../../shared/aws/service.ts';
import { MIN_RETENTION_DAYS } from '../../table/retention.ts';

/** What the construct must set on the function. */
export interface ChannelsEnvironment {
  readonly TABLE_NAME: string;
  /** The most days for which anything of the stage is kept. */
  readonly LONGEST_RETENTION_DAYS: string;
}

export interface ChannelsConfig {
  readonly tableName: string;
  readonly longestRetentionDays: number;
  readonly dynamodb: AwsService;
}

export function loadChannelsConfig(environment: NodeJS.ProcessEnv): ChannelsConfig {
  return readEnvironment<keyof ChannelsEnvironment | RuntimeVariable, ChannelsConfig>(
    environment,
    (read) => ({
      tableName: read.text('TABLE_NAME'),
      longestRetentionDays: read.count('LONGEST_RETENTION_DAYS', MIN_RETENTION_DAYS),
      dynamodb: serviceReader(read)('dynamodb'),
    }),
  );
}
