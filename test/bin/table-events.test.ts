import { afterAll, beforeAll, expect, test } from 'vitest';
import { tablePages } from '../../bin/floodgate/replay/table-events.ts';
import { mediaTable } from '../../lambda/media/files-table.ts';
import { eventTable } from '../../lambda/table/event-table.ts';
import { STORED_MEDIA } from '../support/deliveries.ts';
import { type EventTableEmulator, startEventTable } from '../support/event-table-emulator.ts';
import { aPhotoEvent, SENT_AT } from '../support/just-sent.ts';

const NEVER = new AbortController().signal;
const HOUR = 3_600_000;
const SETTLED_AT = SENT_AT + 2 * HOUR;
const photo = aPhotoEvent();

let table: EventTableEmulator;

beforeAll(async () => {
  table = await startEventTable();
  const { dynamodb, tableName } = table;
  const options = { tableName, retentionDays: 30, now: Date.now };
  await eventTable(dynamodb, options)(photo, '1', NEVER);
  await mediaTable(dynamodb, tableName, () => SETTLED_AT).settle(photo, STORED_MEDIA, NEVER);
});
afterAll(() => table[Symbol.asyncDispose]());

async function idsFrom(from: number, to: number): Promise<string[]> {
  const pages = await Array.fromAsync(tablePages(table.dynamodb, table.tableName, { from, to }));
  return pages.flatMap(({ events }) => events.map(({ event }) => event.id));
}

test('a replay out of the table sends a message again, and not what became of its file', async () => {
  expect(await idsFrom(SENT_AT, SENT_AT + 1)).toEqual([photo.id]);
});

test('a replay out of the table sends nothing of a time in which a file was settled, and no more', async () => {
  expect(await idsFrom(SETTLED_AT, SETTLED_AT + 1)).toEqual([]);
});
