import type { Item } from '../table/stored-rows.ts';
import type { Campaign } from './campaign.ts';
import type { CampaignRows } from './campaign-rows-table.ts';
import type { PartLine } from './part.ts';
import { isForgotten, stepRows, stepsUpTo } from './recipient-rows.ts';
import type { Triggered, TriggeredEnd } from './triggered.ts';
import { toTriggered } from './triggered-table.ts';

/** Somebody who was put into a triggered campaign, and what the table has of them. */
export interface TriggeredRows {
  readonly line: PartLine;
  /** By which the company's software knows them. */
  readonly key: string;
  /** Why they wait no more. */
  readonly ended: TriggeredEnd | undefined;
  /** Of the messages that they were to get, by step; undefined where one has not had its turn. */
  readonly rows: readonly (Item | undefined)[];
}

/** As many as one read of their messages brings. */
const AT_ONCE = 50;

/** All who were put into a triggered campaign but those who were forgotten, some at a time. */
export async function* triggeredRecipients(
  campaign: Campaign,
  deps: Pick<CampaignRows, 'byKeys' | 'ofTriggered'>,
  signal: AbortSignal,
): AsyncGenerator<readonly TriggeredRows[]> {
  let some: Triggered[] = [];
  for await (const row of deps.ofTriggered(campaign.id, signal)) {
    const who = toTriggered(row);
    if (who === undefined || who === 'forgotten') continue;
    some.push(who);
    if (some.length < AT_ONCE) continue;
    yield await withRows(campaign, some, deps, signal);
    some = [];
  }
  if (some.length > 0) yield await withRows(campaign, some, deps, signal);
}

async function withRows(
  campaign: Campaign,
  people: readonly Triggered[],
  { byKeys }: Pick<CampaignRows, 'byKeys'>,
  signal: AbortSignal,
): Promise<readonly TriggeredRows[]> {
  const steps = stepsUpTo(campaign.steps.length);
  const found: TriggeredRows[] = [];
  for (const [track, theirs] of Map.groupBy(people, (one) => one.track)) {
    signal.throwIfAborted();
    const lines = theirs.map(({ line }) => line);
    const rows = await stepRows(lines, { campaign, track, steps }, byKeys, signal);
    for (const [at, { line, key, ended }] of theirs.entries()) {
      const ofThem = rows[at] ?? [];
      if (!isForgotten(ofThem)) found.push({ line, key, ended, rows: ofThem });
    }
  }
  return found;
}
