import { holds } from '../shared/aws/condition.ts';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import {
  ATTRIBUTES as A,
  campaignPartition,
  FIGURES_PREFIX,
  figuresSortKey,
} from '../table/keys.ts';
import { byKeyAndPrefix, tableQueries } from '../table/query-table.ts';
import { rowReader } from '../table/row-reader.ts';
import { type Item, numberIn, type RowKey, textIn, textOf } from '../table/stored-rows.ts';
import { numberValue, setAlways, setExpression, textValue } from '../table/update-expression.ts';
import { keyAttributes } from '../table/writes.ts';
import { addCounts } from './counts.ts';
import type { CountedChange } from './figures.ts';
import {
  type CampaignFigures,
  campaignFigures,
  NO_FIGURES,
  readFigures,
  type TrackFigures,
  withChanges,
  writeFigures,
} from './track-figures.ts';

/** A change, and where it stands in the order of the table's changes. */
export interface PlacedChange extends CountedChange {
  /** DynamoDB's digits. */
  readonly sequenceNumber: string;
}

export interface FiguresTable {
  /**
   * Adds changes of one track, in their order, to its figures: those that are not in them yet. May be
   * repeated with the same and others, in any batches.
   */
  readonly add: (changes: readonly PlacedChange[], signal: AbortSignal) => Promise<void>;
}

/** How far the figures of a track are. */
interface Known {
  readonly figures: TrackFigures;
  /** Undefined where nothing was counted. */
  readonly countedUpTo: string | undefined;
  /** In seconds since 1970. */
  readonly expiresAt: number;
}

/** They say nothing of anybody, and are asked for when the messages are gone. */
const OUTLIVES_ROWS_SECONDS = 365 * 86_400;
/** Somebody else writes only where an invocation was given up that is not over. */
const ATTEMPTS = 5;
/** Tracks of which an instance remembers where their figures are. */
const REMEMBERED = 200;

export function figuresTable(dynamodb: CallAws, TableName: string): FiguresTable {
  const read = rowReader(dynamodb, TableName);
  // What was written last is mostly what is there: the condition tells.
  const remembered = new Map<string, Known>();

  async function known(key: RowKey, signal: AbortSignal): Promise<Known> {
    const row = await read(key, signal);
    return row === undefined ? NOTHING : toKnown(row);
  }

  async function isWritten(key: RowKey, before: Known, after: Known, signal: AbortSignal) {
    const input = { TableName, Key: keyAttributes(key), ...updateOf(before, after) };
    return await holds(dynamodb('UpdateItem', input, signal));
  }

  function remember(key: RowKey, one: Known): void {
    const id = nameOf(key);
    remembered.delete(id);
    remembered.set(id, one);
    const [oldest] = remembered.keys();
    if (remembered.size > REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  }

  return {
    add: async (changes, signal) => {
      const [first] = changes;
      if (first === undefined) return;
      const key = keyOf(first);
      let before = remembered.get(nameOf(key)) ?? (await known(key, signal));
      for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        const after = counted(before, changes);
        if (after === before || (await isWritten(key, before, after, signal))) {
          remember(key, after);
          return;
        }
        before = await known(key, signal);
      }
      throw new Error('figures of a campaign are written by others all the time');
    },
  };
}

/** The figures of each track of a campaign, and of all together. */
export async function readCampaignFigures(
  dynamodb: CallAws,
  TableName: string,
  campaign: string,
  signal: AbortSignal,
): Promise<{ readonly tracks: readonly TrackFigures[]; readonly all: CampaignFigures }> {
  const { all } = tableQueries((...query) => dynamodb(...query, signal), TableName);
  const query = { ...byKeyAndPrefix(campaignPartition(campaign), FIGURES_PREFIX) };
  const rows = await Array.fromAsync(all({ ...query, ConsistentRead: true }));
  const tracks = rows.map((row) => toKnown(row).figures);
  return { tracks, all: campaignFigures(addCounts(tracks.map(({ counts }) => counts))) };
}

const NOTHING: Known = { figures: NO_FIGURES, countedUpTo: undefined, expiresAt: 0 };

function nameOf({ pk, sk }: RowKey): string {
  return `${pk} ${sk}`;
}

function keyOf({ campaign, part }: CountedChange): RowKey {
  return { pk: campaignPartition(campaign), sk: figuresSortKey(part) };
}

function toKnown(row: Item): Known {
  const countedUpTo = textIn(row, A.countedUpTo);
  const figures = countedUpTo === undefined ? NO_FIGURES : readFigures(textOf(row, A.figures));
  return { figures, countedUpTo, expiresAt: numberIn(row, A.expiresAt) ?? 0 };
}

/** The same where none of the changes is new. */
function counted(before: Known, changes: readonly PlacedChange[]): Known {
  const { figures, countedUpTo = '' } = before;
  const news = changes.filter(({ sequenceNumber }) => placeOf(sequenceNumber) > countedUpTo);
  const last = news.at(-1);
  if (last === undefined) return before;
  const ends = news.map(({ expiresAt }) => expiresAt + OUTLIVES_ROWS_SECONDS);
  return {
    figures: withChanges(figures, news),
    countedUpTo: placeOf(last.sequenceNumber),
    expiresAt: Math.max(before.expiresAt, ...ends),
  };
}

/** DynamoDB gives up to 40 digits. */
const SEQUENCE_DIGITS = 40;

/** Sorts as text; a number of DynamoDB's holds 38 digits. */
function placeOf(sequenceNumber: string): string {
  return sequenceNumber.padStart(SEQUENCE_DIGITS, '0');
}

function updateOf({ countedUpTo: known }: Known, after: Known) {
  const set = setExpression([
    setAlways(A.countedUpTo, textValue(after.countedUpTo ?? '')),
    setAlways(A.figures, textValue(writeFigures(after.figures))),
    setAlways(A.expiresAt, numberValue(after.expiresAt)),
  ]);
  if (known === undefined) return { ...set, ConditionExpression: 'attribute_not_exists(#0)' };
  const values = { ...set.ExpressionAttributeValues, ':known': textValue(known) };
  return { ...set, ConditionExpression: '#0 = :known', ExpressionAttributeValues: values };
}
