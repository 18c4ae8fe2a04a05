import { describe, expect, test } from 'vitest';
import type { AwsCall } from '../../bench/aws-stub.ts';
import { changesOf, makeWrites, unitsOf, unitsPerEvent } from '../../bench/table-writes.ts';

const Key = { pk: { S: 'person' }, sk: { S: 'message' } };

function call(action: string, input: object): AwsCall {
  const body = JSON.stringify({ TableName: 'another', ...input });
  return { action, body, bytes: body.length };
}

const renewal = call('UpdateItem', {
  Key,
  UpdateExpression: 'SET #a = :a',
  ExpressionAttributeNames: { '#a': 'note' },
  ExpressionAttributeValues: { ':a': { S: 'x' } },
});

describe('reads that are made once more', () => {
  const stored = [{ ...Key, note: { S: 'x'.repeat(5000) } }];
  const get = { Key };
  const query = {
    KeyConditionExpression: 'pk = :key',
    ExpressionAttributeValues: { ':key': Key.pk },
  };

  test('are billed by what they find, and by whether they are consistent', async () => {
    const readUnits = async (input: CallInput) =>
      (await makeWrites([call(...input)], stored)).readUnits;
    type CallInput = readonly [string, object];

    expect(await readUnits(['GetItem', { ...get, ConsistentRead: true }])).toBe(2);
    expect(await readUnits(['Query', { ...query, ConsistentRead: true }])).toBe(2);
    expect(await readUnits(['Query', query])).toBe(1);
  });
});

describe('writes that are made once more', () => {
  test('are changes in their order, without those that change nothing', async () => {
    const put = call('PutItem', { Item: { ...Key, note: { S: 'y' } } });
    const { writes } = await makeWrites([put, renewal, renewal]);

    expect(changesOf(writes).map(({ eventName }) => eventName)).toEqual(['INSERT', 'MODIFY']);
  });

  test('are billed also where they change nothing', async () => {
    const { writes } = await makeWrites([renewal, renewal]);

    expect(unitsOf(writes)).toBe(2);
  });

  test('are told apart by what they write', async () => {
    const item = { pk: { S: 'person' }, sk: { S: 'message.1' }, payload: { S: 'x'.repeat(1500) } };
    const written = await makeWrites([call('PutItem', { Item: item }), renewal]);

    expect(unitsPerEvent(written, 2)).toMatchObject({ messageUnits: 1, statusUnits: 0.5 });
  });
});
