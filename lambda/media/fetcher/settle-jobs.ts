import { retryDelaySeconds } from '../../shared/queue/backoff.ts';
import { faultName } from '../../shared/queue/failure.ts';
import type { QueuedMessage, Return } from '../../shared/queue/queued-message.ts';
import { type SettleJobDeps, settleJob } from './settle-job.ts';

export interface SettleJobsDeps extends SettleJobDeps {
  /** Sets when returned messages are visible again. Within a time of its own. */
  readonly delayReturns: (returns: readonly Return[]) => Promise<void>;
}

/** Settles jobs one after another. Returns the messages that the queue must hand out again. */
export async function settleJobs(
  messages: readonly QueuedMessage[],
  signal: AbortSignal,
  deps: SettleJobsDeps,
): Promise<readonly QueuedMessage[]> {
  const returns: Return[] = [];
  for (const message of messages) {
    const delaySeconds = await settleJob(message, signal, deps).catch((error: unknown) =>
      afterFailure(message, error, deps),
    );
    if (delaySeconds !== undefined) returns.push({ message, delaySeconds });
  }
  if (returns.length > 0) await delay(returns, deps);
  return returns.map(({ message }) => message);
}

/** A fault that is not the provider's: of AWS, or the deadline. */
function afterFailure(
  { messageId, receiveCount }: QueuedMessage,
  error: unknown,
  { count, warn, random }: SettleJobsDeps,
): number {
  count('MediaReturned');
  warn('Media waits', { reason: faultName(error), messageId, receiveCount });
  return retryDelaySeconds(receiveCount, random());
}

async function delay(returns: readonly Return[], deps: SettleJobsDeps): Promise<void> {
  try {
    await deps.delayReturns(returns);
  } catch (error) {
    deps.warn('Returned jobs wait for the visibility timeout', { reason: faultName(error) });
  }
}
