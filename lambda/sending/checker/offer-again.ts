import { type Campaign, isPending, moved, type Retry, roundsOf } from '../../campaigns/campaign.ts';
import type { StoredCampaign } from '../../campaigns/campaign-table.ts';
import { offerOf } from '../../campaigns/offers.ts';
import { type RecipientRows, recipientRows } from '../../campaigns/recipient-rows.ts';
import type { Channel } from '../../channels/channel.ts';
import type { RetryRequest } from '../check-request.ts';
import type { CheckDeps } from './check-campaign.ts';
import { plan } from './plan.ts';
import type { RoundParts } from './round-parts.ts';
import { changeCampaign, type RoundDeps, searchRounds, tellWhereUnderWay } from './round-search.ts';

export interface OfferDeps extends RoundDeps, Pick<CheckDeps, 'askBy'> {}

/**
 * Offers the failures of a campaign again that can pass: finds them by the rows of its messages, writes parts of
 * them, and has the campaign run once more. It changes no message: who has their turn is claimed by their lane,
 * as long as they are as they were found.
 *
 * Whoever begins raises the campaign's revision, on which all else is conditional, as with a check. Rejects where
 * somebody changed the campaign meanwhile: then it is to be done again.
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
  if (!isPending(retry)) return await tellWhereUnderWay(stored, channel, signal, deps);
  const raised = { ...stored.campaign, updatedAt: deps.now() };
  const begun = await changeCampaign(stored, raised, signal, deps);
  const because = await whyNot(begun.campaign, channel, signal, deps);
  const result = because === undefined ? await find(begun, retry, signal, deps) : { because };
  const campaign = settled(begun.campaign, { ...retry, ...result }, deps.now());
  const after = await changeCampaign(begun, campaign, signal, deps);
  await tellWhereUnderWay(after, channel, signal, deps);
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
  begun: StoredCampaign,
  retry: Retry,
  signal: AbortSignal,
  deps: OfferDeps,
): Promise<Pick<Retry, 'found' | 'because'>> {
  const rounds = roundsOf(begun.campaign, retry);
  const gather = async (add: RoundParts['add']) => {
    await gatherOffers(begun.campaign, retry, add, signal, deps);
    return true;
  };
  const search = await searchRounds(begun, rounds, gather, signal, deps);
  if (search.is !== 'found') return { because: 'the files of its recipients are kept no longer' };
  const [now, later] = rounds;
  return { found: { now: search.linesIn(now), later: search.linesIn(later) } };
}

/** In memory is as much as one read brings. */
async function gatherOffers(
  campaign: Campaign,
  retry: Retry,
  add: RoundParts['add'],
  signal: AbortSignal,
  deps: OfferDeps,
): Promise<void> {
  const [now, later] = roundsOf(campaign, retry);
  for await (const some of recipientRows(campaign, deps, signal)) {
    for (const { line, cursor, offer } of some.flatMap((one) => offersTo(one, retry))) {
      const { isLater, notBefore } = offer;
      const place = { cursor, round: isLater ? later : now, notBefore };
      const full = add(line, place);
      if (full !== undefined) await full;
    }
  }
}

/** Of whatever step. */
function offersTo({ line, cursor, rows }: RecipientRows, { withUncertain }: Retry) {
  return rows.flatMap((row, step) => {
    const offer = row && offerOf(row, withUncertain);
    if (offer === undefined) return [];
    return [{ line: { ...line, step, again: offer.again }, cursor, offer }];
  });
}

/** As the search leaves it: under way again where somebody was found. */
function settled(campaign: Campaign, retry: Retry, at: number): Campaign {
  const { found = { now: 0, later: 0 }, by } = retry;
  if (found.now + found.later === 0) return { ...campaign, retry, updatedAt: at };
  const change = { at, state: 'running', by, because: 'retry-failed' } as const;
  return { ...moved(campaign, change), retry };
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
