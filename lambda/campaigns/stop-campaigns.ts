import type { ChannelReader } from '../channels/channel-table.ts';
import type { RoutedEvent } from '../events/routed-event.ts';
import type { MetricName } from '../metric-names.ts';
import type { LogFields } from '../shared/aws/telemetry.ts';
import { BY_ITSELF, type Campaign, isUnderWay, moved } from './campaign.ts';
import type { CampaignTable } from './campaign-table.ts';
import { stoppingNews } from './stopping-news.ts';

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

/** Lanes write a campaign too, and so do people. */
const ATTEMPTS = 5;

/** Pauses the campaigns under way that must not go on by what an event of their account says. */
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
    await stop(campaign.id, event, news.against, deps, signal);
  }
}

/** As it is now. */
async function stop(
  id: string,
  { receivedAt }: RoutedEvent,
  against: (campaign: Campaign) => string | undefined,
  deps: StopDeps,
  signal: AbortSignal,
): Promise<void> {
  const { campaigns, now } = deps;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const stored = await campaigns.get(id, signal);
    const because = stored && against(stored.campaign);
    if (stored === undefined || because === undefined) return;
    if (!mayBeStopped(stored.campaign, receivedAt)) return;
    const change = { at: now(), state: 'paused', by: BY_ITSELF, because } as const;
    if (!(await campaigns.update(stored, moved(stored.campaign, change), signal))) continue;
    return tellStopped(id, because, deps);
  }
  throw new Error(`campaign ${id} is being changed by others and could not be stopped`);
}

/** Says that a campaign was paused by nobody. */
export function tellStopped(campaign: string, because: string, { count, warn }: TellDeps): void {
  count('CampaignStoppedItself');
  warn('Campaign stopped itself', { campaign, because });
}

/** Somebody who has changed it since the news came knows better, and news may be handed over again. */
function mayBeStopped(campaign: Campaign, newsAt: number): boolean {
  const { at } = campaign.changes.findLast(({ by }) => by !== BY_ITSELF) ?? {
    at: campaign.createdAt,
  };
  return isUnderWay(campaign) && at <= newsAt;
}
