import { type Answered, refusal } from '../../answers/json-answer.ts';
import { type Campaign, isUnderWay, moved } from '../../campaigns/campaign.ts';
import { answerEdit, answerEditAndTell, type TellingDeps, wrongState } from './edit-campaign.ts';
import { campaignFaults } from './new-campaign.ts';

export interface MoveDeps extends TellingDeps {
  /** Of the file of recipients as it is; undefined where nobody put one up. */
  readonly etagOf: (campaign: string, signal: AbortSignal) => Promise<string | undefined>;
  readonly requestCheck: (campaign: string, check: string, signal: AbortSignal) => Promise<void>;
  readonly newCheckId: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Who asks, for the record. */
  readonly by: string;
}

/** Has its recipients checked. The answer comes before what the check finds. */
export async function checkCampaign(
  id: string,
  deps: MoveDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const check = deps.newCheckId();
  const answer = await answerEdit(id, deps, signal, async (before) => {
    if (!before.isTriggered && (await deps.etagOf(id, signal)) === undefined) {
      return refusal('conflict', 'there are no recipients yet: put up a file of them first');
    }
    if (!['draft', 'ready', 'checking'].includes(before.state)) {
      return wrongState(before, 'be checked');
    }
    const change = { at: deps.now(), state: 'checking', by: deps.by } as const;
    const { check: _, ...rest } = before;
    return { ...moved(rest, change), checking: check };
  });
  // Whatever is lost here, the same request again mends.
  if (answer.status === 200) await deps.requestCheck(id, check, signal);
  return answer.status === 200 ? { ...answer, status: 202 } : answer;
}

export async function startCampaign(
  id: string,
  deps: MoveDeps,
  signal: AbortSignal,
): Promise<Answered> {
  return await answerEditAndTell(id, deps, signal, async (before) => {
    const gone = await withoutChannel(before, deps, signal);
    return gone ?? started(before, await deps.etagOf(id, signal), deps);
  });
}

function started(
  before: Campaign,
  etag: string | undefined,
  { now, by }: MoveDeps,
): Campaign | Answered {
  const { state, check, isTriggered } = before;
  if (state !== 'ready' || check === undefined) return wrongState(before, 'be started');
  if (!isTriggered && etag !== undefined && etag !== check.etag) {
    return refusal('conflict', 'the file of recipients was replaced after the check: check again');
  }
  const faults = campaignFaults(before, now());
  if (faults.length > 0) return refusal('not_possible', faults.join('; '));
  const next = before.startAt === undefined ? 'running' : 'scheduled';
  return moved(before, { at: now(), state: next, by });
}

export async function resumeCampaign(
  id: string,
  because: string | undefined,
  deps: MoveDeps,
  signal: AbortSignal,
): Promise<Answered> {
  return await answerEditAndTell(id, deps, signal, async (before) => {
    const gone = await withoutChannel(before, deps, signal);
    if (gone !== undefined) return gone;
    if (before.state !== 'paused') return wrongState(before, 'be resumed');
    const hasRun = before.changes.some(({ state }) => state === 'running');
    const state = before.startAt === undefined || hasRun ? 'running' : 'scheduled';
    return moved(before, { at: deps.now(), state, by: deps.by, ...(because && { because }) });
  });
}

/** What is answered where nobody would send it, since its channel was removed. */
async function withoutChannel(
  { id, channel: from }: Campaign,
  { channel }: MoveDeps,
  signal: AbortSignal,
): Promise<Answered | undefined> {
  if ((await channel(from, signal)) !== undefined) return undefined;
  return refusal(
    'conflict',
    `campaign ${id} is of channel ${from}, which was removed: add it again`,
  );
}

export async function pauseCampaign(
  id: string,
  because: string | undefined,
  deps: MoveDeps,
  signal: AbortSignal,
): Promise<Answered> {
  return await answerEdit(id, deps, signal, (before) => {
    if (!isUnderWay(before)) return wrongState(before, 'be paused');
    const change = { at: deps.now(), state: 'paused', by: deps.by } as const;
    return moved(before, { ...change, because: because ?? 'user' });
  });
}

export async function cancelCampaign(
  id: string,
  because: string | undefined,
  deps: MoveDeps,
  signal: AbortSignal,
): Promise<Answered> {
  return await answerEditAndTell(id, deps, signal, (before) => {
    if (before.state === 'finished' || before.state === 'cancelled') {
      return wrongState(before, 'be cancelled');
    }
    const change = { at: deps.now(), state: 'cancelled', by: deps.by } as const;
    return moved(before, { ...change, ...(because !== undefined && { because }) });
  });
}
