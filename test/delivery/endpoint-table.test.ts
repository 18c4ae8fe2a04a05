import { beforeEach, describe, expect, test } from 'vitest';
import { endpointStateOf, endpointStateWriter } from '../../lambda/delivery/endpoint-table.ts';
import { subscriberReader, subscriberWriter } from '../../lambda/delivery/subscriber-table.ts';
import { anEventTable } from '../support/an-event-table.ts';
import { aSubscriber } from '../support/subscribers.ts';

const emulator = await anEventTable();

beforeEach(async () => {
  clock.now = NOW;
  await subscriberWriter(emulator.dynamodb, emulator.tableName).add(subscriber, 'mapping', signal);
});

const { signal } = new AbortController();
const subscriber = aSubscriber();
const { id } = subscriber;
const NOW = 1_795_212_000_000;
const clock = { now: NOW };

const writer = () => endpointStateWriter(emulator.dynamodb, emulator.tableName, () => clock.now);

async function stored() {
  return subscriberReader(emulator.dynamodb, emulator.tableName).get(id, signal);
}

async function state() {
  return endpointStateOf((await stored())?.row ?? {});
}

const WELL = {
  ...{ failures: 0, failingSince: undefined, downSince: undefined },
  ...{ slowUntil: undefined, waitingSince: undefined, mappingId: 'mapping' },
};

describe('beside a subscriber', () => {
  test('nothing but its mapping is kept at first', async () => {
    expect(await state()).toEqual(WELL);
  });

  test('failures are counted from the first of them on, until an answer', async () => {
    expect(await writer().addFailure(id, signal)).toEqual({ failures: 1, failingSince: NOW });
    clock.now += 5000;
    expect(await writer().addFailure(id, signal)).toEqual({ failures: 2, failingSince: NOW });
    expect(await state()).toEqual({ ...WELL, failures: 2, failingSince: NOW });

    await writer().alive(id, signal);

    expect(await state()).toEqual(WELL);
  });

  test('failures of many functions at once are all counted', async () => {
    const counted = await Promise.all(
      Array.from({ length: 20 }, () => writer().addFailure(id, signal)),
    );

    const numbers = counted.map(({ failures }) => failures).toSorted((one, other) => one - other);
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  });

  test('that it is down is news once, and over with an answer', async () => {
    await writer().addFailure(id, signal);
    const news = await Promise.all([1, 2, 3].map(() => writer().down(id, signal)));
    expect(news.filter(Boolean)).toHaveLength(1);
    expect(await state()).toMatchObject({ downSince: NOW, failures: 1 });

    await writer().alive(id, signal);

    expect(await state()).toEqual(WELL);
    expect(await writer().down(id, signal)).toBe(true);
  });

  test('that it asks for time outlasts an answer, and is forgotten with all else by who says that it is well', async () => {
    await writer().addFailure(id, signal);
    await writer().slow(id, NOW + 60_000, signal);
    await writer().alive(id, signal);
    expect(await state()).toEqual({ ...WELL, slowUntil: NOW + 60_000 });
    await writer().down(id, signal);

    await writer().reset(id, signal);

    expect(await state()).toEqual(WELL);
  });

  test('time that it asks for is not cut short by a later answer that asks for less', async () => {
    await writer().slow(id, NOW + 3_600_000, signal);
    await writer().slow(id, NOW + 1000, signal);
    expect(await state()).toEqual({ ...WELL, slowUntil: NOW + 3_600_000 });

    await writer().slow(id, NOW + 7_200_000, signal);
    expect(await state()).toEqual({ ...WELL, slowUntil: NOW + 7_200_000 });
  });

  test('stand since when something waits, and by which mapping its queue is read', async () => {
    await writer().waiting(id, NOW, signal);
    await writer().mapped(id, 'another', signal);
    expect(await state()).toEqual({ ...WELL, waitingSince: NOW, mappingId: 'another' });

    await writer().waiting(id, undefined, signal);
    expect(await state()).toEqual({ ...WELL, mappingId: 'another' });
  });

  test('stands how far behind it was, and when that was seen', async () => {
    await writer().behind(id, NOW - 700_000, signal);

    expect(await state()).toEqual({ ...WELL, behindSince: NOW - 700_000, behindSeenAt: NOW });
  });

  test('the subscriber stays as it is', async () => {
    await writer().addFailure(id, signal);
    await writer().down(id, signal);

    expect(await stored()).toMatchObject({ subscriber, revision: 1 });
  });

  test('nothing is kept of one that was removed', async () => {
    await subscriberWriter(emulator.dynamodb, emulator.tableName).remove(id, signal);
    const { addFailure, down, alive, reset, slow, waiting, behind, mapped } = writer();

    expect((await addFailure(id, signal)).failures).toBe(0);
    expect(await down(id, signal)).toBe(false);
    for (const write of [alive, reset]) await write(id, signal);
    await slow(id, NOW, signal);
    await waiting(id, NOW, signal);
    await waiting(id, undefined, signal);
    await behind(id, NOW, signal);
    await mapped(id, 'mapping', signal);

    expect(await emulator.rows()).toEqual([]);
  });
});
