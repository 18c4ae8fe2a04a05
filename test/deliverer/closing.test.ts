import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { deliverBatch } from '../../lambda/deliverer/deliver-batch.ts';
import { CLOSING_MS, VIEW_MS } from '../../lambda/domain/delivery-state.ts';
import type { QueuedMessage } from '../../lambda/domain/queued-message.ts';
import { drainAll } from '../../lambda/drainer/drain-all.ts';
import { fakeDelivering, NOW, queuedDelivery } from '../support/fake-delivering.ts';

const MINUTE = 60_000;
const never = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

/** An open breaker with nothing in its backlog, and one group whose next message waits for the last. */
function aWorld(onPutAside: () => Promise<void>) {
  const isSlow = { first: true };
  const clock = {
    get now() {
      return Date.now();
    },
  };
  const fake = fakeDelivering({
    clock,
    onCall: (name) => {
      if (name !== 'put-aside' || !isSlow.first) return;
      isSlow.first = false;
      return onPutAside();
    },
  });
  fake.rows.state = { breakerState: { S: 'open' }, openedBecause: { S: 'failing' } };
  const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

  /** One invocation for each receive, each with a view of its own, until none comes back. */
  async function deliver(messages: readonly QueuedMessage[]): Promise<void> {
    for (const message of messages) {
      const batch = { messages: [message], signal: never };
      while ((await deliverBatch(batch, { ...fake.deliverer(), sleep })).length > 0) {
        await sleep(1000 * (fake.returns.at(-1)?.delaySeconds ?? 0));
      }
    }
  }
  async function drain(): Promise<void> {
    const until = Date.now() + 2 * MINUTE;
    const hasTime = () => Date.now() < until;
    await drainAll(never, { ...fake.drainer(String(until)), leaseUntil: until, sleep, hasTime });
  }
  const posted = () => fake.done.filter((call) => call.startsWith('post'));
  return { ...fake, deliver, drain, posted };
}

const MESSAGES = ['a1', 'a2', 'a3'].map((id) => queuedDelivery(id));

/** What becomes of three deliveries where putting the first aside takes so long. */
async function outcome(ms: number) {
  const world = aWorld(() => new Promise((resolve) => setTimeout(resolve, ms)));
  const delivered = world.deliver(MESSAGES);
  await vi.advanceTimersByTimeAsync(0);
  const drained = world.drain();
  await vi.advanceTimersByTimeAsync(3 * MINUTE);
  await Promise.all([delivered, drained]);
  expect(world.rows.backlog.size).toBe(0);
  expect(world.rows.state).toEqual({});
  return world;
}

describe('a delivery that is put aside after the drainer found the backlog empty', () => {
  const late = [0, 1, 2000, VIEW_MS / 2, VIEW_MS - 1];

  test.for(late)('is neither overtaken nor forgotten, %i ms after it was decided', async (ms) => {
    const { done, posted } = await outcome(ms);

    expect(done[0]).toBe('aside a1');
    expect(posted()).toEqual(['post a1', 'post a2', 'post a3']);
  });

  test('is repeated but not overtaken when it arrives after its deliverer gave up on that', async () => {
    const { done, posted } = await outcome((VIEW_MS + CLOSING_MS) / 2);

    expect(done).not.toContain('aside a1');
    expect(posted()).toEqual(['post a1', 'post a1', 'post a2', 'post a3']);
  });
});

test('nothing is put aside on the word of a view that has expired', async () => {
  const fake = fakeDelivering({
    clock: { now: NOW },
    onCall: (name) => {
      // It took that long to be read, and was closed meanwhile.
      if (name === 'read') fake.clock.now += VIEW_MS;
    },
  });
  fake.rows.state = { breakerState: { S: 'open' } };
  const deps = fake.deliverer();
  const batch = { messages: [queuedDelivery('a1')], signal: never };

  expect(await deliverBatch(batch, deps)).toHaveLength(1);

  expect(fake.done).toEqual([]);
  expect(fake.rows.backlog.size).toBe(0);
  expect(fake.lines[0]).toMatchObject({ fields: { faults: 'unsettled' } });
});
