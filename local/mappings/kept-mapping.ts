import * as z from 'zod/mini';
import type { MappingSettings } from './settings.ts';

const schema = z.object({
  eventSourceArn: z.string(),
  functionArn: z.string(),
  settings: z.object({
    ...{ isEnabled: z.boolean(), batchSize: z.number(), reportsBatchItemFailures: z.boolean() },
    maximumConcurrency: z.optional(z.number()),
  }),
});

/** An event source mapping as it was last wanted. */
export interface KeptMapping {
  readonly eventSourceArn: string;
  readonly functionArn: string;
  readonly settings: MappingSettings;
}

export function readKeptMapping(json: unknown): KeptMapping {
  const { settings, ...ends } = schema.parse(json);
  const { maximumConcurrency } = settings;
  return { ...ends, settings: { ...settings, maximumConcurrency } };
}
