import { describe, expect, test } from 'vitest';
import type { Triggered } from '../../../lambda/campaigns/triggered.ts';
import type { DueRow } from '../../../lambda/campaigns/triggered-table.ts';
import { type TriggerDeps, TriggerQueue } from '../../../lambda/sending/pulling/trigger-queue.ts';
import type { Item } from '../../../lambda/table/stored-rows.ts';
import { aCursor, aPartLine } from '../../support/a-campaign.ts';
import { campaignRow, stateOfRow } from '../../support/campaign-rows.ts';
import { aTriggered } from '../../support/triggered.ts';

const NOW = 1_800_000_000_000;
const HOUR_MS = 3_600_000;
const free = () => true;

/** People of a track, in memory, and what was done to them in its order. */
function aTrack(count: number, dueAt = NOW) {
  const people = new Map<string, Triggered>();
  let due: DueRow[] = [];
  for (let row = 1; row <= count; row += 1) {
    const name = `n${String(row).padStart(3, '0')}`;
    const line = aPartLine(row, { components: [[], []] });
    const rest = { key: name, bodyHash: 'h', track: 0, createdAt: 1, step: 0, dueAt };
    people.set(name, { ...rest, line });
    due.push({ name, dueAt });
  }
  const track = {
    now: NOW,
    log: [] as string[],
    people,
    messages: [] as Item[],
    beforeDue: async () => undefined as undefined,
    get due() {
      return due;
    },
  };
  const deps: TriggerDeps = {
    now: () => track.now,
    campaign: () => aTriggered(),
    opensAt: () => 0,
    due: async (limit) => {
      await track.beforeDue();
      return due.toSorted((a, b) => a.dueAt - b.dueAt).slice(0, limit);
    },
    readAll: async (names) => new Map(names.map((name) => [name, people.get(name)])),
    leftOut: async () => new Map(),
    messages: async (_, waiting) => waiting.map(({ step }) => track.messages.slice(0, step + 1)),
    move: async (name, before, after) => {
      const who = people.get(name);
      if (who === undefined || who.step !== before.step || who.ended !== undefined) return false;
      track.log.push(`move ${name}`);
      people.set(name, { ...who, ...after });
      return true;
    },
    putDue: async (one) => {
      track.log.push(`put ${one.name}`);
      due = [...due.filter(({ name, dueAt: at }) => name !== one.name || at !== one.dueAt), one];
    },
    removeDue: async (one) => {
      track.log.push(`remove ${one.name}`);
      due = due.filter(({ name, dueAt: at }) => name !== one.name || at !== one.dueAt);
    },
    write: async ({ done }) => void track.log.push(`count ${done}`),
  };
  return { track, queue: new TriggerQueue(aCursor({ movedAt: NOW }), deps) };
}

function give(queue: TriggerQueue) {
  const queued = queue.next(free);
  if (queued !== undefined) queued.isGiven = true;
  return queued;
}

describe('people who are due', () => {
  test('are given in their order, each once, some at a time', async () => {
    const { queue } = aTrack(100);
    const rows: number[] = [];
    for (let work = queue.refill(); work !== undefined; work = queue.refill()) {
      await work;
      for (let one = give(queue); one !== undefined; one = give(queue)) {
        rows.push(one.line.row);
        await queue.done(one, 1);
      }
    }
    expect(rows).toEqual(Array.from({ length: 100 }, (_, at) => at + 1));
    expect(queue.isDrained).toBe(true);
  });

  test('wait for nobody else, however often that one is due', async () => {
    const { queue, track } = aTrack(100);
    const often = [...track.people].filter(([, { line }]) => line.row < 100);
    for (const [name, who] of often) {
      track.people.set(name, {
        ...who,
        line: { ...who.line, to: { kind: 'phone', name: 'often' } },
      });
    }
    const isFree = (name: string) => name !== 'often';
    for (let work = queue.refill(); work !== undefined; work = queue.refill()) await work;

    expect(queue.next(isFree)?.line.row).toBe(100);
    const ofOften = track.due.filter(({ name }) => name !== 'n100').map(({ dueAt }) => dueAt);
    expect(ofOften).toHaveLength(99);
    expect(ofOften.filter((at) => at === NOW)).toHaveLength(3);
    expect(Math.max(...ofOften)).toBeLessThan(NOW + 99 * 6_000);
  });

  test('are counted first, brought further then, and lose their time last', async () => {
    const { queue, track } = aTrack(1);
    await queue.renew();
    const one = give(queue);
    if (one === undefined) throw new Error('nobody');
    await queue.done(one, 1);
    expect(track.log).toEqual([]);
    expect(queue.ahead).toBe(1);

    await queue.close();

    expect(track.log).toEqual(['count 1', 'move n001', 'put n001', 'remove n001']);
    expect(queue.ahead).toBe(0);
    expect(track.due).toEqual([{ name: 'n001', dueAt: NOW + 2 * HOUR_MS }]);
    expect(queue.comesAt).toBe(NOW + 2 * HOUR_MS);
  });

  test('are followed no further where the campaign is cancelled', async () => {
    const { queue, track } = aTrack(1);
    await queue.renew();
    const one = give(queue);
    if (one === undefined) throw new Error('nobody');
    await queue.done(one, undefined);
    await queue.close();

    expect(track.log).toEqual(['count 1', 'remove n001']);
  });

  test('are not given where they were read longer ago than they may be taken out', async () => {
    const { queue, track } = aTrack(1);
    await queue.renew();
    track.now += 2000;

    expect(queue.next(free)).toBeUndefined();

    await queue.renew();
    expect(queue.next(free)).toBeDefined();
  });

  test('are not given once more where they were given while it looked', async () => {
    const { queue, track } = aTrack(1);
    await queue.renew();
    const looking = Promise.withResolvers<undefined>();
    track.beforeDue = () => looking.promise;
    const renewed = queue.renew();
    const one = give(queue);
    if (one === undefined) throw new Error('nobody');
    await queue.done(one, 1);
    looking.resolve(undefined);
    await renewed;

    expect(queue.next(free)).toBeUndefined();
    await queue.close();
    expect(queue.isDrained).toBe(true);
  });

  test('keep their time where they are others by then, for whoever looks next', async () => {
    const { queue, track } = aTrack(1);
    await queue.renew();
    const one = give(queue);
    if (one === undefined) throw new Error('nobody');
    const who = track.people.get('n001');
    if (who === undefined) throw new Error('nobody');
    track.people.set('n001', { ...who, ended: 'removed' });
    await queue.done(one, 1);
    await queue.close();
    expect(track.due).toHaveLength(1);

    await queue.renew();

    expect(track.due).toEqual([]);
    expect(track.people.get('n001')).toMatchObject({ step: 0, ended: 'removed' });
  });
});

test.each(['sending', 'queued'])(
  'somebody who was taken out has their turn once more where it left a message that is %s',
  async (state) => {
    const { queue, track } = aTrack(1);
    const who = track.people.get('n001');
    if (who === undefined) throw new Error('nobody');
    track.people.set('n001', { ...who, ended: 'removed' });
    track.messages = [campaignRow({}, stateOfRow(state))];
    await queue.renew();
    const one = give(queue);
    if (one === undefined) throw new Error('nobody');
    await queue.done(one, 1);
    await queue.close();

    expect(track.log).toEqual(['count 1', 'remove n001']);
  },
);

test('somebody who was taken out has none where their message came to its end', async () => {
  const { queue, track } = aTrack(1);
  const who = track.people.get('n001');
  if (who === undefined) throw new Error('nobody');
  track.people.set('n001', { ...who, ended: 'removed' });
  track.messages = [campaignRow({}, stateOfRow('sent'))];
  await queue.renew();

  expect(queue.next(free)).toBeUndefined();
  expect(track.log).toEqual(['remove n001']);
});

test('nobody is due whose time has not come, and it is known when that is', async () => {
  const { queue, track } = aTrack(1, NOW + 5000);
  expect(queue.isDrained).toBe(false);
  await queue.renew();

  expect(queue.next(free)).toBeUndefined();
  expect([queue.isDrained, queue.comesAt]).toEqual([true, NOW + 5000]);
  expect(queue.refill()).toBeUndefined();

  track.now += 5000;
  expect(queue.isDrained).toBe(false);
  await queue.refill();
  expect(queue.next(free)).toBeDefined();
});
