import { beforeEach, describe, expect, test } from 'vitest';
import { settleDoubts } from '../../../lambda/sending/ticker/settle-doubt.ts';
import { anEventTable } from '../../support/an-event-table.ts';
import { aChannel } from '../../support/channels.ts';
import { LANE, laneRows } from '../../support/lane-rows.ts';

const { signal } = new AbortController();
const HOUR_MS = 3_600_000;

const emulator = await anEventTable();
let rows: ReturnType<typeof laneRows>;
let counted: string[];

beforeEach(() => {
  rows = laneRows(emulator);
  counted = [];
});

/** One whose answer was lost, and that waits no more. */
async function lost(neighbours: readonly string[] = [], notAfter?: number) {
  const { message, waiting } = await rows.ask('lost', notAfter === undefined ? {} : { notAfter });
  const key = { channel: LANE.channel, id: message.id };
  await rows.claims.claim(key, 1, signal);
  await rows.claims.doubt(key, 1, signal);
  await rows.lanes.putDoubt(LANE, { ...waiting, since: rows.now(), neighbours }, signal);
  await rows.outbox.removeWaiting(LANE, waiting, signal);
  return key;
}

/** Messages that went out about then, of which some have statuses. */
async function neighbours(told: number): Promise<readonly string[]> {
  const asked = await Promise.all(
    Array.from({ length: 24 }, async (_, index) => {
      const { message, waiting } = await rows.ask(`neighbour ${index}`);
      await rows.outbox.removeWaiting(LANE, waiting, signal);
      if (index < told) await rows.tell(message.id, 'delivered');
      return message.id;
    }),
  );
  return asked;
}

const settle = (uncertain: 'leave' | 'resend', afterMs = HOUR_MS) => {
  rows.clock.now += afterMs;
  const count = (metric: string) => void counted.push(metric);
  const nobody = async () => ({ periods: [], names: [], isLinked: false, isComplete: true });
  const deps = { ...rows, count, findPerson: nobody, findTraces: async () => [] };
  return settleDoubts(aChannel({ id: LANE.channel, uncertain }), signal, deps);
};

describe('a message of which nothing was heard for an hour', () => {
  test('is left as it is by a channel that leaves such', async () => {
    const { id } = await lost(await neighbours(24));

    await settle('leave');

    expect(await rows.recordOf(id)).toMatchObject({ state: 'uncertain', attempt: 1 });
    expect(await rows.doubts()).toEqual([]);
    expect(await rows.waiting()).toEqual([]);
    expect(counted).toEqual(['MessageLeftUncertain']);
  });

  test('is sent again where twenty of its time have statuses', async () => {
    const { id } = await lost(await neighbours(20));

    await settle('resend');

    expect(await rows.recordOf(id)).toMatchObject({ state: 'queued', attempt: 2 });
    expect(await rows.waiting()).toMatchObject([{ id, attempt: 2 }]);
    expect(await rows.doubts()).toEqual([]);
    expect(counted).toEqual([]);
  });

  test('is not sent again where fewer have any, for webhooks may not come in', async () => {
    const { id } = await lost(await neighbours(19));

    await settle('resend');

    expect(await rows.recordOf(id)).toMatchObject({ state: 'uncertain' });
    expect(await rows.waiting()).toEqual([]);
    expect(counted).toEqual(['MessageLeftUncertain']);
  });

  test('is not sent again once it is too late', async () => {
    const { id } = await lost(await neighbours(24), rows.now() + HOUR_MS);

    await settle('resend');

    expect(await rows.recordOf(id)).toMatchObject({ state: 'uncertain' });
    expect(await rows.waiting()).toEqual([]);
  });

  test.each(['a status', 'its wamid'])('is not sent again where %s is known', async (what) => {
    const key = await lost(await neighbours(24));
    if (what === 'a status') await rows.tell(key.id, 'sent');
    else await rows.claims.record(key, { state: 'uncertain', wamid: 'wamid.known' }, signal);

    await settle('resend');

    expect(await rows.waiting()).toEqual([]);
    expect(await rows.doubts()).toEqual([]);
    expect(counted).toEqual([]);
  });

  test('waits again where a run before gave its claim back and got no further', async () => {
    const key = await lost();
    const given = { attempt: 1, retryAt: rows.now() };
    await rows.claims.release(key, given, signal, 'uncertain');

    await settle('resend');

    expect(await rows.waiting()).toMatchObject([{ id: key.id, attempt: 2 }]);
    expect(await rows.doubts()).toEqual([]);
  });

  test('is no more of a doubt where it was forgotten', async () => {
    const { waiting } = await rows.ask('forgotten');
    await rows.lanes.putDoubt(
      LANE,
      { ...waiting, id: 'msg_gone', since: rows.now(), neighbours: [] },
      signal,
    );

    await settle('resend');

    expect(await rows.doubts()).toEqual([]);
    expect(counted).toEqual([]);
  });
});

test('a message of which nothing was heard for less is not touched', async () => {
  const { id } = await lost(await neighbours(24));

  await settle('resend', HOUR_MS - 1);

  expect(await rows.recordOf(id)).toMatchObject({ state: 'uncertain' });
  expect(await rows.doubts()).toMatchObject([{ id }]);
});
