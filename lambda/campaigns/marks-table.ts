import type { DeleteItemCommandInput, PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { holds } from '../shared/aws/condition.ts';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { ATTRIBUTES as A, outboxPartition, outboxSortKey, timeOfKey } from '../table/keys.ts';
import { type Item, keyOf, textIn } from '../table/stored-rows.ts';
import { numberValue, textValue } from '../table/update-expression.ts';
import { rowKey } from '../table/writes.ts';
import { type CampaignMark, readMarkOf, writeMark } from './campaign-mark.ts';

interface Lane {
  readonly channel: string;
  readonly lane: number;
}

/** Marks of campaigns in lanes. All that it writes may be written again. */
export interface Marks {
  readonly put: (lane: Lane, mark: CampaignMark, signal: AbortSignal) => Promise<void>;
  /** Removes it, unless a later start has put it. */
  readonly remove: (lane: Lane, mark: CampaignMark, signal: AbortSignal) => Promise<void>;
}

export function marksTable(
  dynamodb: CallAws,
  {
    tableName: TableName,
    expiresAt,
  }: {
    readonly tableName: string;
    /** When a channel's rows of now expire, in seconds since 1970. */
    readonly expiresAt: (channel: string) => number;
  },
): Marks {
  return {
    put: async (lane, mark, signal) => {
      const input: PutItemCommandInput = {
        TableName,
        Item: {
          ...keyIn(lane, mark),
          [A.campaign]: textValue(writeMark(mark)),
          [A.expiresAt]: numberValue(expiresAt(lane.channel)),
        },
      };
      await dynamodb('PutItem', input, signal);
    },
    remove: async (lane, mark, signal) => {
      const input: DeleteItemCommandInput = {
        ...{ TableName, Key: keyIn(lane, mark) },
        ConditionExpression: `${A.campaign} = :mark`,
        ExpressionAttributeValues: { ':mark': textValue(writeMark(mark)) },
      };
      await holds(dynamodb('DeleteItem', input, signal));
    },
  };
}

function keyIn({ channel, lane }: Lane, { dueAt, id }: CampaignMark) {
  return rowKey(outboxPartition(channel, lane), outboxSortKey('campaign', dueAt, id));
}

/** Undefined for a row of a message. Throws on a mark that no release before this one wrote. */
export function markIn(item: Item): CampaignMark | undefined {
  const text = textIn(item, A.campaign);
  if (text === undefined) return undefined;
  const [, due = ''] = keyOf(item).sk.split('#');
  return { ...readMarkOf(text), dueAt: timeOfKey(due) };
}
