import type { Answered } from '../../answers/json-answer.ts';
import { type Campaign, isPending } from '../../campaigns/campaign.ts';
import type { RequestRetry } from '../sqs-checks.ts';
import { answerEdit, wrongState } from './edit-campaign.ts';
import type { MoveDeps } from './move-campaign.ts';

export interface RetryDeps extends Pick<MoveDeps, 'campaigns' | 'newCheckId' | 'now' | 'by'> {
  readonly requestRetry: RequestRetry;
}

/**
 * Has the failures of a finished campaign offered again that can pass. The answer comes before it is known how
 * many they are.
 *
 * @param withUncertain whether also those of whom nobody knows whether they got it
 */
export async function retryFailed(
  id: string,
  withUncertain: boolean,
  deps: RetryDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const name = deps.newCheckId();
  const answer = await answerEdit(id, deps, signal, (before) => {
    if (before.state !== 'finished' || before.check === undefined) {
      return wrongState(before, 'offer its failures again: only one that is finished can');
    }
    const { by } = deps;
    const [at, number] = [deps.now(), numberAfter(before)];
    return { ...before, retry: { number, name, withUncertain, at, by }, updatedAt: at };
  });
  // Whatever is lost here, the same request again mends.
  if (answer.status === 200) await deps.requestRetry(id, name, signal);
  return answer.status === 200 ? { ...answer, status: 202 } : answer;
}

/** One that nobody has looked through to its end is taken up again. */
function numberAfter({ retry }: Campaign): number {
  if (retry === undefined) return 1;
  return isPending(retry) || retry.found === undefined ? retry.number : retry.number + 1;
}
