import { describe, expect, test } from 'vitest';
import type { Channel } from '../../../lambda/channels/channel.ts';
import type { SendDeps } from '../../../lambda/sending/sender/send-message.ts';
import { type WorkDeps, workLane, workLanes } from '../../../lambda/sending/sender/work-lane.ts';
import { writeCheckWake, writeWake } from '../../../lambda/sending/wake.ts';
import { unqueuedMessage } from '../../../lambda/shared/queue/queued-message.ts';

const { signal } = new AbortController();
const CHANNEL: Channel = {
  ...{ id: '123', provider: 'meta', tenant: 'default', messagesPerSecond: 80, share: 0.95 },
  ...{ marketingRoute: 'messages', uncertain: 'leave', state: 'active' },
  ...{ createdAt: 0, updatedAt: 0 },
};
const wake = (body = writeWake({ channel: '123', lane: 0 })) => unqueuedMessage('wake', body);

const away = () => Promise.reject(new Error('away'));
const SENDING: SendDeps = {
  outbox: {
    ...{ read: away, readContent: away, postpone: away, putBack: away },
    removeWaiting: away,
  },
  readFromPart: away,
  claims: {
    ...{ claim: away, settleUnsent: away, release: away, doubt: away },
    ...{ link: away, learn: away, record: away, point: away },
  },
  lanes: { putDoubt: away },
  ...{ channel: () => CHANNEL, token: away, newerToken: away, ask: away, pauseChannel: away },
  ...{ neighbours: () => [], sent: () => undefined, count: () => undefined },
  ...{ warn: () => undefined, now: () => 0, random: () => 0, askInfo: away, sleep: away },
};

/** Time passes while somebody sleeps, and so alone. */
function depsWith(channel: Channel | undefined, others: Partial<WorkDeps> = {}) {
  const warnings: string[] = [];
  let now = 0;
  const deps: WorkDeps = {
    readChannel: async (id) => channel && { id, channel, revision: 1 },
    lanes: {
      look: async () => ({ rows: [], campaigns: [] }),
      oldest: async () => ({ rows: [], campaigns: [] }),
      putDoubt: async () => undefined,
      removeDoubt: async () => undefined,
      doubts: async () => [],
    },
    // Nothing waits, so that nothing of it is asked for.
    sending: () => SENDING,
    openFeed: () => {
      throw new Error('no campaign is there');
    },
    check: async () => undefined,
    lanesPerSender: async () => 1,
    sleep: async (ms) => {
      now += ms;
    },
    now: () => now,
    warn: (message) => void warnings.push(message),
    ...others,
  };
  return { deps, warnings };
}

describe('a wake', () => {
  test('is done with once nothing waits in its lane', async () => {
    const { deps, warnings } = depsWith(CHANNEL);

    expect(await workLane(wake(), signal, deps)).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  test('looks at its lane at once, whatever tells how long its turn is', async () => {
    const asked: string[] = [];
    const told = Promise.withResolvers<number>();
    const { deps } = depsWith(undefined, {
      lanesPerSender: () => told.promise,
      readChannel: async (id) => void asked.push(id),
    });
    const worked = workLane(wake(), signal, deps);
    await Promise.resolve();

    expect(asked).toEqual(['123']);
    told.resolve(1);
    expect(await worked).toBeUndefined();
  });

  test.each([
    ['paused', { ...CHANNEL, state: 'paused' } as const],
    ['gone', undefined],
  ])('is done with where its channel is %s', async (_, channel) => {
    expect(await workLane(wake(), signal, depsWith(channel).deps)).toBeUndefined();
  });

  test('of a later release goes back to the queue, and one that nobody can read does not', async () => {
    const { deps, warnings } = depsWith(CHANNEL);
    const newer = wake('{"v":2,"channel":"123","lane":0}');

    expect(await workLane(newer, signal, deps)).toEqual({ message: newer, delaySeconds: 5 });
    expect(await workLane(wake('{}'), signal, deps)).toBeUndefined();
    expect(warnings).toEqual(['Wake not read', 'Wake not read']);
  });

  test('goes back to the queue where the table cannot be asked', async () => {
    const { deps, warnings } = depsWith(CHANNEL, { readChannel: away });

    expect(await workLane(wake(), signal, deps)).toMatchObject({ delaySeconds: 5 });
    expect(warnings).toEqual(['Lane interrupted']);
  });

  test('that goes back waits for the visibility timeout where SQS cannot be asked', async () => {
    const { deps, warnings } = depsWith(CHANNEL, { readChannel: away });
    const one = wake();

    expect(await workLanes([one], signal, { ...deps, delayReturns: away })).toEqual([one]);
    expect(warnings).toEqual([
      'Lane interrupted',
      'Returned wakes wait for the visibility timeout',
    ]);
  });

  test('that asks for a check is done with after it, whatever waits in the lanes', async () => {
    const checked: string[] = [];
    const { deps, warnings } = depsWith(CHANNEL, {
      check: async (id) => void checked.push(id),
      readChannel: away,
    });

    expect(await workLane(wake(writeCheckWake('123')), signal, deps)).toBeUndefined();
    expect(checked).toEqual(['123']);
    expect(warnings).toEqual([]);
  });
});
