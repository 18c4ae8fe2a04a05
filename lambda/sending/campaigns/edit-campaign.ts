import { type Answered, refusal } from '../../answers/json-answer.ts';
import { type Campaign, isUnderWay } from '../../campaigns/campaign.ts';
import type { CampaignTable, StoredCampaign } from '../../campaigns/campaign-table.ts';
import type { ChannelReader } from '../../channels/channel-table.ts';
import { type TellDeps, tellLanes } from '../tell-lanes.ts';
import { campaignAnswer } from './campaign-answer.ts';

export interface EditDeps {
  readonly campaigns: Pick<CampaignTable, 'get' | 'update'>;
}

export interface TellingDeps extends EditDeps, TellDeps {
  /** A channel as it was a moment ago. */
  readonly channel: ChannelReader['get'];
}

/** The campaign as it is to be, or what is answered instead. */
type Edited = Campaign | Answered;
type Edit = (before: Campaign) => Edited | Promise<Edited>;

const EDIT_ATTEMPTS = 5;

export async function answerEdit(
  id: string,
  deps: EditDeps,
  signal: AbortSignal,
  edit: Edit,
): Promise<Answered> {
  return (await editCampaign(id, deps, signal, edit)).answer;
}

/**
 * Changes a campaign, and has its lanes know where they have something to do then. Also where nothing was
 * changed: a request whose answer was lost before its lanes knew is mended by the same again.
 */
export async function answerEditAndTell(
  id: string,
  deps: TellingDeps,
  signal: AbortSignal,
  edit: Edit,
): Promise<Answered> {
  const { answer, stored } = await editCampaign(id, deps, signal, edit);
  if (stored === undefined || !hasWorkForLanes(stored.campaign)) return answer;
  const found = await deps.channel(stored.campaign.channel, signal);
  if (found !== undefined) await tellLanes(stored, found.channel, deps, signal);
  return answer;
}

/** Of one that was cancelled they end what somebody may have left under way. */
function hasWorkForLanes(campaign: Campaign): boolean {
  const { state, changes } = campaign;
  return isUnderWay(campaign) || (state === 'cancelled' && changes.some(isUnderWay));
}

interface Editing {
  readonly answer: Answered;
  /** As it is then, also where nothing was changed. */
  readonly stored?: StoredCampaign;
}

async function editCampaign(
  id: string,
  { campaigns }: EditDeps,
  signal: AbortSignal,
  edit: Edit,
): Promise<Editing> {
  for (let attempt = 1; attempt <= EDIT_ATTEMPTS; attempt += 1) {
    const stored = await campaigns.get(id, signal);
    if (stored === undefined) return { answer: unknownCampaign(id) };
    const after = await edit(stored.campaign);
    if ('status' in after) return { answer: after, stored };
    if (await campaigns.update(stored, after, signal)) {
      const now = { campaign: after, revision: stored.revision + 1 };
      return { answer: { status: 200, body: campaignAnswer(after) }, stored: now };
    }
  }
  return {
    answer: refusal('conflict', `campaign ${id} is being changed by others: try again`),
  };
}

/** What is answered of a campaign as it is, where there is one. */
export async function answerOf(
  id: string,
  { campaigns }: Pick<EditDeps, 'campaigns'>,
  signal: AbortSignal,
  answer: (campaign: Campaign) => Answered | Promise<Answered>,
): Promise<Answered> {
  const stored = await campaigns.get(id, signal);
  return stored === undefined ? unknownCampaign(id) : await answer(stored.campaign);
}

export function unknownCampaign(id: string): Answered {
  return refusal('not_found', `there is no campaign ${id}`);
}

export function wrongState({ id, state, because }: Campaign, what: string): Answered {
  const why = because === undefined ? '' : ` (${because})`;
  return refusal('conflict', `campaign ${id} is ${state}${why}, and cannot ${what}`);
}

/** What is answered where somebody wants something of the file of a triggered campaign. */
export function withoutFile(id: string): Answered {
  const how = `put people into it by POST /v1/campaigns/${id}/recipients`;
  return refusal('conflict', `campaign ${id} is triggered, and has no file: ${how}`);
}
