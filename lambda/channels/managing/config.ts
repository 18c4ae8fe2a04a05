import { configReader, type Read } from '../../shared/aws/service.ts';
import { readKeptDays } from './kept-days.ts';

/** What the construct must set on the function. */
export interface ChannelsEnvironment {
  readonly TABLE_NAME: string;
  /** For how long the settings keep rows and files, as JSON. */
  readonly KEPT_DAYS: string;
}

export const loadChannelsConfig = configReader((read: Read<ChannelsEnvironment>, service) => ({
  tableName: read.text('TABLE_NAME'),
  keptDays: readKeptDays(read.text('KEPT_DAYS')),
  dynamodb: service('dynamodb'),
}));
