import type { Campaign } from './campaign.ts';
import type { CampaignRows } from './campaign-rows-table.ts';
import { exportIdOf } from './export-id.ts';
import {
  type ExportFormat,
  type ExportLine,
  exportHead,
  messageLine,
  type UnsentState,
  unsentLine,
  writeExportLine,
} from './export-line.ts';
import { type RecipientRowsDeps, recipientRows } from './recipient-rows.ts';
import type { TriggeredEnd } from './triggered.ts';
import { type TriggeredRows, triggeredRecipients } from './triggered-rows.ts';

export interface ExportDeps extends RecipientRowsDeps, Pick<CampaignRows, 'ofTriggered'> {
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
    for await (const some of recipientsOf(campaign, deps, signal)) {
      const lines = some.flatMap((one) => linesOf(campaign, one));
      count += lines.length;
      yield Buffer.from(lines.map((line) => writeExportLine(line, format)).join(''));
    }
  }
  await deps.put({ key, mimeType }, chunks(), signal);
  return { key, lines: count };
}

async function* recipientsOf(
  campaign: Campaign,
  deps: ExportDeps,
  signal: AbortSignal,
): AsyncGenerator<readonly Recipient[]> {
  if (campaign.isTriggered) {
    for await (const some of triggeredRecipients(campaign, deps, signal)) {
      yield some.map(({ ended, ...one }) => ({ ...one, unsent: unsentState(campaign, ended) }));
    }
    return;
  }
  for await (const some of recipientRows(campaign, deps, signal)) {
    yield some.map(({ cursor, index, ...one }) => {
      const ended = index < cursor.done ? 'opted_out' : undefined;
      return { ...one, key: '', unsent: unsentState(campaign, ended) };
    });
  }
}

/** Somebody of the campaign, with the rows of their messages. */
interface Recipient extends Pick<TriggeredRows, 'line' | 'key' | 'rows'> {
  /** What is said of them where there is no row. */
  readonly unsent: UnsentState;
}

function linesOf(campaign: Campaign, one: Recipient): readonly ExportLine[] {
  const { line, key, rows, unsent } = one;
  const theirs = rows.filter((row) => row !== undefined);
  const lines =
    theirs.length > 0
      ? theirs.flatMap((row) => messageLine(campaign, line, row) ?? [])
      : [unsentLine(campaign, line, unsent)];
  return lines.map((each) => ({ ...each, key }));
}

function unsentState({ state }: Campaign, ended: TriggeredEnd | undefined): UnsentState {
  if (ended === undefined) return state === 'cancelled' ? 'cancelled' : 'waiting';
  return ended === 'opted_out' ? 'left_out' : ended;
}
