import { type Campaign, isUnderWay, type Step } from '../../campaigns/campaign.ts';
import type { StoredCampaign } from '../../campaigns/campaign-table.ts';
import { recipientRows } from '../../campaigns/recipient-rows.ts';
import { stepDueAt } from '../../campaigns/steps.ts';
import type { StepRequest } from '../check-request.ts';
import { tellLanes } from '../tell-lanes.ts';
import type { OfferDeps } from './offer-again.ts';
import { type RoundParts, roundParts } from './round-parts.ts';

const DAY_SECONDS = 86_400;

/**
 * Has the next step of a campaign begin, once everybody has had the one before: writes parts of all to whom it may
 * go, as a round of its own, and tells the lanes. Whether it goes to somebody is decided when it is due.
 *
 * Whoever begins raises the campaign's revision, on which all else is conditional, as with a check. Rejects where
 * somebody changed the campaign meanwhile: then it is to be done again.
 */
export async function beginStep(
  { campaign: id, step: number }: StepRequest,
  signal: AbortSignal,
  deps: OfferDeps,
): Promise<void> {
  const stored = await deps.campaigns.get(id, signal);
  const step = stored?.campaign.steps[number - 1];
  if (stored === undefined || step === undefined || !mayGoOn(stored.campaign)) return;
  const { stepsBegun = 0 } = stored.campaign;
  // A try before this one got no further than that.
  if (stepsBegun === number) return await tell(stored, signal, deps);
  if (stepsBegun !== number - 1 || !(await isRoundOver(id, signal, deps))) return;
  const begun = await change(stored, { ...stored.campaign, updatedAt: deps.now() }, signal, deps);
  const found = await find(begun, { ...step, number }, signal, deps);
  // To whom a step does not go nothing more goes.
  const next = found === 0 ? begun.campaign.steps.length : number;
  const after = await change(begun, { ...begun.campaign, stepsBegun: next }, signal, deps);
  await tell(after, signal, deps);
}

/** A pause holds what a step brings, and not that it is known to whom it goes. */
function mayGoOn(campaign: Campaign): boolean {
  return isUnderWay(campaign) || campaign.state === 'paused';
}

async function isRoundOver(
  id: string,
  signal: AbortSignal,
  { readCursors }: OfferDeps,
): Promise<boolean> {
  return (await readCursors(id, signal)).every(({ isOver }) => isOver);
}

async function change(
  before: StoredCampaign,
  campaign: Campaign,
  signal: AbortSignal,
  { campaigns }: OfferDeps,
): Promise<StoredCampaign> {
  if (await campaigns.update(before, campaign, signal)) {
    return { campaign, revision: before.revision + 1 };
  }
  throw new Error(`campaign ${campaign.id} is being changed by others`);
}

/** Resolves with to how many it may go. */
async function find(
  { campaign, revision }: StoredCampaign,
  step: Step & { readonly number: number },
  signal: AbortSignal,
  deps: OfferDeps,
): Promise<number> {
  const expiresAt = Math.ceil(deps.now() / 1000) + 2 * deps.campaignDays * DAY_SECONDS;
  const { number } = step;
  await using texts = await deps.newTexts();
  const parts = roundParts(campaign, texts, deps.findings);
  await gather(campaign, step, parts, signal, deps);
  const place = { campaign: campaign.id, revision, expiresAt, rounds: [number] };
  await parts.store(place, signal);
  return parts.linesIn(number);
}

async function gather(
  campaign: Campaign,
  step: Step & { readonly number: number },
  parts: RoundParts,
  signal: AbortSignal,
  deps: OfferDeps,
): Promise<void> {
  const { number } = step;
  for await (const some of recipientRows(campaign, deps, signal)) {
    for (const { line, cursor, rows } of some) {
      const before = rows[number - 1];
      const notBefore = before && stepDueAt(step, before, deps.now());
      if (notBefore === undefined) continue;
      const full = parts.add({ ...line, step: number }, { cursor, round: number, notBefore });
      if (full !== undefined) await full;
    }
  }
}

async function tell(stored: StoredCampaign, signal: AbortSignal, deps: OfferDeps): Promise<void> {
  if (!isUnderWay(stored.campaign)) return;
  const channel = await deps.readChannel(stored.campaign.channel, signal);
  if (channel !== undefined) await tellLanes(stored, channel, deps, signal);
}
