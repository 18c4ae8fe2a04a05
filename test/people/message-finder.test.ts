import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FIND_MESSAGE_MS, messageFinder } from '../../lambda/people/message-finder.ts';
import type { TableReader } from '../../lambda/table/reader-table.ts';

const found = {
  ...{ events: new Map(), messages: new Map(), claims: new Map() },
  ...{ contents: new Map(), records: new Map(), pointers: new Map() },
};
const contact = { phone: '521', userId: 'MX.1' };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function finder(rows: TableReader['rows']) {
  const asked: number[] = [];
  const find = messageFinder(
    {
      rows: (keys) => {
        asked.push(keys.length);
        return rows(keys);
      },
    },
    Date.now,
  );
  return { find: () => find('shop', 'wamid.1', contact), asked };
}

describe('a message that is looked for', () => {
  test('is looked for in each of its contact’s partitions, by its claims, and by its statuses', async () => {
    const { find, asked } = finder(async () => found);

    expect(await find()).toBeUndefined();
    // Two names with four ids each, the claims of either side, also of its history and
    // without its content, and the message itself.
    expect(asked).toEqual([17]);
  });

  test('is none where the table does not tell in time, and for a while nobody waits again', async () => {
    const { find, asked } = finder(() => new Promise(() => {}));
    const first = find();
    await vi.advanceTimersByTimeAsync(FIND_MESSAGE_MS);

    expect(await first).toBeUndefined();
    expect(await find()).toBeUndefined();
    expect(asked).toHaveLength(1);

    await vi.advanceTimersByTimeAsync(5000);
    const later = find();
    await vi.advanceTimersByTimeAsync(FIND_MESSAGE_MS);
    expect(await later).toBeUndefined();
    expect(asked).toHaveLength(2);
  });

  test('is none where the table refuses', async () => {
    const { find } = finder(() => Promise.reject(new Error('throttled')));

    expect(await find()).toBeUndefined();
  });
});
