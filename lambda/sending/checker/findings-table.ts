import type { DeleteItemCommandInput, PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { type Cursor, readCursor, writeCursor } from '../../campaigns/cursor.ts';
import type { CheckReport } from '../../campaigns/report.ts';
import { writeReport } from '../../campaigns/report-json.ts';
import { holds } from '../../shared/aws/condition.ts';
import type { CallAws } from '../../shared/aws/json-protocol.ts';
import { sideBySide } from '../../shared/queue/side-by-side.ts';
import {
  ATTRIBUTES as A,
  CURSOR_PREFIX,
  campaignPartition,
  cursorSortKey,
  REPORT_SORT_KEY,
} from '../../table/keys.ts';
import { byKeyAndPrefix, tableQueries } from '../../table/query-table.ts';
import { type Item, keyOf, numberIn, textOf } from '../../table/stored-rows.ts';
import { numberValue, textValue } from '../../table/update-expression.ts';
import { keyAttributes, rowKey } from '../../table/writes.ts';

/** For which check of a campaign something is written: later ones of it have a higher revision. */
export interface CheckPlace {
  readonly campaign: string;
  /** The campaign's, as the check left it when it began. */
  readonly revision: number;
  /** In seconds since 1970. */
  readonly expiresAt: number;
  /** Of which its cursors are: those of other rounds stay. @default 0, the first */
  readonly rounds?: readonly number[];
}

/** What a check leaves in the table. */
export interface Findings {
  /** Puts the cursors in the place of those of an earlier check. Those of a later one, and of lanes, stay. */
  readonly putCursors: (
    place: CheckPlace,
    cursors: readonly Cursor[],
    signal: AbortSignal,
  ) => Promise<void>;
  readonly putReport: (
    place: CheckPlace,
    report: CheckReport,
    signal: AbortSignal,
  ) => Promise<void>;
}

const WRITES_AT_ONCE = 20;

/** A row of a check has its revision, and one that a lane wrote since has none. */
const IS_OLDER = `attribute_not_exists(${A.partitionKey}) OR ${A.revision} <= :revision`;

export function findingsTable(dynamodb: CallAws, TableName: string): Findings {
  async function put(sk: string, attributes: object, place: CheckPlace, signal: AbortSignal) {
    const input: PutItemCommandInput = {
      TableName,
      Item: {
        ...rowKey(campaignPartition(place.campaign), sk),
        ...attributes,
        [A.revision]: numberValue(place.revision),
        [A.expiresAt]: numberValue(place.expiresAt),
      },
      ConditionExpression: IS_OLDER,
      ExpressionAttributeValues: { ':revision': numberValue(place.revision) },
    };
    await holds(dynamodb('PutItem', input, signal));
  }

  /** Cursors of parts that are there no more. */
  async function removeOlder(place: CheckPlace, signal: AbortSignal) {
    const { campaign, revision } = place;
    const { all } = tableQueries((...query) => dynamodb(...query, signal), TableName);
    const query = byKeyAndPrefix(campaignPartition(campaign), CURSOR_PREFIX);
    const rows = await Array.fromAsync(all({ ...query, ConsistentRead: true }));
    const older = rows.filter((row) => isOlder(row, place));
    await sideBySide(older, WRITES_AT_ONCE, async (row) => {
      const input: DeleteItemCommandInput = {
        ...{ TableName, Key: keyAttributes(keyOf(row)) },
        ConditionExpression: `${A.revision} < :revision`,
        ExpressionAttributeValues: { ':revision': numberValue(revision) },
      };
      await holds(dynamodb('DeleteItem', input, signal));
    });
  }

  return {
    putCursors: async (place, cursors, signal) => {
      await sideBySide(cursors, WRITES_AT_ONCE, (cursor) => {
        const attributes = { [A.cursor]: textValue(writeCursor(cursor)) };
        return put(
          cursorSortKey(cursor.track, cursor.zone, cursor.round),
          attributes,
          place,
          signal,
        );
      });
      await removeOlder(place, signal);
    },
    putReport: (place, report, signal) =>
      put(REPORT_SORT_KEY, { [A.report]: textValue(writeReport(report)) }, place, signal),
  };
}

/** Of a check before it, and moved by no lane since. */
function isOlder(row: Item, { revision, rounds = [0] }: CheckPlace): boolean {
  const { round = 0 } = readCursor(textOf(row, A.cursor));
  return rounds.includes(round) && (numberIn(row, A.revision) ?? revision) < revision;
}
