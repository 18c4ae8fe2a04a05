import { describe, expect, test } from 'vitest';
import type { SendDeps } from '../../lambda/sending/sender/send-message.ts';
import { type WorkDeps, workLane } from '../../lambda/sending/sender/work-lane.ts';
import { turnOf } from '../../lambda/sending/slice.ts';
import { readWake, writeWake } from '../../lambda/sending/wake.ts';
import { unqueuedMessage } from '../../lambda/shared/queue/queued-message.ts';
import { VirtualTime } from '../faults/virtual-time.ts';
import { aChannel } from '../support/channels.ts';
import { laneRows } from './lane-world.ts';

const MANY = 25;
const START_MS = 1_800_000_000_000;
const CHANNEL = aChannel({ messagesPerSecond: 1, share: 1 });
const LONG_MS = 120_000;
const { signal } = new AbortController();

/** Lanes in which there is always something, and so many senders; the queue hands out first what came back last. */
async function takeTurns(lanes: number, atOnce: number, told: number) {
  const time = new VirtualTime(START_MS);
  const sleep = (ms: number) => new Promise<void>((resolve) => void time.after(ms, resolve));
  const sentAt = new Map<number, number[]>();
  const stack = Array.from({ length: lanes }, (_, lane) => lane);
  let sent = 0;

  const depsOf = (lane: number): WorkDeps => {
    const never = () => Promise.reject(new Error('not asked'));
    const sending: SendDeps = {
      // Each was forgotten meanwhile, so that no provider is asked.
      outbox: {
        ...{ read: never, readContent: async () => undefined, postpone: never, putBack: never },
        removeWaiting: async () => {},
      },
      readFromPart: never,
      claims: {
        ...{ claim: async () => true, settleUnsent: never, release: never, doubt: never },
        ...{ record: async () => {}, point: never, link: never, learn: never },
      },
      lanes: { putDoubt: never },
      ...{
        channel: () => CHANNEL,
        newerToken: never,
        ask: never,
        askInfo: never,
        sleep,
        pauseChannel: async () => {},
      },
      ...{ neighbours: () => [], sent: () => {}, count: () => {}, warn: () => {} },
      ...{ now: () => time.now, random: () => 0 },
      // What is asked for first of all for a message whose turn it is.
      token: async () => {
        sentAt.set(lane, [...(sentAt.get(lane) ?? []), time.now - START_MS]);
        return 'token';
      },
    };
    return {
      readChannel: async (id) => ({ id, channel: CHANNEL, revision: 1 }),
      lanesPerSender: async () => told,
      lanes: {
        look: async () => {
          sent += 1;
          // More than go out until the next look.
          const rows = laneRows(MANY, { notAfter: START_MS * 2 }).map((row) => ({
            ...row,
            ...{ id: `${row.id}.${sent}`, key: `${row.key}.${sent}` },
            contact: `${row.contact}.${sent}`,
          }));
          return { rows, campaigns: [] };
        },
        oldest: never,
        ...{ putDoubt: never, removeDoubt: never, doubts: never },
      },
      sending: () => sending,
      openFeed: () => {
        throw new Error('no campaign is there');
      },
      ...{ check: never, sleep, now: () => time.now, warn: () => {} },
    };
  };

  async function sender(): Promise<void> {
    for (;;) {
      const lane = stack.pop();
      if (lane === undefined) {
        await sleep(100);
        continue;
      }
      const message = unqueuedMessage('wake', writeWake({ channel: CHANNEL.id, lane }));
      const back = await workLane(message, signal, depsOf(lane));
      const reading = readWake(message.body);
      if (reading.ok) time.after((back?.delaySeconds ?? 0) * 1000, () => stack.push(lane));
      // The queue looks for the next one.
      await sleep(1);
    }
  }
  for (let n = 0; n < atOnce; n += 1) void sender();
  await time.run(() => time.now > START_MS + LONG_MS);
  return Array.from({ length: lanes }, (_, lane) => sentAt.get(lane) ?? []);
}

describe('where lanes outnumber those that may send at once', () => {
  test.each([
    [0.5, 20_000, 0],
    [1, 20_000, 0],
    [2, 10_000, 10],
    [5, 4_000, 16],
    [500, 2_000, 998],
    [51 / 50, 19_607, 0],
  ])('%d for each have turns of %i ms, and then wait for %i s', (lanes, sliceMs, waitSeconds) => {
    expect(turnOf(lanes)).toEqual({ sliceMs, waitSeconds });
  });

  test.each([
    [10, 2, 30_000],
    [7, 3, 30_000],
    [30, 2, 45_000],
  ])('each of %i by %i has its turn within a time', async (lanes, atOnce, withinMs) => {
    const turns = await takeTurns(lanes, atOnce, lanes / atOnce);

    for (const times of turns) {
      const waits = [...times, LONG_MS].map((at, n) => at - (times[n - 1] ?? 0));
      expect(Math.max(...waits)).toBeLessThan(withinMs);
    }
  });

  test('some would never have one, if nobody told', async () => {
    const turns = await takeTurns(10, 2, 1);

    expect(turns.filter(({ length }) => length === 0)).toHaveLength(8);
  });
});
