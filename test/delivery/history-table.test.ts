import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Delivery } from '../../lambda/delivery/delivery.ts';
import { deliveryHistory, dropKey } from '../../lambda/delivery/history-table.ts';
import { testDelivery } from '../../lambda/delivery/test-event.ts';
import { anEventTable } from '../support/an-event-table.ts';
import { anOutgoingEvent, mediaEventOf } from '../support/deliveries.ts';
import { deliveryOf, NOW } from '../support/fake-delivering.ts';

const emulator = await anEventTable();

beforeEach(async () => {
  clock.now = NOW;
});

const { signal } = new AbortController();
const clock = { now: NOW };
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const history = () => deliveryHistory(emulator.dynamodb, emulator.tableName, () => clock.now);
const read = (delivery: Delivery) => history().read(delivery, signal);
const fail = (delivery: Delivery, fault = 'http-500', isTry = true) =>
  history().addFailure(delivery, fault, isTry, signal);

async function put(
  pk: string,
  sk: string,
  members: Record<string, { S: string } | { N: string }> = {},
) {
  const Item = { pk: { S: pk }, sk: { S: sk }, ...members };
  await emulator.client.send(new PutItemCommand({ TableName: emulator.tableName, Item }));
}

const delivery = deliveryOf('message.a1');
const { subscriberId } = delivery;
const { group, id } = delivery.event;

describe('the tries of a delivery', () => {
  beforeEach(() => put(group, id));

  test('are none at first', async () => {
    expect(await read(delivery)).toEqual({
      ...{ failed: undefined, isDropped: false, isForgotten: false },
    });
    expect(emulator.operations.filter((name) => name === 'BatchGetItem')).toHaveLength(1);
  });

  test('are counted from the first on, but for those that are no try', async () => {
    expect(await fail(delivery)).toEqual({ tries: 1, firstTriedAt: NOW });
    clock.now += HOUR;
    expect(await fail(delivery)).toEqual({ tries: 2, firstTriedAt: NOW });
    expect(await fail(delivery, 'timeout', false)).toEqual({ tries: 2, firstTriedAt: NOW });

    expect((await read(delivery)).failed).toEqual({ tries: 2, firstTriedAt: NOW });
  });

  test('are forgotten when it is closed, and begin anew when it is handed on anew', async () => {
    await fail(delivery);
    expect((await read({ ...delivery, routedAt: NOW + 1 })).failed).toBeUndefined();
    expect((await read({ ...delivery, subscriberId: 'sub_other' })).failed).toBeUndefined();

    await history().close(delivery, signal);

    expect((await read(delivery)).failed).toBeUndefined();
  });

  test('are kept as long as a queue keeps the delivery', async () => {
    await fail(delivery);

    const row = (await emulator.rows()).find(({ tries }) => tries !== undefined);
    expect(row?.pk).toEqual({ S: `waiting.${subscriberId}` });
    expect(Number(row?.expiresAt?.N)).toBe(NOW / 1000 + 14 * 86_400);
  });
});

describe('what waits for a subscriber', () => {
  test('is what failed lately, with why and since when', async () => {
    await fail(deliveryOf('message.b1'), 'http-400');
    clock.now += 8 * HOUR;
    await fail(delivery, 'timeout');
    await put(`waiting.${subscriberId}`, 'drop#contact.m', { droppedUntil: { N: String(NOW) } });

    expect(await history().waiting(subscriberId, signal)).toEqual([
      {
        ...{ eventId: id, routedAt: delivery.routedAt, groups: [group], tries: 1 },
        ...{ firstTriedAt: clock.now, lastTriedAt: clock.now, fault: 'timeout' },
      },
    ]);
    expect(await history().waiting('sub_other', signal)).toEqual([]);
  });
});

test('a delivery that was given up waits no more, and begins nothing anew where it comes again', async () => {
  await put(group, id);
  await fail(delivery);
  await history().giveUp(delivery, signal);

  expect(await history().waiting(subscriberId, signal)).toEqual([]);
  expect((await read(delivery)).failed).toEqual({ tries: 1, firstTriedAt: NOW });
  await history().giveUp({ ...delivery, routedAt: NOW + 1 }, signal);
  expect((await read({ ...delivery, routedAt: NOW + 1 })).failed).toBeUndefined();
});

describe('a delivery is dropped', () => {
  beforeEach(() => put(group, id));

  async function drop(what: string, until: number, of = subscriberId) {
    const { pk, sk } = dropKey(of, what);
    await put(pk, sk, { droppedUntil: { N: String(until) } });
  }

  test.for([
    ['its event', id, NOW, true],
    ['its group', group, NOW, true],
    ['its event, later than it was handed on', id, NOW + 1, true],
    ['its event, before it was handed on', id, NOW - 1, false],
    ['another event', 'message.other', NOW, false],
  ] as const)('where somebody dropped %s: %s', async ([, what, until, isDropped]) => {
    await drop(what, until);

    expect(await read(delivery)).toMatchObject({ isDropped });
  });

  test('for one subscriber, and no other', async () => {
    await drop(id, NOW, 'sub_other');

    expect(await read(delivery)).toMatchObject({ isDropped: false });
  });
});

describe('the event of a delivery', () => {
  const status = deliveryOf('status.a1', { kind: 'status', group: 'message.g' });
  const file: Delivery = { ...delivery, event: mediaEventOf(delivery.event) };
  const ours: Delivery = { ...delivery, event: { ...anOutgoingEvent(), receivedAt: NOW } };

  test.for([
    ['a message', delivery, group, id],
    ['a status, which is in its message’s row', status, 'message.g', 'message'],
    [
      'what is sent from here, which is in the row of what it says',
      ...([ours, 'outgoing.123.msg_0123456789abcdefghijkl', 'content'] as const),
    ],
    ['what became of a file, which is in its message’s row', file, group, id],
  ] as const)('is there: %s', async ([, one, pk, sk]) => {
    expect(await read(one)).toMatchObject({ isForgotten: true });

    await put(pk, sk);
    expect(await read(one)).toMatchObject({ isForgotten: false });

    await put(pk, sk, { forgottenAt: { S: '1' } });
    expect(await read(one)).toMatchObject({ isForgotten: true });
  });

  test('may have expired where it is replayed from the archive, unless it is young', async () => {
    const receivedAt = delivery.event.receivedAt;
    const replayed = { ...delivery, replayId: 'replay' };
    clock.now = receivedAt + 8 * DAY;
    expect(await read(replayed)).toMatchObject({ isForgotten: false });
    clock.now = receivedAt + 8 * DAY - 1;
    expect(await read(replayed)).toMatchObject({ isForgotten: true });

    clock.now = receivedAt + 9 * DAY;
    await put(group, id, { forgottenAt: { S: '1' } });
    expect(await read(replayed)).toMatchObject({ isForgotten: true });
  });

  test('is nowhere where it is a test, which nobody forgets', async () => {
    const tested = testDelivery(subscriberId, 'test', NOW);

    expect(await read(tested)).toMatchObject({ isForgotten: false });
  });
});
