import { setTimeout as sleep } from 'node:timers/promises';
import type { People, SendingSite, SiteLedger } from './sending-site.ts';

/** What is taken until then is at the provider. */
export const SETTLED_MS = 3000;

/** When each was accepted, in ms since 1970, by the number of who gets it. */
type Accepted = ReadonlyMap<number, number>;

/** One answer after another, as they come to a lane that has nothing else to do: how long each took, in ms. */
export async function oneByOne(
  site: SendingSite,
  channel: string,
  people: People,
  gapMs: number,
): Promise<readonly number[]> {
  const accepted = await answerEach(site, channel, people, gapMs);
  await sleep(SETTLED_MS);
  return waitsOf(accepted, await site.ledger());
}

export async function answerEach(
  { send }: SendingSite,
  channel: string,
  { first, count }: People,
  gapMs: number,
): Promise<Accepted> {
  const accepted = new Map<number, number>();
  for (let n = first; n < first + count; n += 1) {
    accepted.set(n, await send(channel, n));
    // Not always at the same moment of what goes round in it.
    await sleep(gapMs * (0.75 + Math.random() / 2));
  }
  return accepted;
}

/** From accepted until the provider has it. */
export function waitsOf(accepted: Accepted, { tookAt }: SiteLedger): readonly number[] {
  return [...accepted].map(([n, at]) => (tookAt(n) ?? Number.POSITIVE_INFINITY) - at);
}

/** What a channel sent in some seconds in which it always had more. */
export interface Flooded {
  readonly perSecond: number;
  /** Tried in the busiest second. */
  readonly busiestSecond: number;
  readonly repeated: number;
  /** Answers of the same channel, and of the next: from accepted until the provider has them, in ms. */
  readonly besideMs: readonly number[];
  readonly nextChannelMs: readonly number[];
}

export interface Flood {
  readonly channels: { readonly full: string; readonly next: string };
  readonly campaign: People;
  readonly wakes: number;
  /** On each of both channels. */
  readonly answers: People;
  readonly gapMs: number;
}

/** Answers beside a campaign that waits all at once, on its channel and on the next. */
export async function flooded(site: SendingSite, flood: Flood): Promise<Flooded> {
  const { channels, campaign, wakes, answers, gapMs } = flood;
  await site.flood(channels.full, campaign, wakes);
  await sleep(SETTLED_MS);
  const fromMs = Date.now();
  const beside = await answerEach(site, channels.full, answers, gapMs);
  const others = { ...answers, first: answers.first + answers.count };
  const next = await answerEach(site, channels.next, others, gapMs);
  await sleep(SETTLED_MS);
  const untilMs = Date.now();
  // Only now: to tell it keeps WhatsApp from taking anything for a moment.
  const ledger = await site.ledger();
  const sent = ledger.times(channels.full).filter((at) => at >= fromMs && at < untilMs);
  return {
    perSecond: (1000 * sent.length) / (untilMs - fromMs),
    busiestSecond: ledger.busiestSecond(channels.full),
    repeated: ledger.repeated,
    besideMs: waitsOf(beside, ledger),
    nextChannelMs: waitsOf(next, ledger),
  };
}
