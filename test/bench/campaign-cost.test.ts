import { describe, expect, test } from 'vitest';
import { campaignParts, type SliceUse, useOf } from '../../bench/campaign-cost.ts';
import { partBytes } from '../../bench/campaign-slice.ts';
import { PRICES } from '../../bin/floodgate/prices.ts';
import { readPartLine } from '../../lambda/campaigns/part.ts';

const slice: SliceUse = {
  ...{ recipients: 1000, calls: 300, writeUnits: 50, readUnits: 600, objectReads: 2 },
  ...{ bytesOut: 1_000_000, logBytes: 0, writes: [] },
};
const sender = { memoryMegabytes: 512, cpuMs: 0, waitMs: 20_000 };
const counting = {
  router: { memoryMegabytes: 512, cpuMs: 1, waitMs: 10 },
  ...{ batches: 80, units: 160, readUnits: 2, logBytes: 0 },
};

function call(action: string, input: object) {
  return { action, body: JSON.stringify(input), bytes: 1 };
}

function put(pk: string, sk: string) {
  return call('PutItem', { TableName: 'events', Item: { pk: { S: pk }, sk: { S: sk } } });
}

describe('what a campaign costs', () => {
  test('is for each recipient a share of its slice', () => {
    const [one, twice] = [
      campaignParts(slice, sender, counting),
      campaignParts({ ...slice, recipients: 2000 }, sender, counting),
    ];

    expect(one['DynamoDB: cursors']).toBeCloseTo(0.05 * 0.625);
    expect(one['sender: GB-seconds']).toBeCloseTo(1000 * 20 * 0.5 * PRICES.lambdaGbSecond.dollars);
    expect(one['DynamoDB: figures']).toBeCloseTo(0.16 * 0.625 + 0.002 * 0.125);
    expect(Object.values(twice)).toEqual(Object.values(one).map((dollars) => dollars / 2));
  });

  test('what a recipient takes stands beside what its lane takes', async () => {
    const calls = [
      put('outgoing.cmp_a.0', 'message#1'),
      put('message.w', 'outgoing'),
      call('UpdateItem', {
        ...{ TableName: 'events', Key: { pk: { S: 'outgoing.cmp_a.0' }, sk: { S: 'message#1' } } },
        ...{ UpdateExpression: 'SET a = :a', ExpressionAttributeValues: { ':a': { S: 'sent' } } },
      }),
      put('campaign.cmp_a', 'cursor#0'),
      call('BatchGetItem', {
        RequestItems: { events: { Keys: [{ pk: { S: 'p' }, sk: { S: 's' } }] } },
      }),
      { action: 'GET', body: '', bytes: 0 },
    ];
    const rest = { stored: [], logLines: [], bytesOut: 7, first: 0, at: 0, ms: 0 };

    const use = await useOf({ calls, ...rest });

    expect(use).toMatchObject({ recipients: 1, calls: 3, writeUnits: 1, readUnits: 0.5 });
    expect(use).toMatchObject({ objectReads: 1, bytesOut: 7 });
  });

  test('any range of the part is what a whole one has there', () => {
    const whole = partBytes(10, 0, 10_000);

    expect(partBytes(10, 150, 900)).toBe(whole.slice(150, 1050));
    expect(partBytes(10, 3900, 900)).toBe(whole.slice(3900));
    const lines = whole.trimEnd().split('\n');
    expect(lines.map((line) => readPartLine(line)?.row)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});
