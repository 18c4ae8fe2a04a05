import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { type UntoldStatuses, unmarkedIn } from '../../changes/untold-statuses.ts';
import { messageGroup, statusGroup } from '../../events/event.ts';
import { holds } from '../../shared/aws/condition.ts';
import type { CallAws } from '../../shared/aws/json-protocol.ts';
import { memberOf } from '../../shared/json/json-source.ts';
import {
  ATTRIBUTES as A,
  MESSAGE_SORT_KEY,
  OUTGOING_SORT_KEY,
  outgoingPartition,
} from '../../table/keys.ts';
import { keptStatus } from '../../table/status-updates.ts';
import { type Item, textIn, toItem } from '../../table/stored-rows.ts';
import { setExpression, setKnown } from '../../table/update-expression.ts';
import { rowKey } from '../../table/writes.ts';

/** Tells statuses to the row of our message, where they are of one. May be repeated. */
export type TellStatuses = (untold: UntoldStatuses, signal: AbortSignal) => Promise<void>;

export function outgoingStatuses(dynamodb: CallAws, TableName: string): TellStatuses {
  async function rowAt(pk: string, sk: string, signal: AbortSignal): Promise<Item | undefined> {
    const input = { TableName, Key: rowKey(pk, sk), ConsistentRead: true };
    const found = memberOf(await dynamodb('GetItem', input, signal), 'Item');
    return found === undefined ? undefined : toItem(found);
  }

  async function pointedAt(channel: string, wamid: string, signal: AbortSignal) {
    const pointer = await rowAt(messageGroup(channel, wamid), OUTGOING_SORT_KEY, signal);
    return pointer && textIn(pointer, A.outgoingId);
  }

  async function statusesAt(channel: string, wamid: string, signal: AbortSignal) {
    const row = await rowAt(statusGroup(channel, wamid), MESSAGE_SORT_KEY, signal);
    return row === undefined ? [] : unmarkedIn(row);
  }

  return async ({ channel, wamid, ...known }, signal) => {
    const id = known.id ?? (await pointedAt(channel, wamid, signal));
    if (id === undefined) return;
    const statuses = known.statuses ?? (await statusesAt(channel, wamid, signal));
    if (statuses.length === 0) return;
    const input: UpdateItemCommandInput = {
      ...{ TableName, Key: rowKey(outgoingPartition(channel, id), MESSAGE_SORT_KEY) },
      ...setExpression([...setKnown({ [A.wamid]: wamid }), ...statuses.flatMap(keptStatus)]),
      ConditionExpression: `attribute_exists(${A.partitionKey}) AND attribute_not_exists(${A.forgottenAt})`,
    };
    await holds(dynamodb('UpdateItem', input, signal));
  };
}
