import { type Campaign, isUnderWay } from '../../campaigns/campaign.ts';
import type { CampaignTable } from '../../campaigns/campaign-table.ts';
import type { Cursor } from '../../campaigns/cursor.ts';
import type { Cursors } from '../../campaigns/cursor-table.ts';
import { exportsPrefix } from '../../campaigns/export-campaign.ts';
import { type PartLine, partKeyOf, readPartLine } from '../../campaigns/part.ts';
import { partLines } from '../../campaigns/part-lines.ts';
import { CLAIM_LIFE_MS } from '../../table/outgoing-claim.ts';
import type { CampaignTurn, CampaignTurns } from '../campaign-turns-table.ts';
import type { CampaignFiles, Stretch } from '../s3-campaign-files.ts';
import { type ForgetTriggeredDeps, forgetTriggered } from './forget-triggered.ts';

export interface ForgetInCampaignsDeps extends ForgetTriggeredDeps {
  readonly campaigns: Pick<CampaignTable, 'list' | 'get' | 'update'>;
  readonly cursors: Pick<Cursors, 'read'>;
  readonly files: CampaignFiles;
  readonly turns: CampaignTurns;
  readonly sleep: (ms: number) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const LOOK_MS = 250;
/** Lanes write a campaign too, and so do people. */
const ATTEMPTS = 5;

/**
 * Forgets somebody in the campaigns of a channel, those under way first: whoever has not had their turn
 * has none any more, and what was to be said to them is gone. Once it has ended, no lane claims anything
 * for them; what was claimed before stands in their timeline.
 *
 * Resolves with how many turns it took.
 *
 * @param names by which they are known now
 */
export async function forgetInCampaigns(
  channel: string,
  names: ReadonlySet<string>,
  signal: AbortSignal,
  deps: ForgetInCampaignsDeps,
): Promise<number> {
  const { campaigns } = await deps.campaigns.list(signal);
  const ofChannel = campaigns
    .map(({ campaign }) => campaign)
    .filter((one) => one.channel === channel);
  let taken = 0;
  for (const campaign of ofChannel.toSorted(underWayFirst)) {
    taken += await forgetInCampaign(campaign, names, signal, deps);
  }
  return taken;
}

function underWayFirst(one: Campaign, other: Campaign): number {
  return Number(isUnderWay(other)) - Number(isUnderWay(one));
}

/** Who looks meanwhile for whom a round goes to may write them into another part: it is looked into after that. */
async function forgetInCampaign(
  campaign: Campaign,
  names: ReadonlySet<string>,
  signal: AbortSignal,
  deps: ForgetInCampaignsDeps,
): Promise<number> {
  const end = (turn: CampaignTurn) => endTurn(turn, signal, deps);
  let taken = 0;
  for (let isFirst = true; ; isFirst = false) {
    const all = await deps.cursors.read(campaign.id, undefined, signal);
    // Nobody writes a part of the first round anew.
    const cursors = isFirst ? all : all.filter(({ round = 0 }) => round > 0);
    const found = campaign.isTriggered
      ? await forgetTriggered(campaign, names, end, signal, deps)
      : await forgetInParts(campaign, cursors, names, signal, deps);
    if (found.lines === 0) return taken;
    taken += found.taken;
    await keepForgotten(campaign.id, signal, deps);
  }
}

async function forgetInParts(
  { id, channel, check }: Campaign,
  cursors: readonly Cursor[],
  names: ReadonlySet<string>,
  signal: AbortSignal,
  deps: ForgetInCampaignsDeps,
): Promise<{ readonly lines: number; readonly taken: number }> {
  let [lines, taken] = [0, 0];
  if (check === undefined) return { lines, taken };
  for (const cursor of cursors) {
    const { track } = cursor;
    const key = partKeyOf(id, check.id, cursor);
    const found = await theirLines(key, names, signal, deps);
    if (found.length === 0) continue;
    lines += found.length;
    // An export may name them until it is gone; a part, by which they are found again, goes last.
    await deps.files.removeAll(exportsPrefix(id), signal);
    for (const { line } of found) {
      const turn = { campaign: id, channel, track, line };
      if (line.again !== undefined) await deps.turns.close(turn, signal);
      taken += await endTurn(turn, signal, deps);
    }
    await deps.files.blank(key, found, signal);
  }
  return { lines, taken };
}

/** Has whoever read the parts before, to write another round or an export, do it again. */
async function keepForgotten(
  id: string,
  signal: AbortSignal,
  { campaigns, now }: ForgetInCampaignsDeps,
): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const stored = await campaigns.get(id, signal);
    if (stored === undefined) return;
    const campaign = { ...stored.campaign, forgotAt: now(), updatedAt: now() };
    if (await campaigns.update(stored, campaign, signal)) return;
  }
  throw new Error(`campaign ${id} is being changed by others`);
}

interface FoundRecipient extends Stretch {
  readonly line: PartLine;
}

async function theirLines(
  key: string,
  names: ReadonlySet<string>,
  signal: AbortSignal,
  { files }: ForgetInCampaignsDeps,
): Promise<readonly FoundRecipient[]> {
  const quoted = [...names].map((name) => JSON.stringify(name));
  const found: FoundRecipient[] = [];
  for await (const { text, offset } of partLines(key, files.readPart, signal)) {
    signal.throwIfAborted();
    // Most are of others, and need not be parsed to know it.
    if (!quoted.some((name) => text.includes(name))) continue;
    const line = readPartLine(text);
    if (line === undefined || !names.has(line.to.name)) continue;
    found.push({ line, text, offset });
  }
  return found;
}

/** Resolves once no lane sends to them any more; with 1 where it took their turn. */
async function endTurn(
  turn: CampaignTurn,
  signal: AbortSignal,
  { turns, sleep, now }: ForgetInCampaignsDeps,
): Promise<number> {
  if (await turns.take(turn, signal)) return 1;
  for (;;) {
    const since = await turns.sendingSince(turn, signal);
    if (since === undefined || since + CLAIM_LIFE_MS <= now()) return 0;
    await sleep(LOOK_MS);
    signal.throwIfAborted();
  }
}
