import { setTimeout as sleep } from 'node:timers/promises';
import type { CampaignSite } from './campaign-site.ts';
import { answerEach, oneByOne, SETTLED_MS, waitsOf } from './sending-phases.ts';
import type { People, SendingSite } from './sending-site.ts';

export interface Campaigners {
  readonly site: SendingSite;
  readonly campaigns: CampaignSite;
}

export interface Ran {
  /** From the first message at the provider to the last. */
  readonly perSecond: number;
  /** Tried in the busiest second. */
  readonly busiestSecond: number;
  readonly repeated: number;
  readonly missing: number;
}

/** A campaign that goes out undisturbed. */
export async function runWhole(
  { site, campaigns }: Campaigners,
  channel: string,
  people: People,
): Promise<Ran> {
  const id = await campaigns.prepare(channel, people);
  const startedAt = await campaigns.move(id, 'start');
  await campaigns.finished(id);
  await sleep(SETTLED_MS);
  const ledger = await site.ledger();
  const times = ledger.times(channel).filter((at) => at >= startedAt);
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  return {
    perSecond: (1000 * (times.length - 1)) / (last - first),
    busiestSecond: ledger.busiestSecond(channel),
    repeated: ledger.repeated,
    missing: people.count - times.length,
  };
}

export interface Interrupted {
  /** From the answer to the start until the provider has the first message, in ms. */
  readonly firstMs: number;
  /** From the answer to the pause until the provider has the last message, in ms; 0 where that was before. */
  readonly lastMs: number;
}

/** A campaign that is paused in the midst of it, and stays so. */
export async function interrupt(
  { site, campaigns }: Campaigners,
  channel: string,
  people: People,
  afterMs: number,
): Promise<Interrupted> {
  const id = await campaigns.prepare(channel, people);
  const askedAt = Date.now();
  const startedAt = await campaigns.move(id, 'start');
  await sleep(afterMs);
  const pausedAt = await campaigns.move(id, 'pause');
  await sleep(2 * SETTLED_MS);
  const times = (await site.ledger()).times(channel).filter((at) => at >= askedAt);
  const [first = Number.POSITIVE_INFINITY, last = Number.POSITIVE_INFINITY] = [
    times[0],
    times.at(-1),
  ];
  return { firstMs: Math.max(0, first - startedAt), lastMs: Math.max(0, last - pausedAt) };
}

export interface Beside {
  readonly channels: { readonly full: string; readonly other: string };
  /** Enough for a campaign that goes on meanwhile. */
  readonly campaign: People;
  readonly answers: People;
  readonly gapMs: number;
}

/** Answers of another tenant's, alone and beside a campaign: from accepted until the provider has them, in ms. */
export async function otherTenant(
  campaigners: Campaigners,
  { channels, campaign, answers, gapMs }: Beside,
): Promise<{ readonly alone: readonly number[]; readonly beside: readonly number[] }> {
  const { site, campaigns } = campaigners;
  const alone = await oneByOne(site, channels.other, answers, gapMs);
  const id = await campaigns.prepare(channels.full, campaign);
  await campaigns.move(id, 'start');
  await sleep(SETTLED_MS);
  const others = { ...answers, first: answers.first + answers.count };
  const accepted = await answerEach(site, channels.other, others, gapMs);
  await campaigns.move(id, 'pause');
  await sleep(SETTLED_MS);
  return { alone, beside: waitsOf(accepted, await site.ledger()) };
}
