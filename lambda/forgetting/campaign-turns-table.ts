import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { writeCounts } from '../campaigns/counts.ts';
import type { PartLine } from '../campaigns/part.ts';
import { campaignMessageId } from '../events/outgoing-id.ts';
import { holds } from '../shared/aws/condition.ts';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { ATTRIBUTES as A, timeKey } from '../table/keys.ts';
import { recordKeyOf } from '../table/outgoing-keys.ts';
import type { OutgoingState } from '../table/outgoing-message.ts';
import { rowReader } from '../table/row-reader.ts';
import { numberIn, textIn } from '../table/stored-rows.ts';
import { numberValue, setExpression, setOnce, textValue } from '../table/update-expression.ts';
import { keyAttributes } from '../table/writes.ts';

/** Whose turn it is in a campaign. */
export interface CampaignTurn {
  readonly campaign: string;
  readonly channel: string;
  readonly track: number;
  readonly line: Pick<PartLine, 'row' | 'variant' | 'step'>;
}

/** The turns of people in campaigns, for whoever forgets them. */
export interface CampaignTurns {
  /**
   * Takes somebody's turn from them, before it came: no lane can send to them any more. False where it has
   * come, or was taken.
   */
  readonly take: (turn: CampaignTurn, signal: AbortSignal) => Promise<boolean>;
  /**
   * Closes the row of somebody who may be offered it again: no lane can claim it any more. Where they are being
   * sent to it is left.
   */
  readonly close: (turn: CampaignTurn, signal: AbortSignal) => Promise<void>;
  /** Since when somebody has been sending to them, in ms since 1970; undefined where nobody is. */
  readonly sendingSince: (turn: CampaignTurn, signal: AbortSignal) => Promise<number | undefined>;
}

/** Longer than the campaign's files live. */
const KEPT_SECONDS = 400 * 86_400;

export function campaignTurns(
  dynamodb: CallAws,
  TableName: string,
  now: () => number,
): CampaignTurns {
  const read = rowReader(dynamodb, TableName);
  return {
    take: async (turn, signal) => {
      const { variant, step = 0 } = turn.line;
      const counts = { [`state.${variant}.${step}.cancelled`]: 1 };
      const input = {
        TableName,
        // As a row that was emptied: who they were is nowhere in it.
        Item: {
          ...keyAttributes(keyOf(turn)),
          [A.forgottenAt]: textValue(timeKey(now())),
          [A.counted]: textValue(writeCounts(counts)),
          [A.expiresAt]: numberValue(Math.ceil(now() / 1000) + KEPT_SECONDS),
        },
        ConditionExpression: `attribute_not_exists(${A.partitionKey})`,
      };
      return await holds(dynamodb('PutItem', input, signal));
    },
    close: async (turn, signal) => {
      const set = setExpression([setOnce(A.forgottenAt, textValue(timeKey(now())))]);
      const input: UpdateItemCommandInput = {
        ...{ TableName, Key: keyAttributes(keyOf(turn)), ...set },
        ConditionExpression: `attribute_exists(${A.recipient}) AND NOT #state = :sending`,
        ExpressionAttributeNames: { ...set.ExpressionAttributeNames, '#state': A.state },
        ExpressionAttributeValues: {
          ...set.ExpressionAttributeValues,
          ':sending': textValue('sending' satisfies OutgoingState),
        },
      };
      await holds(dynamodb('UpdateItem', input, signal));
    },
    sendingSince: async (turn, signal) => {
      const row = (await read(keyOf(turn), signal)) ?? {};
      return textIn(row, A.state) === 'sending' ? numberIn(row, A.claimedAt) : undefined;
    },
  };
}

function keyOf({ campaign, channel, track, line: { row, step = 0 } }: CampaignTurn) {
  return recordKeyOf({ channel, id: campaignMessageId({ campaign, track, row, step }) });
}
