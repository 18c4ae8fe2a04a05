import { describe, expect, test } from 'vitest';
import { awaitStored, type Find } from '../../local/traffic/await-stored.ts';
import type { ExpectedEvent } from '../../local/traffic/expected.ts';

const events: ExpectedEvent[] = Array.from({ length: 250 }, (_, index) => ({
  id: `id-${index}`,
  pk: 'pk',
  sk: `id-${index}`,
  channel: 'channel',
  contact: undefined,
}));

const options = { patienceMs: 60, pauseMs: 5 };

describe('awaitStored', () => {
  test('returns when all is stored, and tells when the last event was', async () => {
    const startMs = performance.now();
    const isStored = ({ id }: ExpectedEvent) => id !== 'id-7' || performance.now() - startMs > 40;
    const find: Find = async (wanted) => wanted.filter(isStored);

    const { missing, lastStoredMs } = await awaitStored(events, find, options);

    expect(missing).toEqual([]);
    expect(lastStoredMs - startMs).toBeGreaterThan(39);
  });

  test('names what is missing once its patience is over', async () => {
    const lost = new Set(['id-0', 'id-249']);
    const find: Find = async (wanted) => wanted.filter(({ id }) => !lost.has(id));

    const { missing } = await awaitStored(events, find, options);

    expect(new Set(missing.map(({ id }) => id))).toEqual(lost);
  });

  test('finds the early events where more of the late ones are lost than one look asks for', async () => {
    const lost = new Set(events.slice(100).map(({ id }) => id));
    const find: Find = async (wanted) => wanted.filter(({ id }) => !lost.has(id));

    const { missing } = await awaitStored(events, find, options);

    expect(new Set(missing.map(({ id }) => id))).toEqual(lost);
  });

  test('keeps waiting as long as something is stored', async () => {
    let stored = 0;
    const find: Find = async (wanted) => {
      stored += 10;
      return wanted.filter((event) => events.indexOf(event) < stored);
    };
    const startMs = performance.now();

    const { missing } = await awaitStored(events, find, { patienceMs: 10_000, pauseMs: 1 });

    expect(missing).toEqual([]);
    expect(performance.now() - startMs).toBeLessThan(5000);
  });

  test('keeps waiting while early events are stored, be the late ones not looked at for long', async () => {
    const startMs = performance.now();
    const order = new Map(events.map((event, index) => [event, index]));
    const find: Find = async (wanted) => {
      const stored = (performance.now() - startMs) / 2;
      return wanted.filter((event) => (order.get(event) ?? 0) < stored);
    };

    const { missing } = await awaitStored(events, find, options);

    expect(missing).toEqual([]);
  });
});
