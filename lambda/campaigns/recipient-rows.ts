import { campaignMessageId } from '../events/outgoing-id.ts';
import { ATTRIBUTES as A } from '../table/keys.ts';
import { recordKeyOf } from '../table/outgoing-keys.ts';
import { type Item, keyOf, type RowKey } from '../table/stored-rows.ts';
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
  /** Of their messages of the steps that were asked for; undefined where one has not had its turn. */
  readonly rows: readonly (Item | undefined)[];
}

/** Keys of one request to the table. */
const KEYS_AT_ONCE = 100;
/** Requests that are under way while those before are dealt with. */
const REQUESTS_AT_ONCE = 8;

/**
 * All recipients but those who were forgotten, some at a time. In memory are some thousand lines at most.
 *
 * @param steps whose messages are read. @default all that have begun, so that a row stands at the number of its step
 */
export async function* recipientRows(
  campaign: Campaign,
  deps: RecipientRowsDeps,
  signal: AbortSignal,
  steps: readonly number[] = stepsUpTo(campaign.stepsBegun ?? 0),
): AsyncGenerator<readonly RecipientRows[]> {
  if (campaign.check === undefined) return;
  const atOnce = Math.max(Math.floor(KEYS_AT_ONCE / steps.length), 1);
  for (const cursor of firstRound(await deps.readCursors(campaign.id, signal))) {
    const key = partKeyOf(campaign.id, campaign.check.id, cursor);
    const found = recipientsIn(partLines(key, deps.readPart, signal));
    for await (const some of inBatches(found, atOnce * REQUESTS_AT_ONCE)) {
      signal.throwIfAborted();
      const batches = await Array.fromAsync(inBatches(some, atOnce));
      const read = batches.map((batch) =>
        withRows({ campaign, track: cursor.track, steps }, cursor, batch, deps, signal),
      );
      yield (await Promise.all(read)).flat();
    }
  }
}

/** The first message is that of step 0. */
export function stepsUpTo(last: number): readonly number[] {
  return Array.from({ length: last + 1 }, (_, step) => step);
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
  of: StepsOf,
  cursor: Cursor,
  placed: readonly Placed[],
  { byKeys }: RecipientRowsDeps,
  signal: AbortSignal,
): Promise<readonly RecipientRows[]> {
  const lines = placed.map(({ line }) => line);
  const found = await stepRows(lines, of, byKeys, signal);
  return placed.flatMap((one, at) => {
    const rows = found[at] ?? [];
    if (isForgotten(rows)) return [];
    return { ...one, cursor, rows };
  });
}

/** Whether a message of somebody was forgotten, and they with it. */
export function isForgotten(rows: RecipientRows['rows']): boolean {
  return rows.some((row) => row !== undefined && A.forgottenAt in row);
}

interface StepsOf {
  readonly campaign: Pick<Campaign, 'id' | 'channel'>;
  readonly track: number;
  readonly steps: readonly number[];
}

/** Of each recipient the messages of some steps; undefined where one has not had its turn. */
export async function stepRows(
  lines: readonly PartLine[],
  { campaign: { id, channel }, track, steps }: StepsOf,
  byKeys: CampaignRows['byKeys'],
  signal: AbortSignal,
): Promise<readonly (readonly (Item | undefined)[])[]> {
  const keys = lines.map(({ row }) =>
    steps.map((step) =>
      recordKeyOf({ channel, id: campaignMessageId({ campaign: id, track, row, step }) }),
    ),
  );
  const found = await byKeys(keys.flat(), signal);
  const rows = new Map(found.map((row) => [nameOf(keyOf(row)), row]));
  return keys.map((theirs) => theirs.map((key) => rows.get(nameOf(key))));
}

function nameOf({ pk, sk }: RowKey): string {
  return `${pk} ${sk}`;
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
