import {
  BY_ITSELF,
  type Campaign,
  isRoundOver,
  isUnderWay,
  moved,
  type Step,
} from '../../campaigns/campaign.ts';
import type { StoredCampaign } from '../../campaigns/campaign-table.ts';
import { type RecipientRows, recipientRows } from '../../campaigns/recipient-rows.ts';
import { isStillToSend, stepDueAt } from '../../campaigns/steps.ts';
import type { Item } from '../../table/stored-rows.ts';
import type { StepRequest } from '../check-request.ts';
import type { RoundParts } from './round-parts.ts';
import {
  changeCampaign,
  type RoundDeps,
  type RoundSearch,
  searchRounds,
  tellWhereUnderWay,
} from './round-search.ts';

export interface StepDeps extends RoundDeps {
  /** It paused by itself. */
  readonly stopped: (campaign: string, because: string) => void;
}

const MINUTE_MS = 60_000;
/** Between two searches, at the most. */
const MOST_MINUTES = 60;

/**
 * Has the next step of a campaign begin, once everybody has had the one before: writes parts of all to whom it may
 * go, as a round of its own, and tells the lanes. Whether it goes to somebody is decided when it is due. While somebody
 * waits to be tried again it does not begin, and is looked for more and more seldom. Where the files of its recipients
 * are gone, the campaign pauses.
 *
 * Whoever begins raises the campaign's revision, on which all else is conditional, as with a check. Rejects where
 * somebody changed the campaign meanwhile: then it is to be done again.
 */
export async function beginStep(
  { campaign: id, step: number }: StepRequest,
  signal: AbortSignal,
  deps: StepDeps,
): Promise<void> {
  const stored = await deps.campaigns.get(id, signal);
  const step = stored?.campaign.steps[number - 1];
  if (stored === undefined || step === undefined || !mayGoOn(stored.campaign)) return;
  const { stepsBegun = 0, stepWait } = stored.campaign;
  // A try before this one got no further than that.
  if (stepsBegun === number) return await tell(stored, signal, deps);
  if (stepsBegun !== number - 1) return;
  // Another lane asked before, or the ticker.
  if (stepWait !== undefined && stepWait.until > deps.now()) {
    return await tell(stored, signal, deps, stepWait.until);
  }
  // What a try before this one found, and got no further, is found anew.
  if (!isRoundOver(stored.campaign, await deps.readCursors(id, signal))) return;
  const raised = { ...stored.campaign, updatedAt: deps.now() };
  const begun = await changeCampaign(stored, raised, signal, deps);
  await settle(begun, number, await search(begun, { ...step, number }, signal, deps), signal, deps);
}

/** A pause holds what a step brings, and not that it is known to whom it goes. */
function mayGoOn(campaign: Campaign): boolean {
  return isUnderWay(campaign) || campaign.state === 'paused';
}

async function settle(
  begun: StoredCampaign,
  number: number,
  search: RoundSearch,
  signal: AbortSignal,
  deps: StepDeps,
): Promise<void> {
  if (search.is === 'gone') return await stop(begun, signal, deps);
  if (search.is === 'not yet') return await putOff(begun, signal, deps);
  const { stepWait: _, ...campaign } = begun.campaign;
  // To whom a step does not go nothing more goes.
  const stepsBegun = search.linesIn(number) === 0 ? campaign.steps.length : number;
  await tell(await changeCampaign(begun, { ...campaign, stepsBegun }, signal, deps), signal, deps);
}

/** Nobody can say any more to whom it goes. */
async function stop(stored: StoredCampaign, signal: AbortSignal, deps: StepDeps): Promise<void> {
  const { campaign } = stored;
  if (!isUnderWay(campaign)) return;
  const paused = { at: deps.now(), state: 'paused', by: BY_ITSELF, because: 'files' } as const;
  await changeCampaign(stored, moved(campaign, paused), signal, deps);
  deps.stopped(campaign.id, paused.because);
}

/** Over a night somebody may wait, and a million people are looked through to find that. */
async function putOff(stored: StoredCampaign, signal: AbortSignal, deps: StepDeps): Promise<void> {
  const { stepWait } = stored.campaign;
  const minutes = Math.min(2 * (stepWait?.minutes ?? 0.5), MOST_MINUTES);
  const until = deps.now() + minutes * MINUTE_MS;
  const campaign = { ...stored.campaign, stepWait: { until, minutes } };
  await tell(await changeCampaign(stored, campaign, signal, deps), signal, deps, until);
}

type Numbered = Step & { readonly number: number };

function search(
  begun: StoredCampaign,
  step: Numbered,
  signal: AbortSignal,
  deps: StepDeps,
): Promise<RoundSearch> {
  const gather = (add: RoundParts['add']) => isGathered(begun.campaign, step, add, signal, deps);
  return searchRounds(begun, [step.number], gather, signal, deps);
}

/** False where somebody is still to be sent the one before. */
async function isGathered(
  campaign: Campaign,
  step: Numbered,
  add: RoundParts['add'],
  signal: AbortSignal,
  deps: StepDeps,
): Promise<boolean> {
  for await (const some of recipientRows(campaign, deps, signal, [step.number - 1])) {
    if (some.some(({ rows: [before] }) => mayStillCome(before))) return false;
    for (const one of some) {
      const full = addTo(add, one, step, deps.now());
      if (full !== undefined) await full;
    }
  }
  return true;
}

function addTo(
  add: RoundParts['add'],
  { line, cursor, rows: [before] }: RecipientRows,
  step: Numbered,
  now: number,
): Promise<void> | undefined {
  const notBefore = before && stepDueAt(step, before, now);
  if (notBefore === undefined) return undefined;
  const { number: round } = step;
  return add({ ...line, step: round }, { cursor, round, notBefore });
}

function mayStillCome(before: Item | undefined): boolean {
  return before !== undefined && isStillToSend(before);
}

async function tell(
  stored: StoredCampaign,
  signal: AbortSignal,
  deps: StepDeps,
  later?: number,
): Promise<void> {
  const channel = await deps.readChannel(stored.campaign.channel, signal);
  await tellWhereUnderWay(stored, channel, signal, deps, later);
}
