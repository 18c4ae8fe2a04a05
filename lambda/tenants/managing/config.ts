import { configReader, type Read } from '../../shared/aws/service.ts';

/** What the construct must set on the function. */
export interface TenantsEnvironment {
  readonly TABLE_NAME: string;
}

export const loadTenantsConfig = configReader((read: Read<TenantsEnvironment>, service) => ({
  tableName: read.text('TABLE_NAME'),
  dynamodb: service('dynamodb'),
}));
