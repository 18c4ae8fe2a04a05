import { holds } from '../shared/aws/condition.ts';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { ATTRIBUTES as A, outboxPartition } from '../table/keys.ts';
import { outgoingClaim } from '../table/outgoing-claim.ts';
import { readWaiting } from '../table/outgoing-json.ts';
import { contentKeyOf, isTrackKey, recordKeyOf } from '../table/outgoing-keys.ts';
import type { OutgoingState } from '../table/outgoing-message.ts';
import { byKey, tableQueries } from '../table/query-table.ts';
import { rowReader } from '../table/row-reader.ts';
import { type Item, keyOf, numberIn, type RowKey, textIn, textOf } from '../table/stored-rows.ts';
import { setAlways, setExpression, textValue, timeValue } from '../table/update-expression.ts';
import { keyAttributes } from '../table/writes.ts';

/** A message that waits to be sent, or is uncertain, and the rows of it. */
export interface WaitingPlace {
  readonly channel: string;
  readonly id: string;
  /** By which it waits. */
  readonly row: RowKey;
  readonly content: RowKey;
  /** What became of it. */
  readonly record: RowKey;
}

/** What waits in the lanes of channels, for whoever forgets it. */
export interface WaitingMessages {
  /** Those of a lane to any of the names, as they are now. */
  readonly inLane: (
    lane: { readonly channel: string; readonly lane: number },
    names: ReadonlySet<string>,
    signal: AbortSignal,
  ) => AsyncIterable<WaitingPlace>;
  /** Decides that it is never sent. False: somebody has claimed it, or decided. */
  readonly cancel: (place: WaitingPlace, signal: AbortSignal) => Promise<boolean>;
  /** Since when somebody has been sending it, in ms since 1970; undefined where nobody is. */
  readonly sendingSince: (place: WaitingPlace, signal: AbortSignal) => Promise<number | undefined>;
  readonly remove: (place: WaitingPlace, signal: AbortSignal) => Promise<void>;
}

/** Rows of what was decided outlive all that could ask for it. */
const KEPT_SECONDS = 8 * 86_400;

export function waitingMessages(
  dynamodb: CallAws,
  TableName: string,
  now: () => number,
): WaitingMessages {
  const read = rowReader(dynamodb, TableName);

  async function isEnded({ record }: WaitingPlace, at: number, signal: AbortSignal) {
    const set = setExpression([
      setAlways(A.state, textValue('cancelled' satisfies OutgoingState)),
      setAlways(A.stateAt, timeValue(at)),
    ]);
    const input = {
      ...{ TableName, Key: keyAttributes(record), ...set },
      ConditionExpression: `attribute_exists(${A.recipient}) AND #0 = :queued AND attribute_not_exists(${A.wamid})`,
      ExpressionAttributeValues: {
        ...set.ExpressionAttributeValues,
        ':queued': textValue('queued' satisfies OutgoingState),
      },
    };
    return isTrackKey(record) && (await holds(dynamodb('UpdateItem', input, signal)));
  }

  return {
    inLane: async function* ({ channel, lane }, names, signal) {
      const { all } = tableQueries((...query) => dynamodb(...query, signal), TableName);
      const query = byKey(A.partitionKey, outboxPartition(channel, lane));
      for await (const item of all({ ...query, ConsistentRead: true })) {
        // That a campaign has messages for the lane is no message.
        if (!(A.waiting in item)) continue;
        const { id, to } = readWaiting(textOf(item, A.waiting));
        if (names.has(to.name)) yield placeOf(channel, id, item);
      }
    },
    cancel: async (place, signal) => {
      const [at, expiresAt] = [now(), Math.ceil(now() / 1000) + KEPT_SECONDS];
      const { channel, id } = place;
      // Of a campaign's message that was tried, whose row says what it counts for.
      if (await isEnded(place, at, signal)) return true;
      const put = outgoingClaim({ channel, id }, { state: 'cancelled', at, expiresAt });
      return await holds(dynamodb('PutItem', { TableName, ...put }, signal));
    },
    sendingSince: async (place, signal) => {
      const record = (await read(place.record, signal)) ?? {};
      return textIn(record, A.state) === 'sending' ? numberIn(record, A.claimedAt) : undefined;
    },
    remove: async ({ row }, signal) => {
      await dynamodb('DeleteItem', { TableName, Key: keyAttributes(row) }, signal);
    },
  };
}

function placeOf(channel: string, id: string, item: Item): WaitingPlace {
  const key = { channel, id };
  return { ...key, row: keyOf(item), content: contentKeyOf(key), record: recordKeyOf(key) };
}
