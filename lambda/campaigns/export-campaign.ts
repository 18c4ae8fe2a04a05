import { campaignMessageId } from '../events/outgoing-id.ts';
import { ATTRIBUTES as A } from '../table/keys.ts';
import { recordKeyOf } from '../table/outgoing-keys.ts';
import type { Item, RowKey } from '../table/stored-rows.ts';
import { textOf } from '../table/stored-rows.ts';
import type { Campaign } from './campaign.ts';
import type { CampaignRows } from './campaign-rows-table.ts';
import type { Cursor } from './cursor.ts';
import { exportIdOf } from './export-id.ts';
import {
  type ExportFormat,
  type ExportLine,
  exportHead,
  messageLine,
  unsentLine,
  writeExportLine,
} from './export-line.ts';
import { type PartLine, partKey, readPartLine } from './part.ts';
import { partLines, type ReadPart } from './part-lines.ts';

export interface ExportDeps extends Pick<CampaignRows, 'byKeys'> {
  readonly readCursors: (campaign: string, signal: AbortSignal) => Promise<readonly Cursor[]>;
  readonly readPart: ReadPart;
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

/** Keys of one request to the table. */
const KEYS_AT_ONCE = 100;
/** Requests that are under way while their lines are written. */
const REQUESTS_AT_ONCE = 8;

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
    for await (const lines of exportLines(campaign, deps, signal)) {
      count += lines.length;
      yield Buffer.from(lines.map((line) => writeExportLine(line, format)).join(''));
    }
  }
  await deps.put({ key, mimeType }, chunks(), signal);
  return { key, lines: count };
}

/** Lines, some at a time. */
async function* exportLines(
  campaign: Campaign,
  deps: ExportDeps,
  signal: AbortSignal,
): AsyncGenerator<readonly ExportLine[]> {
  if (campaign.check === undefined) return;
  const { id: check } = campaign.check;
  const atOnce = Math.max(Math.floor(KEYS_AT_ONCE / (campaign.steps.length + 1)), 1);
  for (const cursor of await deps.readCursors(campaign.id, signal)) {
    const key = partKey(campaign.id, check, cursor.zone, cursor.track);
    const found = recipientsIn(partLines(key, deps.readPart, signal));
    for await (const some of inBatches(found, atOnce * REQUESTS_AT_ONCE)) {
      signal.throwIfAborted();
      const batches = await Array.fromAsync(inBatches(some, atOnce));
      const lines = batches.map((batch) => linesOf(campaign, cursor, batch, deps, signal));
      yield (await Promise.all(lines)).flat();
    }
  }
}

/** A recipient, and which of their part they are. */
interface Placed {
  readonly line: PartLine;
  readonly index: number;
}

async function* recipientsIn(lines: ReturnType<typeof partLines>): AsyncGenerator<Placed> {
  let index = 0;
  for await (const { text } of lines) {
    const line = readPartLine(text);
    if (line !== undefined) yield { line, index };
    index += 1;
  }
}

async function linesOf(
  campaign: Campaign,
  cursor: Cursor,
  placed: readonly Placed[],
  { byKeys }: ExportDeps,
  signal: AbortSignal,
): Promise<readonly ExportLine[]> {
  const keys = placed.map(({ line }) => keysOf(campaign, cursor.track, line));
  const rows = new Map((await byKeys(keys.flat(), signal)).map((row) => [idOf(row), row]));
  return placed.flatMap(({ line, index }, at) => {
    const all = (keys[at] ?? []).map(({ pk, sk }) => rows.get(`${pk} ${sk}`));
    const theirs = all.filter((row) => row !== undefined);
    if (theirs.some((row) => A.forgottenAt in row)) return [];
    if (theirs.length > 0) return theirs.flatMap((row) => messageLine(campaign, line, row) ?? []);
    return unsentLine(campaign, line, unsentState(campaign, index < cursor.done));
  });
}

function unsentState({ state }: Campaign, hadTheirTurn: boolean) {
  if (hadTheirTurn) return 'left_out';
  return state === 'cancelled' ? 'cancelled' : 'waiting';
}

/** Of the messages of all steps. */
function keysOf({ id, channel, steps }: Campaign, track: number, { row }: PartLine): RowKey[] {
  return Array.from({ length: steps.length + 1 }, (_, step) =>
    recordKeyOf({ channel, id: campaignMessageId({ campaign: id, track, row, step }) }),
  );
}

function idOf(row: Item): string {
  return `${textOf(row, A.partitionKey)} ${textOf(row, A.sortKey)}`;
}

async function* inBatches<T>(
  things: AsyncIterable<T> | Iterable<T>,
  size: number,
): AsyncGenerator<readonly T[]> {
  let batch: T[] = [];
  for await (const thing of things) {
    batch.push(thing);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
