import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import { subscriberReader, subscriberWriter } from '../../lambda/delivery/subscriber-table.ts';
import { AwsRequestError } from '../../lambda/shared/aws/request.ts';
import { anEventTable } from '../support/an-event-table.ts';
import { aSubscriber } from '../support/subscribers.ts';

const emulator = await anEventTable();

const NONE = { subscribers: [], unreadable: [] };
const { signal } = new AbortController();
const reader = () => subscriberReader(emulator.dynamodb, emulator.tableName);
const writer = () => subscriberWriter(emulator.dynamodb, emulator.tableName);
const subscriber = aSubscriber();

async function stored(id = subscriber.id) {
  const found = await reader().get(id, signal);
  if (found === undefined) throw new Error(`no subscriber ${id}`);
  return found;
}

/** As the deliverer keeps its state. */
async function keepBeside(attribute: string, value: string) {
  await emulator.client.send(
    new UpdateItemCommand({
      TableName: emulator.tableName,
      Key: { pk: { S: 'subscribers' }, sk: { S: subscriber.id } },
      UpdateExpression: 'SET #a = :a',
      ExpressionAttributeNames: { '#a': attribute },
      ExpressionAttributeValues: { ':a': { S: value } },
    }),
  );
}

describe('subscribers', () => {
  test('are read as they were added', async () => {
    await writer().add(subscriber, 'mapping', signal);

    expect(await stored()).toMatchObject({ subscriber, revision: 1 });
    expect(await reader().get('sub_other', signal)).toBeUndefined();
  });

  test('are listed, the oldest first, over as many pages as there are', async () => {
    const name = 'n'.repeat(200_000);
    const all = [3, 1, 2, 5, 4, 6].map((n) =>
      aSubscriber({ id: `sub_${7 - n}`, name, createdAt: n }),
    );
    expect(await reader().list(signal)).toEqual(NONE);
    for (const one of all) await writer().add(one, 'mapping', signal);
    emulator.operations.length = 0;

    const { subscribers: listed } = await reader().list(signal);

    expect(listed.map((one) => one.subscriber.createdAt)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(emulator.operations).toEqual(['Query', 'Query']);
  });

  test('are no event, and do not expire', async () => {
    await writer().add(subscriber, 'mapping', signal);

    const [row] = await emulator.rows();
    expect(Object.keys(row ?? {}).toSorted()).toEqual([
      'config',
      'mappingId',
      'pk',
      'revision',
      'sk',
    ]);
  });
});

describe('a change', () => {
  beforeEach(() => writer().add(subscriber, 'mapping', signal));

  test('raises the revision, and leaves alone what the deliverer keeps', async () => {
    await keepBeside('mappingId', 'another');
    const changed = { ...subscriber, name: 'other' };

    expect(await writer().update(await stored(), changed, signal)).toBe(true);
    expect(await stored()).toMatchObject({
      subscriber: changed,
      revision: 2,
      row: { mappingId: { S: 'another' } },
    });
  });

  test('is refused where somebody else was first', async () => {
    const before = await stored();
    expect(await writer().update(before, { ...subscriber, name: 'first' }, signal)).toBe(true);
    expect(await writer().update(before, { ...subscriber, name: 'second' }, signal)).toBe(false);
    expect(await stored()).toMatchObject({ subscriber: { name: 'first' }, revision: 2 });
  });

  test('is refused where the subscriber is gone, and does not bring it back', async () => {
    const before = await stored();
    await writer().remove(subscriber.id, signal);

    expect(await writer().update(before, { ...subscriber, name: 'back' }, signal)).toBe(false);
    expect(await reader().get(subscriber.id, signal)).toBeUndefined();
  });

  test('is known for done where its answer was lost', async () => {
    const changed = { ...subscriber, name: 'other' };
    const before = await stored();
    await writer().update(before, changed, signal);

    expect(await writer().update(before, changed, signal)).toBe(true);
    expect(await stored()).toMatchObject({ revision: 2 });
  });

  test('rejects where the table cannot take it', async () => {
    const away = new AwsRequestError('dynamodb', 'ECONNREFUSED', { isTransient: true });
    const { update } = subscriberWriter(() => Promise.reject(away), emulator.tableName);

    await expect(update(await stored(), subscriber, signal)).rejects.toBe(away);
  });
});

test('a removal resolves with what there was to remove, also where that cannot be read', async () => {
  await writer().add(subscriber, 'mapping', signal);
  const row = expect.objectContaining({ mappingId: { S: 'mapping' } });

  expect(await writer().remove(subscriber.id, signal)).toMatchObject({ subscriber, row });
  expect(await writer().remove(subscriber.id, signal)).toBeUndefined();
  expect(await reader().list(signal)).toEqual(NONE);

  await writer().add(subscriber, 'mapping', signal);
  await keepBeside('config', '{"v":1}');
  const { id } = subscriber;
  expect(await writer().remove(id, signal)).toEqual({ id, subscriber: undefined, row });
});

describe('one that this release cannot read', () => {
  const other = aSubscriber({ id: 'sub_other' });

  beforeEach(async () => {
    await writer().add(subscriber, 'mapping', signal);
    await writer().add(other, 'mapping', signal);
    await keepBeside('config', '{"v":2}');
  });

  test('is found as one of whom nothing is known but that it is there', async () => {
    const unreadable = { id: subscriber.id, subscriber: undefined };

    expect(await reader().find(subscriber.id, signal)).toMatchObject(unreadable);
    const all = await reader().findAll(signal);
    expect(all).toHaveLength(2);
    expect(all).toContainEqual(expect.objectContaining(unreadable));
    expect(all).toContainEqual(expect.objectContaining({ id: other.id, subscriber: other }));
    expect(await reader().find('sub_none', signal)).toBeUndefined();
  });

  test('stops no list of the others, and is named by it', async () => {
    const { subscribers, unreadable } = await reader().list(signal);

    expect(subscribers.map(({ id }) => id)).toEqual([other.id]);
    expect(unreadable).toEqual([subscriber.id]);
  });

  test('is told by who asks for it', async () => {
    await expect(reader().get(subscriber.id, signal)).rejects.toMatchObject({
      message: `subscriber ${subscriber.id} was written by another release and cannot be read by this one`,
      cause: new Error('subscriber of version 2, but 1 is known'),
    });
  });
});
