import {
  BY_ITSELF,
  type Campaign,
  hasBegun,
  isUnderWay,
  moved,
  type Step,
} from '../../campaigns/campaign.ts';
import type { StoredCampaign } from '../../campaigns/campaign-table.ts';
import { isPartGone } from '../../campaigns/part-lines.ts';
import { type RecipientRows, recipientRows } from '../../campaigns/recipient-rows.ts';
import { isStillToSend, stepDueAt } from '../../campaigns/steps.ts';
import type { Item } from '../../table/stored-rows.ts';
import type { StepRequest } from '../check-request.ts';
import { tellLanes } from '../tell-lanes.ts';
import type { OfferDeps } from './offer-again.ts';
import { type RoundParts, roundParts } from './round-parts.ts';

export interface StepDeps extends OfferDeps {
  /** It paused by itself. */
  readonly stopped: (campaign: string, because: string) => void;
}

const DAY_SECONDS = 86_400;
const MINUTE_MS = 60_000;

/**
 * Has the next step of a campaign begin, once everybody has had the one before: writes parts of all to whom it may
 * go, as a round of its own, and tells the lanes. Whether it goes to somebody is decided when it is due. While somebody
 * waits to be tried again it does not begin: the lanes ask for it again a minute later. Where the files of its
 * recipients are gone, the campaign pauses.
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
  const { stepsBegun = 0 } = stored.campaign;
  // A try before this one got no further than that.
  if (stepsBegun === number) return await tell(stored, signal, deps);
  if (stepsBegun !== number - 1 || !(await isRoundOver(stored.campaign, signal, deps))) return;
  const begun = await change(stored, { ...stored.campaign, updatedAt: deps.now() }, signal, deps);
  const found = await find(begun, { ...step, number }, signal, deps);
  if (found === 'gone') return await stop(begun, signal, deps);
  if (found === 'not yet') return await tell(begun, signal, deps, deps.now() + MINUTE_MS);
  // To whom a step does not go nothing more goes.
  const next = found === 0 ? begun.campaign.steps.length : number;
  const after = await change(begun, { ...begun.campaign, stepsBegun: next }, signal, deps);
  await tell(after, signal, deps);
}

/** A pause holds what a step brings, and not that it is known to whom it goes. */
function mayGoOn(campaign: Campaign): boolean {
  return isUnderWay(campaign) || campaign.state === 'paused';
}

/** What a try before this one found, and got no further, is found anew. */
async function isRoundOver(
  campaign: Campaign,
  signal: AbortSignal,
  { readCursors }: OfferDeps,
): Promise<boolean> {
  const cursors = await readCursors(campaign.id, signal);
  return cursors.every((cursor) => cursor.isOver || !hasBegun(campaign, cursor));
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

/** Nobody can say any more to whom it goes. */
async function stop(stored: StoredCampaign, signal: AbortSignal, deps: StepDeps): Promise<void> {
  const { campaign } = stored;
  if (!isUnderWay(campaign)) return;
  const paused = { at: deps.now(), state: 'paused', by: BY_ITSELF, because: 'files' } as const;
  await change(stored, moved(campaign, paused), signal, deps);
  deps.stopped(campaign.id, paused.because);
}

/** To how many it may go, `not yet` while that is not known. */
async function find(
  begun: StoredCampaign,
  step: Numbered,
  signal: AbortSignal,
  deps: OfferDeps,
): Promise<number | 'not yet' | 'gone'> {
  try {
    return await store(begun, step, signal, deps);
  } catch (error) {
    if (isPartGone(error)) return 'gone';
    throw error;
  }
}

async function store(
  { campaign, revision }: StoredCampaign,
  step: Numbered,
  signal: AbortSignal,
  deps: OfferDeps,
): Promise<number | 'not yet'> {
  const expiresAt = Math.ceil(deps.now() / 1000) + 2 * deps.campaignDays * DAY_SECONDS;
  const { number } = step;
  await using texts = await deps.newTexts();
  const parts = roundParts(campaign, texts, deps.findings);
  if (!(await isGathered(campaign, step, parts, signal, deps))) return 'not yet';
  const place = { campaign: campaign.id, revision, expiresAt, rounds: [number] };
  await parts.store(place, signal);
  return parts.linesIn(number);
}

type Numbered = Step & { readonly number: number };

/** False where somebody is still to be sent the one before. */
async function isGathered(
  campaign: Campaign,
  step: Numbered,
  parts: RoundParts,
  signal: AbortSignal,
  deps: OfferDeps,
): Promise<boolean> {
  for await (const some of recipientRows(campaign, deps, signal)) {
    if (some.some(({ rows }) => mayStillCome(rows[step.number - 1]))) return false;
    for (const one of some) {
      const full = add(one, step, parts, deps.now());
      if (full !== undefined) await full;
    }
  }
  return true;
}

function mayStillCome(before: Item | undefined): boolean {
  return before !== undefined && isStillToSend(before);
}

function add(
  { line, cursor, rows }: RecipientRows,
  step: Numbered,
  parts: RoundParts,
  now: number,
): Promise<void> | undefined {
  const { number: round } = step;
  const before = rows[round - 1];
  const notBefore = before && stepDueAt(step, before, now);
  if (notBefore === undefined) return undefined;
  return parts.add({ ...line, step: round }, { cursor, round, notBefore });
}

async function tell(
  stored: StoredCampaign,
  signal: AbortSignal,
  deps: OfferDeps,
  later?: number,
): Promise<void> {
  if (!isUnderWay(stored.campaign)) return;
  const channel = await deps.readChannel(stored.campaign.channel, signal);
  if (channel !== undefined) await tellLanes(stored, channel, deps, signal, later);
}
