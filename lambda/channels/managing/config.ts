import { configReader, type Read } from '../../shared/aws/service.ts';
import { MIN_RETENTION_DAYS } from '../../table/retention.ts';

/** What the construct must set on the function. */
export interface ChannelsEnvironment {
  readonly TABLE_NAME: string;
  /** The most days for which anything of the stage is kept. */
  readonly LONGEST_RETENTION_DAYS: string;
}

export const loadChannelsConfig = configReader((read: Read<ChannelsEnvironment>, service) => ({
  tableName: read.text('TABLE_NAME'),
  longestRetentionDays: read.count('LONGEST_RETENTION_DAYS', MIN_RETENTION_DAYS),
  dynamodb: service('dynamodb'),
}));
