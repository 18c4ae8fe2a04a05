import * as z from 'zod/mini';
import { refusals } from './errors.ts';

const text = z.optional(z.string());
const number = z.optional(z.number());

const settings = {
  Enabled: z.optional(z.boolean()),
  BatchSize: number,
  MaximumBatchingWindowInSeconds: number,
  FunctionResponseTypes: z.optional(z.array(z.literal('ReportBatchItemFailures'))),
  ScalingConfig: z.optional(z.strictObject({ MaximumConcurrency: number })),
};

const UUID = z.string();

/** What the actions read of their requests. Strict, as what is not read would be without effect. */
export const requests = {
  create: z.strictObject({
    EventSourceArn: z.string(),
    FunctionName: z.string(),
    Tags: z.optional(z.record(z.string(), z.string())),
    ...settings,
  }),
  update: z.strictObject({ UUID, FunctionName: text, ...settings }),
  mapping: z.object({ UUID }),
  list: z.object({
    FunctionName: text,
    EventSourceArn: text,
    Marker: text,
    MaxItems: z.optional(z.coerce.number()),
  }),
};

export type SettingsRequest = Omit<z.output<typeof requests.update>, 'UUID' | 'FunctionName'>;
export type ListRequest = z.output<typeof requests.list>;

/** Throws Lambda's refusal for what is none, or is more than the local stack has. */
export function readRequest<Schema extends z.ZodMiniType>(
  schema: Schema,
  input: unknown,
): z.output<Schema> {
  const result = z.safeParse(schema, input);
  if (result.success) return result.data;
  const members = result.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys : [issue.path.join('.')],
  );
  throw refusals.invalid(
    `the local stack has no mapping of a queue with such a value, or any, of ${members.join(', ')}`,
  );
}
