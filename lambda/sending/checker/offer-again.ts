import { type Campaign, isPending, moved, type Retry, roundsOf } from '../../campaigns/campaign.ts';
import type { CampaignTable, StoredCampaign } from '../../campaigns/campaign-table.ts';
import { offerOf } from '../../campaigns/offers.ts';
import { isPartGone } from '../../campaigns/part-lines.ts';
import {
  type RecipientRows,
  type RecipientRowsDeps,
  recipientRows,
} from '../../campaigns/recipient-rows.ts';
import type { Channel } from '../../channels/channel.ts';
import type { RetryRequest } from '../check-request.ts';
import { type TellDeps, tellLanes } from '../tell-lanes.ts';
import type { CheckDeps } from './check-campaign.ts';
import { plan } from './plan.ts';
import { type RoundParts, roundParts } from './round-parts.ts';

export interface OfferDeps
  extends Pick<
      CheckDeps,
      'findings' | 'readChannel' | 'askBy' | 'newTexts' | 'campaignDays' | 'now'
    >,
    RecipientRowsDeps,
    TellDeps {
  readonly campaigns: Pick<CampaignTable, 'get' | 'update'>;
}

const DAY_SECONDS = 86_400;

/**
 * Offers the failures of a campaign again that can pass: finds them by the rows of its messages, writes parts of
 * them, and has the campaign run once more. It changes no message: who has their turn is claimed by their lane,
 * as long as they are as they were found.
 *
 * Whoever begins raises the campaign's revision, on which all else is conditional, as with a check.
 */
export async function offerAgain(
  request: RetryRequest,
  signal: AbortSignal,
  deps: OfferDeps,
): Promise<void> {
  const stored = await deps.campaigns.get(request.campaign, signal);
  const { retry } = stored?.campaign ?? {};
  if (stored === undefined || retry === undefined || retry.name !== request.retry) return;
  const channel = await deps.readChannel(stored.campaign.channel, signal);
  // A try before this one got no further than that.
  if (!isPending(retry)) return await tell(stored, channel, signal, deps);
  const begun = await begin(stored, signal, deps);
  if (begun === undefined) return;
  const because = await whyNot(begun.campaign, channel, signal, deps);
  const result = because === undefined ? await find(begun, retry, signal, deps) : { because };
  const campaign = settled(begun.campaign, { ...retry, ...result }, deps.now());
  if (!(await deps.campaigns.update(begun, campaign, signal))) return;
  await tell({ campaign, revision: begun.revision + 1 }, channel, signal, deps);
}

async function begin(
  stored: StoredCampaign,
  signal: AbortSignal,
  { campaigns, now }: OfferDeps,
): Promise<StoredCampaign | undefined> {
  const campaign = { ...stored.campaign, updatedAt: now() };
  const isBegun = await campaigns.update(stored, campaign, signal);
  return isBegun ? { campaign, revision: stored.revision + 1 } : undefined;
}

/** Since it was checked, much may have become of its templates. */
async function whyNot(
  campaign: Campaign,
  channel: Channel | undefined,
  signal: AbortSignal,
  { askBy, now }: OfferDeps,
): Promise<string | undefined> {
  const ask = channel && (await askBy(channel, signal));
  const planned = await plan(campaign, { channel, ask, now });
  if (!planned.ok) return planned.faults[0]?.text ?? 'its templates cannot be sent';
  const { category } = planned.plan;
  if (category === campaign.check?.category) return undefined;
  return `its templates are of the category ${category} now, at whose price nobody started it`;
}

async function find(
  { campaign, revision }: StoredCampaign,
  retry: Retry,
  signal: AbortSignal,
  deps: OfferDeps,
): Promise<Pick<Retry, 'found' | 'because'>> {
  const expiresAt = Math.ceil(deps.now() / 1000) + 2 * deps.campaignDays * DAY_SECONDS;
  const rounds = roundsOf(campaign, retry);
  await using texts = await deps.newTexts();
  const parts = roundParts(campaign, texts, deps.findings);
  try {
    await gather(campaign, retry, parts, signal, deps);
    await parts.store({ campaign: campaign.id, revision, expiresAt, rounds }, signal);
    const [now, later] = rounds;
    return { found: { now: parts.linesIn(now), later: parts.linesIn(later) } };
  } catch (error) {
    if (!isPartGone(error)) throw error;
    return { because: 'the files of its recipients are kept no longer' };
  }
}

/** In memory is as much as one read brings. */
async function gather(
  campaign: Campaign,
  retry: Retry,
  parts: RoundParts,
  signal: AbortSignal,
  deps: OfferDeps,
): Promise<void> {
  const [now, later] = roundsOf(campaign, retry);
  for await (const some of recipientRows(campaign, deps, signal)) {
    for (const { line, cursor, notBefore } of some.flatMap((one) => offersTo(one, retry))) {
      const place = { cursor, round: notBefore === 0 ? now : later, notBefore };
      const full = parts.add(line, place);
      if (full !== undefined) await full;
    }
  }
}

/** Of whatever step. */
function offersTo({ line, cursor, rows }: RecipientRows, { withUncertain }: Retry) {
  return rows.flatMap((row, step) => {
    const offer = row && offerOf(row, withUncertain);
    if (offer === undefined) return [];
    const { again, notBefore } = offer;
    return [{ line: { ...line, step, again }, cursor, notBefore }];
  });
}

/** As the search leaves it: under way again where somebody was found. */
function settled(campaign: Campaign, retry: Retry, at: number): Campaign {
  const { found = { now: 0, later: 0 }, by } = retry;
  if (found.now + found.later === 0) return { ...campaign, retry, updatedAt: at };
  const change = { at, state: 'running', by, because: 'retry-failed' } as const;
  return { ...moved(campaign, change), retry };
}

async function tell(
  stored: StoredCampaign,
  channel: Channel | undefined,
  signal: AbortSignal,
  deps: OfferDeps,
): Promise<void> {
  if (stored.campaign.state !== 'running' || channel === undefined) return;
  await tellLanes(stored, channel, deps, signal);
}

/** Gives up what could not be done: nobody is offered anything. */
export async function giveUpRetry(
  { campaign: id, retry: name }: RetryRequest,
  because: string,
  signal: AbortSignal,
  { campaigns, now }: Pick<OfferDeps, 'campaigns' | 'now'>,
): Promise<void> {
  const stored = await campaigns.get(id, signal);
  const { retry } = stored?.campaign ?? {};
  if (stored === undefined || retry?.name !== name || !isPending(retry)) return;
  const campaign = { ...stored.campaign, retry: { ...retry, because }, updatedAt: now() };
  await campaigns.update(stored, campaign, signal);
}
