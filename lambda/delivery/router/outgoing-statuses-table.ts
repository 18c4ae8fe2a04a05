import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { type UntoldStatuses, unmarkedIn } from '../../changes/untold-statuses.ts';
import { statusGroup } from '../../events/event.ts';
import { holds } from '../../shared/aws/condition.ts';
import type { CallAws } from '../../shared/aws/json-protocol.ts';
import { ATTRIBUTES as A, MESSAGE_SORT_KEY } from '../../table/keys.ts';
import { pointerKeyOf, recordKeyOf } from '../../table/outgoing-keys.ts';
import { rowReader } from '../../table/row-reader.ts';
import { offerCondition, toldStatuses } from '../../table/status-updates.ts';
import { textIn } from '../../table/stored-rows.ts';
import { setExpression, setKnown } from '../../table/update-expression.ts';
import { keyAttributes } from '../../table/writes.ts';

/** Tells statuses to the row of our message, where they are of one. May be repeated. */
export type TellStatuses = (untold: UntoldStatuses, signal: AbortSignal) => Promise<void>;

export function outgoingStatuses(dynamodb: CallAws, TableName: string): TellStatuses {
  const read = rowReader(dynamodb, TableName);

  async function pointedAt(channel: string, wamid: string, signal: AbortSignal) {
    const pointer = await read(pointerKeyOf(channel, wamid), signal);
    return pointer && textIn(pointer, A.outgoingId);
  }

  async function statusesAt(channel: string, wamid: string, signal: AbortSignal) {
    const key = { pk: statusGroup(channel, wamid), sk: MESSAGE_SORT_KEY };
    const row = await read(key, signal);
    return row === undefined ? [] : unmarkedIn(row);
  }

  return async ({ channel, wamid, ...known }, signal) => {
    const id = known.id ?? (await pointedAt(channel, wamid, signal));
    if (id === undefined) return;
    const statuses = known.statuses ?? (await statusesAt(channel, wamid, signal));
    if (statuses.length === 0) return;
    const set = setExpression([...setKnown({ [A.wamid]: wamid }), ...toldStatuses(statuses)]);
    const { isOfThisOffer, value } = offerCondition(channel, wamid);
    const input: UpdateItemCommandInput = {
      ...{ TableName, Key: keyAttributes(recordKeyOf({ channel, id })) },
      ...set,
      ConditionExpression: `attribute_exists(${A.partitionKey}) AND attribute_not_exists(${A.forgottenAt}) AND ${isOfThisOffer}`,
      ExpressionAttributeValues: { ...set.ExpressionAttributeValues, ...value },
    };
    await holds(dynamodb('UpdateItem', input, signal));
  };
}
