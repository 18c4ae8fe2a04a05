import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  mergeNewestFirst,
  positionOf,
  type TimelineKey,
  take,
  timeOfPosition,
} from '../../lambda/events/newest-first.ts';

const key: fc.Arbitrary<TimelineKey> = fc.record({
  pk: fc.constantFrom('p', 'q'),
  sk: fc.constantFrom('a', 'b', 'c', 'd'),
  at: fc.constantFrom('1#1', '1#2', '1~', '2#1', '2~'),
});

async function* inAnyOrderOfTies(keys: readonly TimelineKey[]) {
  yield* keys.toSorted((a, b) => (a.at === b.at ? 0 : a.at < b.at ? 1 : -1));
}

const positions = (keys: readonly TimelineKey[]) => keys.map(positionOf);

describe('mergeNewestFirst', () => {
  test('gives every row of all sources once, by position, whatever the order of ties', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(key), { maxLength: 4 }), async (sources) => {
        const merged = await Array.fromAsync(mergeNewestFirst(sources.map(inAnyOrderOfTies)));

        expect(positions(merged)).toEqual([...new Set(positions(sources.flat()))].sort().reverse());
      }),
    );
  });

  test('reads a source no further than it needs', async () => {
    let read = 0;
    async function* source() {
      for (let at = 9; at > 0; at -= 1) {
        read += 1;
        yield { pk: 'p', sk: 's', at: String(at) };
      }
    }
    const keys = mergeNewestFirst([source()]);

    expect(await take(keys, 2)).toHaveLength(2);
    expect(read).toBe(3);
    expect(await take(keys, 9)).toHaveLength(7);
    expect(await take(keys, 1)).toEqual([]);
  });

  test('puts a sent message after the events of its millisecond', () => {
    const event = { pk: 'p', sk: 'z', at: '1795212000000#00000000000000000009' };
    const message = { pk: 'p', sk: 'message', at: '1795212000000~' };

    expect(positionOf(message) > positionOf(event)).toBe(true);
    expect(timeOfPosition(positionOf(event))).toBe(event.at);
  });
});
