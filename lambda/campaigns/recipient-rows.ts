import { campaignMessageId } from '../events/outgoing-id.ts';
import { ATTRIBUTES as A } from '../table/keys.ts';
import { recordKeyOf } from '../table/outgoing-keys.ts';
import { type Item, type RowKey, textOf } from '../table/stored-rows.ts';
import type { Campaign } from './campaign.ts';
import type { CampaignRows } from './campaign-rows-table.ts';
import { type Cursor, firstRound } from './cursor.ts';
import { type PartLine, partKeyOf, readPartLine } from './part.ts';
import { partLines, type ReadPart } from './part-lines.ts';

export interface RecipientRowsDeps extends Pick<CampaignRows, 'byKeys'> {
  readonly readCursors: (campaign: string, signal: AbortSignal) => Promise<readonly Cursor[]>;
  readonly readPart: ReadPart;
}

/** A recipient of a campaign, and what the table has of them. */
export interface RecipientRows {
  readonly line: PartLine;
  /** Of their part. */
  readonly cursor: Cursor;
  /** Which line of it they are, from 0 on. */
  readonly index: number;
  /** Of the messages that they were to get, in the order of the steps. */
  readonly rows: readonly Item[];
}

/** Keys of one request to the table. */
const KEYS_AT_ONCE = 100;
/** Requests that are under way while those before are dealt with. */
const REQUESTS_AT_ONCE = 8;

/** All recipients but those who were forgotten, some at a time. In memory are some thousand lines at most. */
export async function* recipientRows(
  campaign: Campaign,
  deps: RecipientRowsDeps,
  signal: AbortSignal,
): AsyncGenerator<readonly RecipientRows[]> {
  if (campaign.check === undefined) return;
  const atOnce = Math.max(Math.floor(KEYS_AT_ONCE / (campaign.steps.length + 1)), 1);
  for (const cursor of firstRound(await deps.readCursors(campaign.id, signal))) {
    const key = partKeyOf(campaign.id, campaign.check.id, cursor);
    const found = recipientsIn(partLines(key, deps.readPart, signal));
    for await (const some of inBatches(found, atOnce * REQUESTS_AT_ONCE)) {
      signal.throwIfAborted();
      const batches = await Array.fromAsync(inBatches(some, atOnce));
      const read = batches.map((batch) => withRows(campaign, cursor, batch, deps, signal));
      yield (await Promise.all(read)).flat();
    }
  }
}

type Placed = Pick<RecipientRows, 'line' | 'index'>;

async function* recipientsIn(lines: ReturnType<typeof partLines>): AsyncGenerator<Placed> {
  let index = 0;
  for await (const { text } of lines) {
    const line = readPartLine(text);
    if (line !== undefined) yield { line, index };
    index += 1;
  }
}

async function withRows(
  campaign: Campaign,
  cursor: Cursor,
  placed: readonly Placed[],
  { byKeys }: RecipientRowsDeps,
  signal: AbortSignal,
): Promise<readonly RecipientRows[]> {
  const keys = placed.map(({ line }) => keysOf(campaign, cursor.track, line));
  const rows = new Map((await byKeys(keys.flat(), signal)).map((row) => [idOf(row), row]));
  return placed.flatMap((one, at) => {
    const all = (keys[at] ?? []).map(({ pk, sk }) => rows.get(`${pk} ${sk}`));
    const theirs = all.filter((row) => row !== undefined);
    if (theirs.some((row) => A.forgottenAt in row)) return [];
    return { ...one, cursor, rows: theirs };
  });
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
