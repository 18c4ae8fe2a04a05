import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deliveryStateOf, deliveryStateWriter } from '../../lambda/adapters/delivery-state.ts';
import { subscriberReader, subscriberWriter } from '../../lambda/adapters/subscriber-table.ts';
import { type EventTableEmulator, startEventTable } from '../support/event-table-emulator.ts';
import { aSubscriber } from '../support/subscribers.ts';

let emulator: EventTableEmulator;

beforeAll(async () => {
  emulator = await startEventTable();
});
afterAll(() => emulator[Symbol.asyncDispose]());
beforeEach(async () => {
  await emulator.clear();
  await subscriberWriter(emulator.dynamodb, emulator.tableName).add(subscriber, signal);
});

const { signal } = new AbortController();
const subscriber = aSubscriber();
const { id } = subscriber;
const clock = { now: 1_795_212_000_000 };

const writer = () => deliveryStateWriter(emulator.dynamodb, emulator.tableName, () => clock.now);

async function stored() {
  return subscriberReader(emulator.dynamodb, emulator.tableName).get(id, signal);
}

async function state() {
  return deliveryStateOf((await stored())?.row ?? {});
}

const CLOSED = { breaker: 'closed', openedBecause: undefined, failures: 0, closingAt: undefined };

describe('beside a subscriber', () => {
  test('nothing is kept at first', async () => {
    expect(await state()).toEqual(CLOSED);
  });

  test('failures are counted until a success', async () => {
    expect(await writer().addFailure(id, signal)).toBe(1);
    expect(await writer().addFailure(id, signal)).toBe(2);
    expect(await state()).toEqual({ ...CLOSED, failures: 2 });

    await writer().clearFailures(id, signal);

    expect(await state()).toEqual(CLOSED);
  });

  test('the breaker is opened once, closing, and closed with its failures forgotten', async () => {
    await writer().addFailure(id, signal);

    expect(await writer().open(id, 'failing', 'closed', signal)).toBe(true);
    expect(await writer().open(id, 'limits', 'either', signal)).toBe(false);
    expect(await state()).toMatchObject({ breaker: 'open', openedBecause: 'failing' });

    expect(await writer().startClosing(id, signal)).toBe(true);
    expect(await writer().startClosing(id, signal)).toBe(false);
    expect(await state()).toMatchObject({ breaker: 'closing', closingAt: clock.now });

    expect(await writer().close(id, clock.now, signal)).toBe(true);
    expect(await writer().close(id, clock.now, signal)).toBe(false);
    expect(await state()).toEqual(CLOSED);
  });

  test('a closing breaker is opened by a pause, and its closing is over', async () => {
    await writer().open(id, 'failing', 'closed', signal);
    await writer().startClosing(id, signal);

    expect(await writer().open(id, 'failing', 'closed', signal)).toBe(false);
    expect(await writer().open(id, 'paused', 'either', signal)).toBe(true);

    expect(await state()).toMatchObject({ breaker: 'open', openedBecause: 'paused' });
    expect(await writer().close(id, clock.now, signal)).toBe(false);
  });

  test('an earlier closing closes no later one', async () => {
    await writer().open(id, 'failing', 'closed', signal);
    await writer().startClosing(id, signal);

    expect(await writer().close(id, clock.now - 1, signal)).toBe(false);
    expect((await state()).breaker).toBe('closing');
  });

  test('one drainer holds the lease, until it gives it back or its time is over', async () => {
    const until = clock.now + 60_000;

    expect(await writer().lease(id, 'one', until, signal)).toBe(true);
    expect(await writer().lease(id, 'other', until, signal)).toBe(false);
    await writer().release(id, 'other', signal);
    expect(await writer().lease(id, 'other', until, signal)).toBe(false);
    await writer().release(id, 'one', signal);
    expect(await writer().lease(id, 'other', until, signal)).toBe(true);

    clock.now = until + 1;
    expect(await writer().lease(id, 'one', until + 60_000, signal)).toBe(true);
  });

  test('the subscriber stays as it is', async () => {
    await writer().addFailure(id, signal);
    await writer().open(id, 'limits', 'closed', signal);

    expect(await stored()).toMatchObject({ subscriber, revision: 1 });
  });

  test('nothing is kept of one that was removed', async () => {
    await subscriberWriter(emulator.dynamodb, emulator.tableName).remove(id, signal);

    expect(await writer().addFailure(id, signal)).toBe(0);
    await writer().clearFailures(id, signal);
    expect(await writer().open(id, 'failing', 'closed', signal)).toBe(false);
    expect(await writer().lease(id, 'one', clock.now + 1, signal)).toBe(false);
    await writer().release(id, 'one', signal);

    expect(await emulator.rows()).toEqual([]);
  });
});
