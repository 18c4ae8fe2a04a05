import { beforeEach, describe, expect, test } from 'vitest';
import type { Forgetting } from '../../lambda/forgetting/forgetting.ts';
import { forgettingTable, forgettingWriter } from '../../lambda/forgetting/forgettings-table.ts';
import { anEventTable } from '../support/an-event-table.ts';

const NEVER = new AbortController().signal;
const DAY = 86_400_000;
const NOW = 1_795_212_000_000;
const asked: Forgetting = { channel: '1001', contact: '521', links: [], until: NOW };

const emulator = await anEventTable();
let now = NOW;

beforeEach(async () => {
  now = NOW;
});

const table = () => forgettingTable(emulator.dynamodb, emulator.tableName, () => now);
const put = forgettingWriter(
  (...call) => emulator.dynamodb(...call),
  'events',
  400,
  () => now,
);

describe('the table of who is to be forgotten', () => {
  test('keeps each call, the first one first', async () => {
    await put({ ...asked, until: NOW + 1 }, NEVER);
    await put(asked, NEVER);

    const all = await table().list(NEVER);
    expect(all.map(({ forgetting, isPending }) => [forgetting.until, isPending])).toEqual([
      [NOW, true],
      [NOW + 1, true],
    ]);
  });

  test('waits for somebody to do it as long as there can be anything left', async () => {
    await put(asked, NEVER);

    now += 399 * DAY;
    expect(await table().list(NEVER)).toHaveLength(1);
    now += 2 * DAY;
    expect(await table().list(NEVER)).toEqual([]);
  });

  test('remembers who was forgotten until what was on its way has arrived', async () => {
    await put(asked, NEVER);
    const [stored] = await table().list(NEVER);
    await table().close(stored?.key ?? '', NEVER);

    now += DAY;
    expect(await table().list(NEVER)).toEqual([{ ...stored, isPending: false }]);
    now += 2 * DAY;
    expect(await table().list(NEVER)).toEqual([]);
  });

  test('makes no row of one that is gone', async () => {
    await expect(table().close('gone', NEVER)).rejects.toThrow('ConditionalCheckFailed');
    expect(await emulator.rows()).toEqual([]);
  });
});
