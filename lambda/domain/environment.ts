import * as z from 'zod/mini';

/** Reads a function's environment. Throws one error that names every fault, before the first event. */
export function parseEnvironment<Schema extends z.ZodMiniType>(
  schema: Schema,
  environment: NodeJS.ProcessEnv,
): z.output<Schema> {
  const result = schema.safeParse(environment);
  if (!result.success) throw new Error(`bad environment\n${z.prettifyError(result.error)}`);
  return result.data;
}
