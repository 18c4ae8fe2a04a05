import { readEnvironment } from '../domain/environment.ts';

/** What the construct must set on the function. */
export interface ApiEnvironment {
  readonly TABLE_NAME: string;
  readonly OVERFLOW_BUCKET: string;
}

export interface ApiConfig {
  readonly tableName: string;
  readonly overflowBucket: string;
}

export function loadApiConfig(environment: NodeJS.ProcessEnv): ApiConfig {
  return readEnvironment<keyof ApiEnvironment, ApiConfig>(environment, (read) => ({
    tableName: read.text('TABLE_NAME'),
    overflowBucket: read.text('OVERFLOW_BUCKET'),
  }));
}
