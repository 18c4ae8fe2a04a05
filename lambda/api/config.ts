import * as z from 'zod/mini';
import { parseEnvironment } from '../domain/environment.ts';

const schema = z.object({ TABLE_NAME: z.string(), OVERFLOW_BUCKET: z.string() });

/** What the construct must set on the function. */
export type ApiEnvironment = z.input<typeof schema>;

export interface ApiConfig {
  readonly tableName: string;
  readonly overflowBucket: string;
}

export function loadApiConfig(environment: NodeJS.ProcessEnv): ApiConfig {
  const parsed = parseEnvironment(schema, environment);
  return { tableName: parsed.TABLE_NAME, overflowBucket: parsed.OVERFLOW_BUCKET };
}
