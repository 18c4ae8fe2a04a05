import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addCounts } from '../../lambda/campaigns/counts.ts';
import { countedChange, countsOfRow } from '../../lambda/campaigns/figures.ts';
import {
  figuresTable,
  type PlacedChange,
  readCampaignFigures,
} from '../../lambda/campaigns/figures-table.ts';
import { campaignFigures } from '../../lambda/campaigns/track-figures.ts';
import type { CallAws } from '../../lambda/shared/aws/json-protocol.ts';
import { AwsRequestError } from '../../lambda/shared/aws/request.ts';
import type { Item } from '../../lambda/table/stored-rows.ts';
import { anEventTable } from '../support/an-event-table.ts';
import {
  CAMPAIGN,
  campaignRow,
  pricing,
  ROW_EXPIRES_AT,
  stateOfRow,
  statusOf,
} from '../support/campaign-rows.ts';

const { signal } = new AbortController();
const emulator = await anEventTable();
const { dynamodb, tableName } = emulator;

const figures = async () => (await readCampaignFigures(dynamodb, tableName, CAMPAIGN, signal)).all;

function sentOf(row: number, sequenceNumber: string): PlacedChange {
  const after = campaignRow({ row }, stateOfRow('sent'));
  const counted = countedChange(undefined, after);
  if (counted === undefined) throw new Error('counts for nothing');
  return { ...counted, sequenceNumber };
}

describe('the figures of a track', () => {
  test('count each change once, however often and in whatever batches it is handed over', async () => {
    const { add } = figuresTable(dynamodb, tableName);
    const [one, two, three] = [sentOf(1, '99'), sentOf(2, '100'), sentOf(3, '101')];

    await add([one, two], signal);
    await add([one, two], signal);
    await add([two, three], signal);
    // Another instance, which remembers nothing.
    await figuresTable(dynamodb, tableName).add([one, two, three], signal);

    expect((await figures()).states.sent).toBe(3);
  });

  test('compare places of 40 digits', async () => {
    const { add } = figuresTable(dynamodb, tableName);
    const digits = '123456789012345678901234567890123456789';

    await add([sentOf(1, `${digits}1`)], signal);
    await add([sentOf(1, `${digits}1`), sentOf(2, `${digits}2`)], signal);

    expect((await figures()).states.sent).toBe(2);
  });

  test('take one write a batch', async () => {
    const calls: string[] = [];
    const counting: CallAws = (operation, ...rest) => {
      calls.push(operation);
      return dynamodb(operation, ...rest);
    };
    const { add } = figuresTable(counting, tableName);

    await add([sentOf(1, '1'), sentOf(2, '2')], signal);
    await add([sentOf(3, '3')], signal);

    expect(calls).toEqual(['GetItem', 'UpdateItem', 'UpdateItem']);
  });

  test('outlive the rows that they count', async () => {
    await figuresTable(dynamodb, tableName).add([sentOf(1, '1')], signal);

    const Key = { pk: { S: `campaign.${CAMPAIGN}` }, sk: { S: 'figures#0' } };
    const answer = await dynamodb('GetItem', { TableName: tableName, Key }, signal);
    expect(answer).toMatchObject({
      Item: { expiresAt: { N: String(ROW_EXPIRES_AT + 365 * 86_400) } },
    });
  });

  test('are exact where another instance wrote meanwhile, or an answer was lost', async () => {
    const [one, other] = [figuresTable(dynamodb, tableName), figuresTable(dynamodb, tableName)];
    await one.add([sentOf(1, '1')], signal);
    await other.add([sentOf(1, '1'), sentOf(2, '2')], signal);
    await one.add([sentOf(1, '1'), sentOf(2, '2'), sentOf(3, '3')], signal);
    expect((await figures()).states.sent).toBe(3);

    let isLost = true;
    const losing: CallAws = async (operation, ...rest) => {
      const answer = await dynamodb(operation, ...rest);
      if (operation !== 'UpdateItem' || !isLost) return answer;
      isLost = false;
      throw new Error('no answer');
    };
    const unlucky = figuresTable(losing, tableName);
    await expect(unlucky.add([sentOf(4, '4')], signal)).rejects.toThrow('no answer');
    await unlucky.add([sentOf(4, '4'), sentOf(5, '5')], signal);
    expect((await figures()).states.sent).toBe(5);
  });
});

/** What may happen to a row, in any order. */
const aStep = fc.constantFrom<Item>(
  stateOfRow('sending'),
  stateOfRow('queued'),
  stateOfRow('uncertain'),
  stateOfRow('sent'),
  stateOfRow('held'),
  stateOfRow('failed', { errorClass: { S: 'recipient' }, errorCode: { S: '131026' } }),
  stateOfRow('cancelled'),
  statusOf('sent', pricing()),
  statusOf('delivered', pricing({ category: 'utility' })),
  statusOf('read'),
  statusOf('failed', { errors: [{ code: 131_049 }] }),
  { repliedAt: { N: '1' } },
);

interface Happening {
  readonly row: number;
  readonly track: number;
  readonly change: Item;
}

const aHappening: fc.Arbitrary<Happening> = fc.record({
  row: fc.integer({ min: 1, max: 4 }),
  track: fc.integer({ min: 0, max: 1 }),
  change: aStep,
});

test('figures are what a recount finds, in any batches, handed over again at any place', async () => {
  const handedOver = fc.array(fc.record({ size: fc.integer({ min: 1, max: 9 }), back: fc.nat(9) }));
  await fc.assert(
    fc.asyncProperty(
      fc.array(aHappening, { minLength: 1, maxLength: 40 }),
      handedOver,
      async (happenings, batches) => {
        await emulator.clear();
        const { rows, changes } = follow(happenings);
        const table = figuresTable(dynamodb, tableName);
        let from = 0;
        for (const { size, back } of [...batches, { size: changes.length, back: 0 }]) {
          from = Math.max(from - back, 0);
          const batch = changes.slice(from, from + size);
          for (const track of Map.groupBy(batch, (one) => one.part).values()) {
            await table.add(track, signal);
          }
          from += batch.length;
        }
        await table.add(
          changes.slice(from).filter(({ part }) => part === '0'),
          signal,
        );
        await table.add(
          changes.slice(from).filter(({ part }) => part === '1'),
          signal,
        );

        const recount = campaignFigures(addCounts(rows.map(countsOfRow)));
        expect(withoutOrder(await figures())).toEqual(withoutOrder(recount));
      },
    ),
    { numRuns: 60 },
  );
});

function follow(happenings: readonly Happening[]) {
  const rows = new Map<string, Item>();
  const changes: PlacedChange[] = [];
  for (const [at, { row, track, change }] of happenings.entries()) {
    const key = `${track}.${row}`;
    const before = rows.get(key);
    const after = { ...(before ?? campaignRow({ row, track, variant: row % 2 })), ...change };
    rows.set(key, after);
    const counted = countedChange(before, after);
    if (counted !== undefined) changes.push({ ...counted, sequenceNumber: String(at + 7) });
  }
  return { rows: [...rows.values()], changes };
}

function withoutOrder({ failures, cost, byVariant, ...rest }: ReturnType<typeof campaignFigures>) {
  const sorted = <T>(list: readonly T[]) => list.map((one) => JSON.stringify(one)).toSorted();
  const nothing = ({ states, replied }: (typeof byVariant)[number]) =>
    replied === 0 && Object.values(states).every((count) => count === 0);
  return {
    ...rest,
    failures: sorted(failures),
    cost: sorted(cost),
    byVariant: sorted(byVariant.filter((one) => !nothing(one))),
  };
}

describe('figures that cannot be added to', () => {
  test('are left alone where there is nothing to add', async () => {
    await figuresTable(dynamodb, tableName).add([], signal);

    expect(emulator.operations).toEqual([]);
  });

  test('are told where others write them all the time, so that they are counted later', async () => {
    let writes = 0;
    const contended: CallAws = async (operation, ...rest) => {
      if (operation !== 'UpdateItem') return await dynamodb(operation, ...rest);
      writes += 1;
      throw new AwsRequestError('DynamoDB', 'ConditionalCheckFailedException');
    };

    await expect(figuresTable(contended, tableName).add([sentOf(1, '1')], signal)).rejects.toThrow(
      'written by others all the time',
    );
    expect(writes).toBe(5);
  });

  test('are none of a row that a later release left without any', async () => {
    const Item = { pk: { S: `campaign.${CAMPAIGN}` }, sk: { S: 'figures#0' } };
    await dynamodb('PutItem', { TableName: tableName, Item }, signal);

    expect((await figures()).states.sent).toBe(0);
  });
});
