import { type Campaign, isUnderWay } from '../../campaigns/campaign.ts';
import type { CampaignTable } from '../../campaigns/campaign-table.ts';
import type { Cursors } from '../../campaigns/cursor-table.ts';
import { exportsPrefix } from '../../campaigns/export-campaign.ts';
import { type PartLine, partKeyOf, readPartLine } from '../../campaigns/part.ts';
import { partLines } from '../../campaigns/part-lines.ts';
import { CLAIM_LIFE_MS } from '../../table/outgoing-claim.ts';
import type { CampaignTurn, CampaignTurns } from '../campaign-turns-table.ts';
import type { CampaignFiles, Stretch } from '../s3-campaign-files.ts';

export interface ForgetInCampaignsDeps {
  readonly campaigns: Pick<CampaignTable, 'list'>;
  readonly cursors: Pick<Cursors, 'read'>;
  readonly files: CampaignFiles;
  readonly turns: CampaignTurns;
  readonly sleep: (ms: number) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const LOOK_MS = 250;

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

async function forgetInCampaign(
  campaign: Campaign,
  names: ReadonlySet<string>,
  signal: AbortSignal,
  deps: ForgetInCampaignsDeps,
): Promise<number> {
  const { id, channel, check } = campaign;
  if (check === undefined) return 0;
  let taken = 0;
  for (const cursor of await deps.cursors.read(id, undefined, signal)) {
    const { track } = cursor;
    const key = partKeyOf(id, check.id, cursor);
    const found = await theirLines(key, names, signal, deps);
    if (found.length === 0) continue;
    // An export may name them until it is gone; a part, by which they are found again, goes last.
    await deps.files.removeAll(exportsPrefix(id), signal);
    for (const { line } of found) {
      const turn = { campaign: id, channel, track, line };
      if (line.again !== undefined) await deps.turns.close(turn, signal);
      taken += await endTurn(turn, signal, deps);
    }
    await deps.files.blank(key, found, signal);
  }
  return taken;
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
  for await (const { text, offset, bytes } of partLines(key, files.readPart, signal)) {
    signal.throwIfAborted();
    // Most are of others, and need not be parsed to know it.
    if (!quoted.some((name) => text.includes(name))) continue;
    const line = readPartLine(text);
    if (line === undefined || !names.has(line.to.name)) continue;
    found.push({ line, offset, bytes });
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
