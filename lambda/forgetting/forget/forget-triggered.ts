import type { Campaign } from '../../campaigns/campaign.ts';
import type { CampaignRows } from '../../campaigns/campaign-rows-table.ts';
import { exportsPrefix } from '../../campaigns/export-campaign.ts';
import type { Triggered } from '../../campaigns/triggered.ts';
import { nameIn, type TriggeredTable, toTriggered } from '../../campaigns/triggered-table.ts';
import { keyOf, type RowKey } from '../../table/stored-rows.ts';
import type { CampaignTurn } from '../campaign-turns-table.ts';
import type { CampaignFiles } from '../s3-campaign-files.ts';

export interface ForgetTriggeredDeps {
  readonly ofTriggered: CampaignRows['ofTriggered'];
  readonly triggered: Pick<TriggeredTable, 'read' | 'move' | 'removeDue'>;
  /** Empties a row. */
  readonly forgetRow: (key: RowKey, signal: AbortSignal) => Promise<unknown>;
  readonly files: Pick<CampaignFiles, 'removeAll'>;
}

/**
 * Forgets somebody in a triggered campaign: they wait no more, and what was to be said to them is gone.
 *
 * @param endTurn resolves once no lane sends a message to them any more; with 1 where it took their turn
 * @returns how many rows were theirs, and how many turns were taken
 */
export async function forgetTriggered(
  { id, channel }: Pick<Campaign, 'id' | 'channel'>,
  names: ReadonlySet<string>,
  endTurn: (turn: CampaignTurn) => Promise<number>,
  signal: AbortSignal,
  deps: ForgetTriggeredDeps,
): Promise<{ readonly lines: number; readonly taken: number }> {
  let [lines, taken] = [0, 0];
  for await (const row of deps.ofTriggered(id, signal)) {
    signal.throwIfAborted();
    const found = toTriggered(row);
    if (found === undefined || found === 'forgotten' || !names.has(found.line.to.name)) continue;
    lines += 1;
    const name = nameIn(row);
    const who = await ended(id, name, found, signal, deps);
    const { track, step, line, dueAt } = who;
    const { row: number, variant } = line;
    if (who.ended !== 'through') {
      const turn = { campaign: id, channel, track, line: { row: number, variant, step } };
      taken += await endTurn(turn);
    }
    await deps.triggered.removeDue(id, track, { name, dueAt }, signal);
    // An export may name them until it is gone.
    await deps.files.removeAll(exportsPrefix(id), signal);
    // By what it says they are found again, where this got no further.
    await deps.forgetRow(keyOf(row), signal);
  }
  return { lines, taken };
}

/** From here on their lane brings them no further. */
async function ended(
  id: string,
  name: string,
  found: Triggered,
  signal: AbortSignal,
  { triggered }: ForgetTriggeredDeps,
): Promise<Triggered> {
  let who = found;
  while (who.ended === undefined) {
    signal.throwIfAborted();
    const { step, dueAt } = who;
    const after = { step, dueAt, ended: 'forgotten' } as const;
    if (await triggered.move(id, name, { before: who, after }, signal)) return { ...who, ...after };
    const now = await triggered.read(id, name, signal);
    if (now === undefined || now === 'forgotten') return { ...who, ...after };
    who = now;
  }
  return who;
}
