import * as z from 'zod/mini';
import type { InvocationResult } from './execution-environment.ts';

const partialResult = z.object({
  batchItemFailures: z.nullish(z.array(z.object({ itemIdentifier: z.string() }))),
});

/**
 * The items that a function says have failed; all of them for a failure or a list that cannot be read.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export function reportedFailures(
  invoked: InvocationResult,
  items: ReadonlySet<string>,
  reportsBatchItemFailures: boolean,
): ReadonlySet<string> {
  if (!invoked.ok) return items;
  if (!reportsBatchItemFailures || invoked.result === null || invoked.result === undefined) {
    return new Set();
  }
  const { success, data } = partialResult.safeParse(invoked.result);
  if (!success) return items;
  const failed = (data.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  return failed.every((id) => items.has(id)) ? new Set(failed) : items;
}
