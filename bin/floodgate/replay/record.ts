import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type {
  GetItemCommandInput,
  PutItemCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { CHATS } from '../../../lambda/events/chat.ts';
import { EVENT_KINDS } from '../../../lambda/events/event.ts';
import { holds } from '../../../lambda/shared/aws/condition.ts';
import type { CallAws } from '../../../lambda/shared/aws/json-protocol.ts';
import { memberOf } from '../../../lambda/shared/json/json-source.ts';
import { RECORDS_PARTITION, timeKey } from '../../../lambda/table/keys.ts';
import { numberOf, textOf, toItem } from '../../../lambda/table/stored-rows.ts';
import { numberValue, textValue } from '../../../lambda/table/update-expression.ts';
import { rowKey } from '../../../lambda/table/writes.ts';
import { unavailable } from '../stack/deployed-stack.ts';
import { UnavailableError, UsageError } from '../terminal/command.ts';
import type { ReplayOrder } from './options.ts';
import type { ReplayProgress } from './send-replay.ts';

const texts = z.exactOptional(z.array(z.string()));

/** What was ordered and decided; neither contact nor address, which are nobody's to keep. */
const orderSchema = z.strictObject({
  ...{ from: z.number(), to: z.number() },
  filter: z.object({
    ...{ channels: texts, types: texts, statuses: texts },
    kinds: z.exactOptional(z.array(z.enum(EVENT_KINDS))),
    directions: z.exactOptional(z.array(z.enum(['inbound', 'outbound']))),
    chats: z.exactOptional(z.array(z.enum(CHATS))),
  }),
  eventIds: texts,
  isOfContact: z.boolean(),
  /** Ids. */
  subscribers: z.array(z.string()),
  toHost: z.exactOptional(z.string()),
  isFromTable: z.boolean(),
  rate: z.union([z.number(), z.literal('max')]),
});
const progressSchema = z.object({ place: z.string(), events: z.number(), deliveries: z.number() });

export type ReplayState = 'running' | 'stopped' | 'done';

export interface ReplayRecord {
  readonly id: string;
  readonly order: ReplayOrder;
  readonly state: ReplayState;
  readonly progress: ReplayProgress;
  /** Raised by each change, and its condition. */
  readonly revision: number;
}

/** Keeps in the table what is replayed, by whom, why, and how far it has got. */
export interface ReplayRecords {
  readonly begin: (order: ReplayOrder, who: { by: string; why: string }) => Promise<ReplayRecord>;
  readonly find: (id: string) => Promise<ReplayRecord>;
  /** Throws where somebody else goes on with the same replay. */
  readonly keep: (
    before: ReplayRecord,
    progress: ReplayProgress,
    state: ReplayState,
  ) => Promise<ReplayRecord>;
}

const START: ReplayProgress = { place: '', events: 0, deliveries: 0 };

export function replayRecords(dynamodb: CallAws, TableName: string): ReplayRecords {
  const explain = unavailable(`the replay cannot be recorded in ${TableName}`);
  const call: CallAws = (...request) => dynamodb(...request).catch(explain);
  const soon = () => AbortSignal.timeout(30_000);

  async function find(id: string): Promise<ReplayRecord> {
    const input: GetItemCommandInput = { TableName, Key: keyOf(id), ConsistentRead: true };
    const item = memberOf(await call('GetItem', input, soon()), 'Item');
    if (item === undefined) throw new UsageError(`there is no replay ${id} on record`);
    return toRecord(id, item);
  }

  return {
    begin: async (order, { by, why }) => {
      const id = `${timeKey(Date.now())}-${randomBytes(4).toString('hex')}`;
      const record: ReplayRecord = { id, order, state: 'running', progress: START, revision: 1 };
      const input: PutItemCommandInput = {
        TableName,
        Item: {
          ...keyOf(id),
          doneAt: textValue(new Date().toISOString()),
          ...{ action: textValue('replay'), by: textValue(by), why: textValue(why) },
          details: textValue(JSON.stringify(order)),
          progress: textValue(JSON.stringify(START)),
          ...{ state: textValue('running'), revision: numberValue(1) },
        },
      };
      await call('PutItem', input, soon());
      return record;
    },
    find,
    keep: async (before, progress, state) => {
      const after = { ...before, progress, state, revision: before.revision + 1 };
      const update = dynamodb('UpdateItem', change(TableName, after), soon());
      // A try whose answer was lost has changed the revision itself.
      const isKept =
        (await holds(update).catch(explain)) || isDeepStrictEqual(await find(before.id), after);
      if (isKept) return after;
      throw new UnavailableError(`somebody else goes on with the replay ${before.id}`);
    },
  };
}

function change(
  TableName: string,
  { id, revision, progress, state }: ReplayRecord,
): UpdateItemCommandInput {
  return {
    ...{ TableName, Key: keyOf(id) },
    UpdateExpression:
      'SET #progress = :progress, #state = :state, #updated = :now, #revision = :next',
    ConditionExpression: '#revision = :before',
    ExpressionAttributeNames: {
      ...{ '#progress': 'progress', '#state': 'state' },
      ...{ '#updated': 'updatedAt', '#revision': 'revision' },
    },
    ExpressionAttributeValues: {
      ':progress': textValue(JSON.stringify(progress)),
      ':state': textValue(state),
      ':now': textValue(new Date().toISOString()),
      ':before': numberValue(revision - 1),
      ':next': numberValue(revision),
    },
  };
}

function toRecord(id: string, item: unknown): ReplayRecord {
  const row = toItem(item);
  const order = orderSchema.safeParse(JSON.parse(textOf(row, 'details')));
  const progress = progressSchema.safeParse(JSON.parse(textOf(row, 'progress')));
  const state = textOf(row, 'state');
  if (!order.success || !progress.success) {
    throw new UnavailableError(`the record of ${id} is of another release`);
  }
  return {
    ...{ id, order: order.data, progress: progress.data, revision: numberOf(row, 'revision') },
    state: state === 'done' || state === 'stopped' ? state : 'running',
  };
}

/** An id is the sort key, written so that it is one word. */
function keyOf(id: string) {
  return rowKey(RECORDS_PARTITION, id.replace('-', '#'));
}
