import { type Campaign, hasBegun, isUnderWay } from '../../campaigns/campaign.ts';
import type { CampaignMark } from '../../campaigns/campaign-mark.ts';
import type { CampaignTable } from '../../campaigns/campaign-table.ts';
import type { Cursor } from '../../campaigns/cursor.ts';
import { zoneClocks } from '../../campaigns/opening.ts';
import { type Channel, isSending } from '../../channels/channel.ts';
import type { MetricName } from '../../metric-names.ts';
import type { LogFields } from '../../shared/aws/telemetry.ts';
import { faultName } from '../../shared/queue/failure.ts';
import { sideBySide } from '../../shared/queue/side-by-side.ts';
import { type TellDeps, tellLanes } from '../tell-lanes.ts';

export interface StalledDeps extends TellDeps {
  readonly campaigns: Pick<CampaignTable, 'list'>;
  readonly readCursors: (campaign: string, signal: AbortSignal) => Promise<readonly Cursor[]>;
  /** When the first of a track of a triggered campaign is due, in ms since 1970; undefined where nobody is. */
  readonly firstDue: (
    campaign: string,
    track: number,
    signal: AbortSignal,
  ) => Promise<number | undefined>;
  readonly count: (metric: MetricName, value?: number) => void;
  readonly warn: (message: string, fields: LogFields) => void;
  readonly now: () => number;
}

const AT_ONCE = 20;
/** A lane that works writes how far it is every half a minute. */
const STALLED_MS = 5 * 60_000;
/** For so long the checker may look for whom a step goes to: it says when it began, and nothing before it ends. */
const SEARCH_MS = 15 * 60_000;

/**
 * Finds campaigns that nobody sends although they could be, says how many there are, and has their lanes know
 * of them again.
 *
 * @param seen marks in the lanes, as far as they were looked at
 */
export async function wakeStalled(
  channels: ReadonlyMap<string, Channel>,
  seen: readonly CampaignMark[],
  signal: AbortSignal,
  deps: StalledDeps,
): Promise<void> {
  const { campaigns, unreadable } = await deps.campaigns.list(signal);
  for (const id of unreadable) deps.warn('Campaign not readable', { campaign: id });
  const now = deps.now();
  const resting = new Set(seen.filter(({ dueAt }) => dueAt > now).map(({ id }) => id));
  const running = campaigns.filter(
    ({ campaign }) => isUnderWay(campaign) && !resting.has(campaign.id),
  );
  let stalled = 0;
  await sideBySide(running, AT_ONCE, async (stored) => {
    const channel = channels.get(stored.campaign.channel);
    if (channel === undefined || !isSending(channel)) return;
    try {
      if (!(await hasStalled(stored.campaign, now, signal, deps))) return;
      stalled += 1;
      await tellLanes(stored, channel, deps, signal);
    } catch (error) {
      deps.warn('Campaign not looked after', {
        campaign: stored.campaign.id,
        fault: faultName(error),
      });
    }
  });
  deps.count('CampaignsStalled', stalled);
}

async function hasStalled(
  campaign: Campaign,
  now: number,
  signal: AbortSignal,
  { readCursors, firstDue }: StalledDeps,
): Promise<boolean> {
  if (!campaign.isTriggered)
    return isStalled(campaign, await readCursors(campaign.id, signal), now);
  // A lane that looks has everybody who is due go, or wait for another time.
  const tracks = Array.from({ length: campaign.check?.tracks ?? 0 }, (_, track) => track);
  const firsts = await Promise.all(tracks.map((track) => firstDue(campaign.id, track, signal)));
  const changedAt = campaign.changes.at(-1)?.at ?? campaign.updatedAt;
  return firsts.some((at = now) => Math.max(at, changedAt) <= now - STALLED_MS);
}

/** Whether a zone with people in it has been open all the while in which nothing moved. */
function isStalled(campaign: Campaign, cursors: readonly Cursor[], now: number): boolean {
  const since = now - STALLED_MS;
  const changedAt = campaign.changes.at(-1)?.at ?? campaign.updatedAt;
  const movedAt = Math.max(changedAt, ...cursors.map((cursor) => cursor.movedAt));
  if (movedAt > since) return false;
  const { startAt, quiet } = campaign;
  const left = cursors.filter((cursor) => !cursor.isOver && hasBegun(campaign, cursor));
  // One that is through and was not finished is finished by a lane, or has its next step looked for.
  if (left.length === 0) return !mayBeSearched(campaign, now);
  const { opensAt } = zoneClocks();
  return left.some(
    ({ timeZones, notBefore = 0 }) =>
      notBefore <= since &&
      [since, now].every((at) => opensAt({ startAt, quiet, timeZones }, at) <= at),
  );
}

function mayBeSearched(
  { steps, stepsBegun = 0, stepWait, updatedAt }: Campaign,
  now: number,
): boolean {
  if (stepsBegun === steps.length) return false;
  return Math.max(updatedAt + SEARCH_MS, stepWait?.until ?? 0) > now;
}
