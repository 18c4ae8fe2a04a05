import type { PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { holds } from '../shared/aws/condition.ts';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { memberOf } from '../shared/json/json-source.ts';
import { UnreadableRow } from '../shared/unreadable-row.ts';
import { configUpdate } from '../table/config-update.ts';
import { ATTRIBUTES as A, CAMPAIGNS_PARTITION } from '../table/keys.ts';
import { byKey, tableQueries } from '../table/query-table.ts';
import { type Item, numberOf, textOf, toItem } from '../table/stored-rows.ts';
import { numberValue, textValue } from '../table/update-expression.ts';
import { rowKey, type Update } from '../table/writes.ts';
import type { Campaign } from './campaign.ts';
import { readCampaign, writeCampaign } from './campaign-json.ts';

export interface StoredCampaign {
  readonly campaign: Campaign;
  /** Raised by each change, and the condition of the next. */
  readonly revision: number;
}

interface ListedCampaigns {
  /** The newest first. */
  readonly campaigns: readonly StoredCampaign[];
  /** Ids of those that cannot be read. */
  readonly unreadable: readonly string[];
}

/** Campaigns as they are now. */
export interface CampaignTable {
  /** Rejects with `UnreadableRow` where it cannot be read. */
  readonly get: (id: string, signal: AbortSignal) => Promise<StoredCampaign | undefined>;
  readonly list: (signal: AbortSignal) => Promise<ListedCampaigns>;
  /** False where another of that id is there. */
  readonly add: (campaign: Campaign, signal: AbortSignal) => Promise<boolean>;
  /** False where it was changed since `before` was read, and nothing was written. */
  readonly update: (
    before: StoredCampaign,
    campaign: Campaign,
    signal: AbortSignal,
  ) => Promise<boolean>;
}

export function campaignTable(dynamodb: CallAws, TableName: string): CampaignTable {
  const get: CampaignTable['get'] = async (id, signal) => {
    const input = { TableName, Key: keyOf(id), ConsistentRead: true };
    const item = memberOf(await dynamodb('GetItem', input, signal), 'Item');
    return item === undefined ? undefined : toStored(toItem(item));
  };

  /** A try whose answer was lost has met the condition itself. */
  async function isWritten(write: Promise<unknown>, campaign: Campaign, signal: AbortSignal) {
    if (await holds(write)) return true;
    const stored = await get(campaign.id, signal);
    return stored !== undefined && writeCampaign(stored.campaign) === writeCampaign(campaign);
  }

  return {
    get,
    list: async (signal) => {
      const { all } = tableQueries((...query) => dynamodb(...query, signal), TableName);
      const query = { ...byKey(A.partitionKey, CAMPAIGNS_PARTITION), ConsistentRead: true };
      const campaigns: StoredCampaign[] = [];
      const unreadable: string[] = [];
      for await (const row of all(query)) {
        try {
          campaigns.push(toStored(row));
        } catch {
          unreadable.push(textOf(row, A.sortKey));
        }
      }
      campaigns.sort((one, other) => other.campaign.createdAt - one.campaign.createdAt);
      return { campaigns, unreadable };
    },
    add: async (campaign, signal) => {
      const input: PutItemCommandInput = {
        TableName,
        Item: {
          ...keyOf(campaign.id),
          [A.config]: textValue(writeCampaign(campaign)),
          [A.revision]: numberValue(1),
          [A.expiresAt]: expiryOf(campaign),
        },
        ConditionExpression: `attribute_not_exists(${A.partitionKey})`,
      };
      return await isWritten(dynamodb('PutItem', input, signal), campaign, signal);
    },
    update: async ({ revision }, campaign, signal) => {
      const input = { TableName, ...replacement(campaign, revision) };
      return await isWritten(dynamodb('UpdateItem', input, signal), campaign, signal);
    },
  };
}

/**
 * It waits for its start, and goes on for as long as its steps and the portfolio take. It says nothing of anybody, and
 * its figures are kept for a year.
 */
const LIVES_SECONDS = 400 * 86_400;

function expiryOf({ updatedAt }: Campaign) {
  return numberValue(Math.ceil(updatedAt / 1000) + LIVES_SECONDS);
}

/** Each change has it live anew. */
function replacement(campaign: Campaign, revision: number): Update {
  const replaced = configUpdate(keyOf(campaign.id), writeCampaign(campaign), revision);
  return {
    ...replaced,
    UpdateExpression: `${replaced.UpdateExpression}, ${A.expiresAt} = :expiresAt`,
    ExpressionAttributeValues: {
      ...replaced.ExpressionAttributeValues,
      ':expiresAt': expiryOf(campaign),
    },
  };
}

function keyOf(id: string) {
  return rowKey(CAMPAIGNS_PARTITION, id);
}

function toStored(row: Item): StoredCampaign {
  const id = textOf(row, A.sortKey);
  try {
    return { campaign: readCampaign(textOf(row, A.config)), revision: numberOf(row, A.revision) };
  } catch (cause) {
    throw new UnreadableRow('campaign', id, { cause });
  }
}
