import { type Answered, refusal } from '../../answers/json-answer.ts';
import { type Campaign, isUnderWay, moved } from '../../campaigns/campaign.ts';
import type { CampaignTable, StoredCampaign } from '../../campaigns/campaign-table.ts';
import type { Cursor } from '../../campaigns/cursor.ts';
import type { CheckReport } from '../../campaigns/report.ts';
import type { CampaignFigures } from '../../campaigns/track-figures.ts';
import type { ChannelReader } from '../../channels/channel-table.ts';
import { type TellDeps, tellLanes } from '../tell-lanes.ts';
import { campaignAnswer, figuresAnswer, reportAnswer } from './campaign-answer.ts';
import { campaignFaults, changedCampaign, newCampaign, stepFaults } from './new-campaign.ts';
import type {
  CampaignChange,
  CampaignInput,
  CampaignShown,
  CampaignsAnswer,
  UploadForm,
} from './schemas.ts';

export interface ManageDeps extends TellDeps {
  readonly campaigns: CampaignTable;
  /** A channel as it was a moment ago. */
  readonly channel: ChannelReader['get'];
  readonly readCursors: (campaign: string, signal: AbortSignal) => Promise<readonly Cursor[]>;
  readonly readFigures: (campaign: string, signal: AbortSignal) => Promise<CampaignFigures>;
  /** What its check found; undefined where there was none. */
  readonly readReport: (campaign: string, signal: AbortSignal) => Promise<CheckReport | undefined>;
  /** A link to what its check refused. */
  readonly refusalsLink: (campaign: string, check: string) => Promise<string>;
  readonly uploadForm: (campaign: string) => Promise<UploadForm>;
  /** Of the file of recipients as it is; undefined where nobody put one up. */
  readonly etagOf: (campaign: string, signal: AbortSignal) => Promise<string | undefined>;
  readonly requestCheck: (campaign: string, check: string, signal: AbortSignal) => Promise<void>;
  readonly newId: () => string;
  readonly newCheckId: () => string;
  /** Until when a channel's rows of now are kept, in seconds since 1970. */
  readonly expiresAt: (channel: string) => number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Who asks, for the record. */
  readonly by: string;
}

const EDIT_ATTEMPTS = 5;

export function unknownCampaign(id: string): Answered {
  return refusal('not_found', `there is no campaign ${id}`);
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
  const body = { campaign: campaignAnswer(campaign), upload: await deps.uploadForm(campaign.id) };
  return { status: 201, body };
}

export async function showCampaign(
  id: string,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const stored = await deps.campaigns.get(id, signal);
  if (stored === undefined) return unknownCampaign(id);
  const { campaign } = stored;
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
}

/** Where its recipients go: a file put up again takes the place of the one before, for the next check. */
export async function uploadRecipients(
  id: string,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const stored = await deps.campaigns.get(id, signal);
  if (stored === undefined) return unknownCampaign(id);
  const { state } = stored.campaign;
  if (state !== 'draft' && state !== 'ready') return wrongState(stored.campaign, 'take recipients');
  return { status: 200, body: await deps.uploadForm(id) };
}

export async function changeCampaign(
  id: string,
  change: CampaignChange,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  // Lanes may rest until what held before is over.
  return await runFrom(id, deps, signal, (before) => {
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

/** Has its recipients checked. The answer comes before what the check finds. */
export async function checkCampaign(
  id: string,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const check = deps.newCheckId();
  const stored = await deps.campaigns.get(id, signal);
  if (stored === undefined) return unknownCampaign(id);
  if ((await deps.etagOf(id, signal)) === undefined) {
    return refusal('conflict', 'there are no recipients yet: put up a file of them first');
  }
  const answer = await answerEdit(id, deps, signal, (before) => {
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
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const etag = await deps.etagOf(id, signal);
  return await runFrom(id, deps, signal, (before) => {
    const { state, check } = before;
    if (state !== 'ready' || check === undefined) return wrongState(before, 'be started');
    if (etag !== undefined && etag !== check.etag) {
      return refusal(
        'conflict',
        'the file of recipients was replaced after the check: check again',
      );
    }
    const faults = campaignFaults(before, deps.now());
    if (faults.length > 0) return refusal('not_possible', faults.join('; '));
    const next = before.startAt === undefined ? 'running' : 'scheduled';
    return moved(before, { at: deps.now(), state: next, by: deps.by });
  });
}

export async function resumeCampaign(
  id: string,
  because: string | undefined,
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  return await runFrom(id, deps, signal, (before) => {
    if (before.state !== 'paused') return wrongState(before, 'be resumed');
    const hasRun = before.changes.some(({ state }) => state === 'running');
    const state = before.startAt === undefined || hasRun ? 'running' : 'scheduled';
    return moved(before, { at: deps.now(), state, by: deps.by, ...(because && { because }) });
  });
}

export async function pauseCampaign(
  id: string,
  because: string | undefined,
  deps: ManageDeps,
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
  deps: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  let hadLanes = false;
  const { answer, stored } = await editCampaign(id, deps, signal, (before) => {
    if (before.state === 'finished' || before.state === 'cancelled') {
      return wrongState(before, 'be cancelled');
    }
    hadLanes = isUnderWay(before) || before.state === 'paused';
    const change = { at: deps.now(), state: 'cancelled', by: deps.by } as const;
    return moved(before, { ...change, ...(because !== undefined && { because }) });
  });
  // They end what somebody may have left under way.
  if (hadLanes && stored !== undefined) await tell(stored, deps, signal);
  return answer;
}

/** Has the lanes of a campaign that is under way then know. */
async function runFrom(
  id: string,
  deps: ManageDeps,
  signal: AbortSignal,
  edit: (before: Campaign) => Campaign | Answered,
): Promise<Answered> {
  const edited = await editCampaign(id, deps, signal, edit);
  if (edited.stored !== undefined && isUnderWay(edited.stored.campaign)) {
    // Also where it was under way before: one that was started and whose lanes do not know is mended by that.
    await tell(edited.stored, deps, signal);
  }
  return edited.answer;
}

async function tell(stored: StoredCampaign, deps: ManageDeps, signal: AbortSignal): Promise<void> {
  const found = await deps.channel(stored.campaign.channel, signal);
  if (found !== undefined) await tellLanes(stored, found.channel, deps, signal);
}

export async function answerEdit(
  id: string,
  deps: Pick<ManageDeps, 'campaigns'>,
  signal: AbortSignal,
  edit: (before: Campaign) => Campaign | Answered,
): Promise<Answered> {
  return (await editCampaign(id, deps, signal, edit)).answer;
}

interface Edited {
  readonly answer: Answered;
  /** As it is then, also where nothing was changed. */
  readonly stored?: StoredCampaign;
}

/** Changes a campaign as it is now; what the edit answers instead of a campaign is the answer. */
async function editCampaign(
  id: string,
  { campaigns }: Pick<ManageDeps, 'campaigns'>,
  signal: AbortSignal,
  edit: (before: Campaign) => Campaign | Answered,
): Promise<Edited> {
  for (let attempt = 1; attempt <= EDIT_ATTEMPTS; attempt += 1) {
    const stored = await campaigns.get(id, signal);
    if (stored === undefined) return { answer: unknownCampaign(id) };
    const after = edit(stored.campaign);
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

export function wrongState({ id, state, because }: Campaign, what: string): Answered {
  const why = because === undefined ? '' : ` (${because})`;
  return refusal('conflict', `campaign ${id} is ${state}${why}, and cannot ${what}`);
}

function withoutStart({ startAt: _, ...campaign }: Campaign): Campaign {
  return campaign;
}
