import { type Campaign, isUnderWay } from '../../campaigns/campaign.ts';
import type { CampaignTable, StoredCampaign } from '../../campaigns/campaign-table.ts';
import { isPartGone } from '../../campaigns/part-lines.ts';
import type { RecipientRowsDeps } from '../../campaigns/recipient-rows.ts';
import type { Channel } from '../../channels/channel.ts';
import { type TellDeps, tellLanes } from '../tell-lanes.ts';
import type { CheckDeps } from './check-campaign.ts';
import { type RoundParts, roundParts } from './round-parts.ts';

/** What it takes to look for whom another round of a campaign goes to, and to have lanes know. */
export interface RoundDeps
  extends Pick<CheckDeps, 'findings' | 'readChannel' | 'newTexts' | 'campaignDays' | 'now'>,
    RecipientRowsDeps,
    TellDeps {
  readonly campaigns: Pick<CampaignTable, 'get' | 'update'>;
}

/**
 * - `found`: parts of the rounds are stored, and cursors at their beginnings
 * - `not yet`: it is not known of somebody whether they are in it; nothing was stored
 * - `gone`: the parts of its recipients are there no more, so that it never will be known
 */
export type RoundSearch =
  | { readonly is: 'found'; readonly linesIn: RoundParts['linesIn'] }
  | { readonly is: 'not yet' }
  | { readonly is: 'gone' };

const DAY_SECONDS = 86_400;

/**
 * Looks for whom rounds of a campaign go to, after somebody raised its revision: what an earlier search left is replaced,
 * and that of a later one stays. Nobody gets anything by it before the campaign says that they have begun.
 *
 * @param gather adds them; resolves with false where it is too early to know
 */
export async function searchRounds(
  { campaign, revision }: StoredCampaign,
  rounds: readonly number[],
  gather: (add: RoundParts['add']) => Promise<boolean>,
  signal: AbortSignal,
  { newTexts, findings, campaignDays, now }: RoundDeps,
): Promise<RoundSearch> {
  const expiresAt = Math.ceil(now() / 1000) + 2 * campaignDays * DAY_SECONDS;
  await using texts = await newTexts();
  const { add, store, linesIn } = roundParts(campaign, texts, findings);
  try {
    if (!(await gather(add))) return { is: 'not yet' };
    await store({ campaign: campaign.id, revision, expiresAt, rounds }, signal);
    return { is: 'found', linesIn };
  } catch (error) {
    if (isPartGone(error)) return { is: 'gone' };
    throw error;
  }
}

/** Rejects where somebody changed it meanwhile: then all that was done with it is to be done again. */
export async function changeCampaign(
  before: StoredCampaign,
  campaign: Campaign,
  signal: AbortSignal,
  { campaigns }: Pick<RoundDeps, 'campaigns'>,
): Promise<StoredCampaign> {
  if (await campaigns.update(before, campaign, signal)) {
    return { campaign, revision: before.revision + 1 };
  }
  throw new Error(`campaign ${campaign.id} is being changed by others`);
}

/** @param later when there is something to do, in ms since 1970. @default at once */
export async function tellWhereUnderWay(
  stored: StoredCampaign,
  channel: Channel | undefined,
  signal: AbortSignal,
  deps: TellDeps,
  later?: number,
): Promise<void> {
  if (channel === undefined || !isUnderWay(stored.campaign)) return;
  await tellLanes(stored, channel, deps, signal, later);
}
