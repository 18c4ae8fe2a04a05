import { describe, expect, test } from 'vitest';
import { missedEvents, partitionOf, timeOf } from '../../lambda/changes/missed-changes.ts';
import { eventTable } from '../../lambda/table/event-table.ts';
import { anEventTable } from '../support/an-event-table.ts';
import {
  aMessage,
  aStatus,
  metaEvent,
  metaWebhook,
  RECEIVED_AT,
  splitMeta,
} from '../support/webhooks.ts';

const { signal } = new AbortController();
const HOUR_MS = 3_600_000;
const HAPPENED_AT = RECEIVED_AT - 60_000;

const emulator = await anEventTable();

async function store(...events: ReturnType<typeof splitMeta>) {
  const { dynamodb, tableName } = emulator;
  const put = eventTable(dynamodb, { tableName, retentionDays: 30, now: () => RECEIVED_AT });
  for (const [index, event] of events.entries()) await put(event, String(index), signal);
}

/** The row of a message's statuses as an earlier release kept it: without when each was received. */
async function earlierRow(...statuses: readonly object[]) {
  await store(...splitMeta(metaWebhook({ statuses })));
  const row = (await emulator.rows()).find((one) => 'status.read' in one) ?? {};
  const kept = Object.entries(row).filter(([name]) => !name.startsWith('received.'));
  return Object.fromEntries(kept);
}

const statusAt = (status: string, ms: number) => aStatus({ status, timestamp: String(ms / 1000) });

describe('a status that an earlier release stored', () => {
  test.each([
    ['within it', 0, 1, true],
    ['as it ends', -1, 0, false],
    ['an hour before it', HOUR_MS, HOUR_MS + 1, true],
    ['more than an hour before it', HOUR_MS + 1, HOUR_MS + 2, false],
  ])('is made up after a gap where it happened %s', async (_, from, until, isTold) => {
    const row = await earlierRow(statusAt('read', HAPPENED_AT));
    const gap = { from: HAPPENED_AT + from, until: HAPPENED_AT + until };

    const types = missedEvents(row, gap).map(({ type }) => type);

    expect(types).toEqual(isTold ? ['read'] : []);
  });

  test('is told after those that happened before it, whatever came first', async () => {
    const row = await earlierRow(
      statusAt('read', HAPPENED_AT + 2000),
      statusAt('sent', HAPPENED_AT),
      statusAt('delivered', HAPPENED_AT + 1000),
    );

    const events = missedEvents(row, { from: HAPPENED_AT, until: HAPPENED_AT + HOUR_MS });

    expect(events.map(({ type }) => type)).toEqual(['sent', 'delivered', 'read']);
  });
});

test('rows have their place in time by what they are: events, statuses, and what has none', async () => {
  await store(metaEvent({ messages: [aMessage()] }));
  const event = (await emulator.rows()).find((row) => 'receivedAt' in row) ?? {};
  const statuses = await earlierRow(statusAt('read', HAPPENED_AT));

  expect(timeOf(event)).toBe(event.at?.S ?? 'no time');
  expect(timeOf(statuses)).toContain(String(HAPPENED_AT));
  expect(timeOf({ pk: { S: 'channels' } })).toBe('');
  expect(partitionOf(event)).toBe(event.pk?.S ?? 'no key');
});
