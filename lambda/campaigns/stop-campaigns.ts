import type { ChannelReader } from '../channels/channel-table.ts';
import type { RoutedEvent } from '../events/routed-event.ts';
import type { MetricName } from '../metric-names.ts';
import type { LogFields } from '../shared/aws/telemetry.ts';
import { BY_ITSELF, type Campaign, isUnderWay, moved } from './campaign.ts';
import type { CampaignTable } from './campaign-table.ts';
import { type StoppingNews, stoppingNews } from './stopping-news.ts';

export interface TellDeps {
  readonly count: (metric: MetricName) => void;
  readonly warn: (message: string, fields: LogFields) => void;
}

export interface StopDeps extends TellDeps {
  readonly campaigns: Pick<CampaignTable, 'get' | 'list' | 'update'>;
  readonly channels: Pick<ChannelReader, 'list'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

interface ReceivedNews extends StoppingNews {
  /** In ms since 1970. */
  readonly receivedAt: number;
}

/** Lanes write a campaign too, and so do people. */
const ATTEMPTS = 5;

/**
 * Pauses the campaigns under way that must not go on by what an event of their account says. One that is
 * ready needs another check before it can be started, and one that is paused says what it would go on with.
 */
export async function stopCampaigns(
  event: RoutedEvent,
  signal: AbortSignal,
  deps: StopDeps,
): Promise<void> {
  const news = stoppingNews(event);
  if (news === undefined) return;
  const { channels } = await deps.channels.list(signal);
  const about = new Set(channels.filter(({ channel }) => news.isOf(channel)).map(({ id }) => id));
  if (about.size === 0) return;
  const { campaigns } = await deps.campaigns.list(signal);
  for (const { campaign } of campaigns) {
    if (!about.has(campaign.channel) || news.against(campaign) === undefined) continue;
    await stop(campaign.id, { ...news, receivedAt: event.receivedAt }, deps, signal);
  }
}

/** As it is now. */
async function stop(
  id: string,
  news: ReceivedNews,
  deps: StopDeps,
  signal: AbortSignal,
): Promise<void> {
  const { campaigns, now } = deps;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const stored = await campaigns.get(id, signal);
    const heldBack = stored && holdBack(stored.campaign, news, now());
    if (stored === undefined || heldBack === undefined) return;
    if (!(await campaigns.update(stored, heldBack, signal))) continue;
    if (isUnderWay(stored.campaign)) tellStopped(id, heldBack.because ?? '', deps);
    return;
  }
  throw new Error(`campaign ${id} is being changed by others and could not be stopped`);
}

/** By the state of a campaign: the one from which somebody has to decide anew. */
const HELD_BACK: Readonly<Partial<Record<Campaign['state'], Campaign['state']>>> = {
  ready: 'draft',
  scheduled: 'paused',
  running: 'paused',
  paused: 'paused',
};

/** Says that a campaign was paused by nobody. */
export function tellStopped(campaign: string, because: string, { count, warn }: TellDeps): void {
  count('CampaignStoppedItself');
  warn('Campaign stopped itself', { campaign, because });
}

/** Undefined where it stays as it is: news may be handed over again, and whoever changed it since they came knows better. */
function holdBack(
  campaign: Campaign,
  { against, receivedAt }: ReceivedNews,
  at: number,
): Campaign | undefined {
  const because = against(campaign);
  const state = HELD_BACK[campaign.state];
  const isKnown = campaign.state === state && campaign.because === because;
  const decided = campaign.changes.findLast(({ by }) => by !== BY_ITSELF);
  const isDecided = (decided?.at ?? campaign.createdAt) > receivedAt;
  if (because === undefined || state === undefined || isKnown || isDecided) return undefined;
  return moved(campaign, { at, state, by: BY_ITSELF, because });
}
