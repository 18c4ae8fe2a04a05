import { describe, expect, test } from 'vitest';
import { deliveryDrops } from '../../lambda/delivery/drops-table.ts';
import { waitingDeliveries } from '../../lambda/delivery/waiting-table.ts';
import { anEventTable } from '../support/an-event-table.ts';
import { deliveryOf, NOW } from '../support/fake-delivering.ts';

const emulator = await anEventTable();

const { signal } = new AbortController();
const { subscriberId } = deliveryOf('message.a1');
const drops = () => deliveryDrops(emulator.dynamodb, emulator.tableName)(subscriberId, signal);
const drop = (what: string, whose = subscriberId) =>
  waitingDeliveries(emulator.dynamodb, emulator.tableName, () => NOW).drop(whose, [what], signal);
const eventOf = (id: string, receivedAt = NOW - 1) =>
  deliveryOf(id, { receivedAt, group: `contact.${id}` }).event;

describe('what is dropped of a subscriber', () => {
  test('is nothing where nobody dropped anything', async () => {
    const isDropped = await drops();
    expect(isDropped(eventOf('message.a1'))).toBe(false);
  });

  test('is an event, or all of a group, that came before that', async () => {
    await drop('message.a1');
    await drop('contact.message.b1');
    const isDropped = await drops();
    expect(['message.a1', 'message.b1', 'message.c1'].map((id) => isDropped(eventOf(id)))).toEqual([
      ...[true, true, false],
    ]);
    expect(isDropped(eventOf('message.b1', NOW + 1))).toBe(false);
  });

  test('is nothing of what somebody else dropped', async () => {
    await drop('message.a1', 'sub_another');
    expect((await drops())(eventOf('message.a1'))).toBe(false);
  });
});
