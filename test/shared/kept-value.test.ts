import { describe, expect, test } from 'vitest';
import { keptValue } from '../../lambda/shared/kept-value.ts';

const NEVER = new AbortController().signal;

describe('keptValue', () => {
  test('reads again only when what was read is too old', async () => {
    let [now, reads] = [0, 0];
    const value = keptValue(
      async () => ++reads,
      10,
      () => now,
    );
    const seen: number[] = [];
    for (now of [0, 5, 9, 10, 19, 20]) seen.push(await value(NEVER));

    expect(seen).toEqual([1, 1, 1, 2, 2, 3]);
  });

  test('counts the age from before the reading, which tells of nothing later', async () => {
    let [now, reads] = [0, 0];
    const value = keptValue(
      async () => {
        now += 8;
        return ++reads;
      },
      10,
      () => now,
    );
    await value(NEVER);
    now += 2;

    expect(await value(NEVER)).toBe(2);
  });

  test('keeps no failure', async () => {
    let reads = 0;
    const value = keptValue(
      async () => {
        reads += 1;
        if (reads === 1) throw new Error('away');
        return reads;
      },
      10,
      () => 0,
    );

    await expect(value(NEVER)).rejects.toThrow('away');
    expect(await value(NEVER)).toBe(2);
  });

  test('waits for the read that is under way, whoever began it', async () => {
    const { value, reads, signals } = reading();
    const both = [value(signals.one), value(signals.other)];
    reads[0]?.resolve('read');

    expect(await Promise.all(both)).toEqual(['read', 'read']);
    expect(reads).toHaveLength(1);
  });

  test('fails for all who wait for a read that fails, and is read anew after that', async () => {
    const { value, reads, signals } = reading();
    const both = Promise.allSettled([value(signals.one), value(signals.other)]);
    reads[0]?.reject(new Error('away'));

    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const again = value(signals.other);
    reads[1]?.resolve('read');
    expect(await again).toBe('read');
  });

  test('is read once more for those who waited for one that gave it up', async () => {
    const { value, reads, signals, giveUp } = reading();
    const given = expect(value(signals.one)).rejects.toThrow('given up');
    const others = [value(signals.other), value(signals.other)];
    giveUp.abort(new Error('given up'));
    reads[0]?.reject(giveUp.signal.reason);
    await given;
    await expect.poll(() => reads.length).toBe(2);
    reads[1]?.resolve('read');

    expect(await Promise.all(others)).toEqual(['read', 'read']);
    expect(reads).toHaveLength(2);
  });

  test('is not read again for whoever has given up too', async () => {
    const { value, reads, signals, giveUp } = reading();
    const both = Promise.allSettled([value(signals.one), value(signals.one)]);
    giveUp.abort(new Error('given up'));
    reads[0]?.reject(giveUp.signal.reason);

    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(reads).toHaveLength(1);
  });
});

/** A value each of whose reads ends as the test says. */
function reading() {
  const giveUp = new AbortController();
  const reads: PromiseWithResolvers<string>[] = [];
  const read = () => {
    const under = Promise.withResolvers<string>();
    reads.push(under);
    return under.promise;
  };
  const signals = { one: giveUp.signal, other: NEVER };
  return { value: keptValue(read, 10, () => 0), reads, signals, giveUp };
}
