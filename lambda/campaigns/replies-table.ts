import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { statusGroup } from '../events/event.ts';
import { holds } from '../shared/aws/condition.ts';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { batchGet } from '../table/batch-table.ts';
import { ATTRIBUTES as A, MESSAGE_SORT_KEY } from '../table/keys.ts';
import { pointerKeyOf, recordKeyOf } from '../table/outgoing-keys.ts';
import { markIn } from '../table/status-updates.ts';
import { type Item, statusesOf, textIn } from '../table/stored-rows.ts';
import { timeValue } from '../table/update-expression.ts';
import { keyAttributes } from '../table/writes.ts';

/** Which of our messages contacts answer. */
export interface Replies {
  /** Our id of a message, by whichever of its wamids. */
  readonly idOf: (
    channel: string,
    wamid: string,
    signal: AbortSignal,
  ) => Promise<string | undefined>;
  /** Keeps with a message when its recipient answered it first. */
  readonly keep: (
    key: { readonly channel: string; readonly id: string },
    at: number,
    signal: AbortSignal,
  ) => Promise<void>;
}

export function replyTable(dynamodb: CallAws, TableName: string): Replies {
  return {
    idOf: async (channel, wamid, signal) => {
      // Meta names a message by another wamid in a reply; its statuses lie under one key, and have our mark.
      const statuses = { pk: statusGroup(channel, wamid), sk: MESSAGE_SORT_KEY };
      const keys = [statuses, pointerKeyOf(channel, wamid)];
      const read = (operation: string, input: object) => dynamodb(operation, input, signal);
      const rows = await batchGet(read, TableName, keys);
      return rows.map((row) => textIn(row, A.outgoingId) ?? markedIn(row)).find((id) => id);
    },
    keep: async (key, at, signal) => {
      const input: UpdateItemCommandInput = {
        ...{ TableName, Key: keyAttributes(recordKeyOf(key)) },
        UpdateExpression: `SET ${A.repliedAt} = :at`,
        ConditionExpression: `attribute_exists(${A.partitionKey}) AND attribute_not_exists(${A.forgottenAt}) AND attribute_not_exists(${A.repliedAt})`,
        ExpressionAttributeValues: { ':at': timeValue(at) },
      };
      await holds(dynamodb('UpdateItem', input, signal));
    },
  };
}

function markedIn(row: Item): string | undefined {
  return statusesOf(row)
    .map(({ detail = '' }) => markIn(detail)?.id)
    .find((id) => id !== undefined);
}
