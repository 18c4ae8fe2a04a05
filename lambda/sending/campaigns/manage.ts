import { type Answered, refusal } from '../../answers/json-answer.ts';
import type { Campaign } from '../../campaigns/campaign.ts';
import type { CampaignTable } from '../../campaigns/campaign-table.ts';
import type { Cursor } from '../../campaigns/cursor.ts';
import type { CheckReport } from '../../campaigns/report.ts';
import type { CampaignFigures } from '../../campaigns/track-figures.ts';
import { campaignAnswer, figuresAnswer, reportAnswer } from './campaign-answer.ts';
import {
  answerEditAndTell,
  answerOf,
  type TellingDeps,
  withoutFile,
  wrongState,
} from './edit-campaign.ts';
import { campaignFaults, changedCampaign, newCampaign, stepFaults } from './new-campaign.ts';
import type {
  CampaignChange,
  CampaignInput,
  CampaignShown,
  CampaignsAnswer,
  UploadForm,
} from './schemas.ts';

export interface ManageDeps extends TellingDeps {
  readonly campaigns: CampaignTable;
  readonly readCursors: (campaign: string, signal: AbortSignal) => Promise<readonly Cursor[]>;
  readonly readFigures: (campaign: string, signal: AbortSignal) => Promise<CampaignFigures>;
  /** What its check found; undefined where there was none. */
  readonly readReport: (campaign: string, signal: AbortSignal) => Promise<CheckReport | undefined>;
  /** A link to what its check refused. */
  readonly refusalsLink: (campaign: string, check: string) => Promise<string>;
  readonly uploadForm: (campaign: string) => Promise<UploadForm>;
  readonly newId: () => string;
  /** Until when a channel's rows of now are kept, in seconds since 1970. */
  readonly expiresAt: (channel: string) => number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export async function listCampaigns(deps: ManageDeps, signal: AbortSignal): Promise<Answered> {
  const { campaigns, unreadable } = await deps.campaigns.list(signal);
  const body: CampaignsAnswer = {
    campaigns: campaigns.map(({ campaign }) => campaignAnswer(campaign)),
    unreadable: [...unreadable],
  };
  return { status: 200, body };
}

export async function createCampaign(
  input: CampaignInput,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const stored = await deps.channel(input.channel, signal);
  if (stored === undefined) return refusal('not_found', `there is no channel ${input.channel}`);
  const campaign = newCampaign(input, stored.channel, deps.newId(), deps.now());
  const keptMs = deps.expiresAt(campaign.channel) * 1000 - deps.now();
  const faults = [...campaignFaults(campaign, deps.now()), ...stepFaults(campaign, keptMs)];
  if (faults.length > 0) return refusal('not_possible', faults.join('; '));
  await deps.campaigns.add(campaign, signal);
  const upload = campaign.isTriggered ? null : await deps.uploadForm(campaign.id);
  const body = { campaign: campaignAnswer(campaign), upload };
  return { status: 201, body };
}

export async function showCampaign(
  id: string,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  return await answerOf(id, deps, signal, async (campaign) => {
    const [cursors, figures, report] = await Promise.all([
      deps.readCursors(id, signal),
      deps.readFigures(id, signal),
      deps.readReport(id, signal),
    ]);
    const isListed = report !== undefined && Object.keys(report.refused).length > 0;
    const body: CampaignShown = {
      campaign: campaignAnswer(campaign),
      figures: figuresAnswer(campaign, cursors, figures),
      report: report === undefined ? null : reportAnswer(report),
      refusals: isListed ? await deps.refusalsLink(id, report.check) : null,
    };
    return { status: 200, body };
  });
}

/** Where its recipients go: a file put up again takes the place of the one before, for the next check. */
export async function uploadRecipients(
  id: string,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  return await answerOf(id, deps, signal, async (campaign) => {
    const { state, isTriggered } = campaign;
    if (isTriggered) return withoutFile(id);
    if (state !== 'draft' && state !== 'ready') return wrongState(campaign, 'take recipients');
    return { status: 200, body: await deps.uploadForm(id) };
  });
}

export async function changeCampaign(
  id: string,
  change: CampaignChange,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  // Lanes may rest until what held before is over.
  return await answerEditAndTell(id, deps, signal, (before) => {
    const refused = whyNotChanged(before, change);
    if (refused !== undefined) return refused;
    const after = changedCampaign(before, change, deps.now());
    // A start that is over is no fault of what is changed.
    const judged = movesStart(change) ? after : withoutStart(after);
    const faults = campaignFaults(judged, deps.now());
    return faults.length > 0 ? refusal('not_possible', faults.join('; ')) : after;
  });
}

function movesStart({ startAt, timeZone }: CampaignChange): boolean {
  return startAt !== undefined || timeZone !== undefined;
}

function whyNotChanged(before: Campaign, change: CampaignChange): Answered | undefined {
  const { state } = before;
  // What a check finds is kept only of what it began with.
  if (['finished', 'cancelled', 'checking'].includes(state))
    return wrongState(before, 'be changed');
  if (!movesStart(change) || state === 'draft') return undefined;
  if (state !== 'ready') return wrongState(before, 'get another start or time zone');
  // Its people were divided by time zone.
  return change.timeZone === undefined
    ? undefined
    : refusal('conflict', 'timeZone takes a new check: change it in a new campaign');
}

function withoutStart({ startAt: _, ...campaign }: Campaign): Campaign {
  return campaign;
}
