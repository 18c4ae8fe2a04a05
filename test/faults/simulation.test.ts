import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkSchedules } from './check-schedules.ts';
import { type ColdStart, loadRealm } from './realm.ts';
import { SimulatedTable } from './table.ts';
import { VirtualTime } from './virtual-time.ts';
import { AFTER_TABLE, SENDING, STEADY, WEEKS, type World } from './worlds.ts';

let coldStart: ColdStart;

beforeAll(async () => {
  coldStart = await loadRealm(WEEKS.functions, WEEKS.releases);
});

/** What two runs through each of a few schedules do, line by line. */
async function tracesOf<Schedule>(world: World<Schedule>, start: ColdStart) {
  const traces: string[][][] = [];
  for (const schedule of fc.sample(world.schedules, { seed: 1, numRuns: 3 })) {
    const both: string[][] = [[], []];
    for (const trace of both) {
      await world.simulate(schedule, { coldStart: start, trace: (line) => trace.push(line) });
    }
    traces.push(both);
  }
  return traces;
}

describe('the simulation', () => {
  test('makes the same of the same schedule, step by step', { timeout: 120_000 }, async () => {
    const realm = await loadRealm(AFTER_TABLE.functions, AFTER_TABLE.releases);
    const traces = [
      await tracesOf(WEEKS, coldStart),
      await tracesOf(AFTER_TABLE, realm),
      await tracesOf(STEADY, realm),
      await tracesOf(SENDING, await loadRealm(SENDING.functions, SENDING.releases)),
    ];

    for (const [one, other] of traces.flat()) expect(other).toEqual(one);
  });

  test('gives the schedule that broke a promise, smaller, and where to find it again', async () => {
    const events: number[] = [];
    const losesAll: ColdStart = (name, release) =>
      name === 'ingest' ? async () => ({ statusCode: 200 }) : coldStart(name, release);
    const failing = { world: WEEKS, coldStart: losesAll, runs: 20, seed: 1 };

    const failure = await checkSchedules({
      ...failing,
      onWeek: (week) => events.push(week.events),
    });

    expect(failure?.violation).toMatch(/^(1: .* was answered 200 and is nowhere|5: 200 for)/);
    expect(failure?.schedule.updates.length).toBeLessThan(3);
    const { path = '' } = failure ?? {};
    const again = await checkSchedules({ ...failing, path, runs: 1, isQuick: true });
    expect(again?.violation).toBe(failure?.violation);
  });

  test('runs timers in the order of their time, and of their setting within one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(20)), async (delays) => {
        const time = new VirtualTime(0);
        const ran: number[] = [];
        for (const [index, delay] of delays.entries()) {
          time.after(delay, () => ran.push(index));
        }
        await time.run(() => false);

        const inOrder = [...delays.keys()].sort((a, b) => (delays[a] ?? 0) - (delays[b] ?? 0));
        expect(ran).toEqual(inOrder);
        expect(time.now).toBe(Math.max(0, ...delays));
      }),
    );
  });
});

describe('the simulated table', () => {
  const table = () =>
    new SimulatedTable({
      now: () => 0,
      random: () => 0,
      refuses: () => false,
      isCrowded: () => false,
      onChange: () => undefined,
    });
  const Key = { pk: { S: 'a' }, sk: { S: 'b' } };
  const names = { '#0': 'n' };
  const values = { ':0': { N: '9' } };
  const update = (UpdateExpression: string, ConditionExpression?: string, number = '9') => ({
    ...{ TableName: 'events', Key, UpdateExpression },
    ...(ConditionExpression !== undefined && { ConditionExpression }),
    ...{ ExpressionAttributeNames: names, ExpressionAttributeValues: { ':0': { N: number } } },
  });

  test('throws on what it does not know', () => {
    const Item = Key;
    const put = { TableName: 'events', Item };

    expect(() => table().updateItem(update('DELETE #0 :0'))).toThrow('does not know');
    expect(() => table().updateItem(update('SET #0 = #0 - :0'))).toThrow('does not know');
    expect(() => table().updateItem(update('SET #0 = :0', 'size(#0) > :0'))).toThrow();
    expect(() => table().putItem({ ...put, ReturnValues: 'ALL_OLD' })).toThrow('ReturnValues');
  });

  test('keeps the first, replaces, and compares numbers as numbers', () => {
    const rows = table();
    const numberNow = () => rows.rows.get('a\nb')?.['n'];

    rows.updateItem(update('SET #0 = if_not_exists(#0, :0)'));
    rows.updateItem(update('SET #0 = if_not_exists(#0, :0)', undefined, '10'));
    expect(numberNow()).toEqual(values[':0']);
    expect(rows.updateItem(update('SET #0 = :0', '#0 > :0', '10')).body).toContain('Conditional');
    rows.updateItem(update('SET #0 = :0', 'attribute_not_exists(#0) OR #0 <= :0', '10'));
    expect(numberNow()).toEqual({ N: '10' });
  });

  test('takes a put on condition once', () => {
    const rows = table();
    const put = {
      ...{ TableName: 'events', Item: Key },
      ConditionExpression: 'attribute_not_exists(pk)',
    };

    expect(rows.putItem(put).statusCode).toBe(200);
    expect(rows.putItem(put).body).toContain('ConditionalCheckFailedException');
  });

  test('gives a batch in part, and of its index keys alone, a little late', () => {
    const crowded = [true, false, false];
    let now = 2000;
    const rows = new SimulatedTable({
      ...{ now: () => now, random: () => 0.5, refuses: () => false, onChange: () => undefined },
      isCrowded: () => crowded.shift() ?? false,
    });
    const keys = ['b', 'c'].map((sk) => ({ pk: { S: 'a' }, sk: { S: sk } }));
    for (const [index, key] of keys.entries()) {
      const place = { timelinePk: { S: 'p' }, timelineAt: { S: String(index) }, n: { N: '1' } };
      rows.putItem({ TableName: 'events', Item: { ...key, ...place } });
    }
    const RequestItems = { events: { Keys: keys, ConsistentRead: true } };
    const input = {
      ...{ TableName: 'events', IndexName: 'timeline', ScanIndexForward: false, Limit: 1 },
      ...{ KeyConditionExpression: '#0 = :0', ExpressionAttributeNames: { '#0': 'timelinePk' } },
      ExpressionAttributeValues: { ':0': { S: 'p' } },
    };
    const answerTo = (operation: string, request: object) =>
      JSON.parse(String(rows.act(operation, request).body));

    const part = answerTo('BatchGetItem', { RequestItems });
    expect(part.Responses.events).toHaveLength(1);
    expect(part.UnprocessedKeys.events.Keys).toEqual([keys[1]]);
    expect(answerTo('BatchGetItem', { RequestItems }).Responses.events).toHaveLength(2);
    expect(answerTo('Query', input).Items).toEqual([]);
    now += 1000;
    const entry = { ...keys[1], timelinePk: { S: 'p' }, timelineAt: { S: '1' } };
    expect(answerTo('Query', input)).toEqual({ Items: [entry], LastEvaluatedKey: entry });
  });
});
