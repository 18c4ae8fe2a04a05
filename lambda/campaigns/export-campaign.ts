import type { Campaign } from './campaign.ts';
import { exportIdOf } from './export-id.ts';
import {
  type ExportFormat,
  type ExportLine,
  exportHead,
  messageLine,
  unsentLine,
  writeExportLine,
} from './export-line.ts';
import { type RecipientRows, type RecipientRowsDeps, recipientRows } from './recipient-rows.ts';

export interface ExportDeps extends RecipientRowsDeps {
  /** Stores what the chunks hold under a key. Resolves once it is durable. */
  readonly put: (
    file: { readonly key: string; readonly mimeType: string },
    chunks: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ) => Promise<void>;
  /** A random name, by which nobody finds it who was not told. */
  readonly newName: () => string;
}

export interface Exported {
  readonly key: string;
  readonly lines: number;
}

/** Where an export lies, in the bucket of campaigns. */
export function exportKey(campaign: string, id: string): string {
  return `${exportsPrefix(campaign)}${id}`;
}

/** What the keys of a campaign's exports begin with. */
export function exportsPrefix(campaign: string): string {
  return `campaigns/${campaign}/exports/`;
}

export function exportType(format: ExportFormat): string {
  return format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson';
}

/**
 * Writes what became of every recipient of a campaign to a file: a line a message, and one for each who
 * has had none. Who was forgotten is left out. In memory are some thousand lines at most.
 */
export async function exportCampaign(
  campaign: Campaign,
  format: ExportFormat,
  deps: ExportDeps,
  signal: AbortSignal,
): Promise<Exported> {
  const key = exportKey(campaign.id, exportIdOf({ name: deps.newName(), format }));
  const mimeType = exportType(format);
  let count = 0;
  async function* chunks(): AsyncGenerator<Buffer> {
    const head = exportHead(format);
    if (head !== '') yield Buffer.from(head);
    for await (const some of recipientRows(campaign, deps, signal)) {
      const lines = some.flatMap((one) => linesOf(campaign, one));
      count += lines.length;
      yield Buffer.from(lines.map((line) => writeExportLine(line, format)).join(''));
    }
  }
  await deps.put({ key, mimeType }, chunks(), signal);
  return { key, lines: count };
}

function linesOf(
  campaign: Campaign,
  { line, cursor, index, rows }: RecipientRows,
): readonly ExportLine[] {
  const theirs = rows.filter((row) => row !== undefined);
  if (theirs.length > 0) return theirs.flatMap((row) => messageLine(campaign, line, row) ?? []);
  return [unsentLine(campaign, line, unsentState(campaign, index < cursor.done))];
}

function unsentState({ state }: Campaign, hadTheirTurn: boolean) {
  if (hadTheirTurn) return 'left_out';
  return state === 'cancelled' ? 'cancelled' : 'waiting';
}
