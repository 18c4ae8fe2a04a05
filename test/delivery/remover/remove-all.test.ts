import { describe, expect, test } from 'vitest';
import { removeAll } from '../../../lambda/delivery/remover/remove-all.ts';
import { localQueues, PREFIX } from '../../support/local-queues.ts';

const IDS = ['sub_a', 'sub_b', 'sub_c'];
const on = { isOn: true, functions: 2 };

/** Queues of three subscribers, with their mappings. */
async function subscribed(switchMs = 0) {
  const local = await localQueues({ switchMs });
  const { queues, mappings, names, clock } = local;
  const { signal } = new AbortController();
  for (const id of IDS) {
    await queues.create(id, signal);
    await mappings.create(names.arn(id), on, signal);
  }
  const sleeps: number[] = [];
  const sleep = async (ms: number, given: AbortSignal) => {
    given.throwIfAborted();
    sleeps.push(ms);
    clock.advance(ms);
    // Lambda's side of it takes a turn.
    await new Promise((resolve) => setTimeout(resolve, 10));
  };
  const deps = { queues, mappings, idOfQueue: names.idOf, sleep };
  return { ...local, signal, sleeps, deps };
}

describe('what was made at run time', () => {
  test('is removed, mappings before their queues, also while Lambda is busy with them', async () => {
    const { deps, mappings, queues, signal, sleeps } = await subscribed(30_000);

    await removeAll(signal, deps);

    expect(await mappings.list(signal)).toEqual([]);
    expect(await queues.list(signal)).toEqual([]);
    expect(sleeps.length).toBeGreaterThan(0);
  });

  test('leaves other queues alone, and is removed once more without harm', async () => {
    const { deps, host, signal } = await subscribed();
    host.create({ name: `${PREFIX}of-somebody-else` });

    await removeAll(signal, deps);
    await removeAll(signal, deps);

    expect(host.names()).toEqual([`${PREFIX}of-somebody-else`, 'dead-letter.fifo']);
  });

  test('keeps its queues where the time is up before Lambda lets go of a mapping', async () => {
    const { deps, queues, signal } = await subscribed(3_600_000);
    const aborted = AbortSignal.abort(new Error('the time is up'));
    const list = () => deps.mappings.list(signal);

    await expect(
      removeAll(aborted, { ...deps, mappings: { ...deps.mappings, list } }),
    ).rejects.toThrow('the time is up');

    expect(await queues.list(signal)).toHaveLength(3);
  });
});
