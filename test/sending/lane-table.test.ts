import { beforeEach, expect, test } from 'vitest';
import { anEventTable } from '../support/an-event-table.ts';
import { CAMPAIGN } from '../support/campaign-rows.ts';
import { LANE, laneRows } from '../support/lane-rows.ts';

const emulator = await anEventTable();
const { signal } = new AbortController();
const NOTHING_HELD = { taken: new Set<string>(), underWay: new Set<string>(), until: new Map() };

let rows: ReturnType<typeof laneRows>;
beforeEach(() => {
  rows = laneRows(emulator);
});

test('a lane sees every reply before any message of a campaign', async () => {
  await rows.ask('campaign', { class: 'campaign' });
  await rows.ask('reply', { class: 'reply' });

  const seen = await rows.lanes.look(LANE, NOTHING_HELD, signal);

  expect(seen.rows.map((row) => row.class)).toEqual(['reply', 'campaign']);
});

const phone = (at: number) => ({ kind: 'phone', name: `52155500${10_000 + at}` }) as const;

test('a lane sees enough contacts to choose from, and no more', async () => {
  for (let at = 0; at < 60; at += 1) await rows.ask(`m${at}`, { to: phone(at) });

  const seen = await rows.lanes.look(LANE, NOTHING_HELD, signal);

  expect(new Set(seen.rows.map(({ contact }) => contact)).size).toBe(50);
});

test('a lane looks behind what it has at hand, and behind whose contact is busy', async () => {
  for (let at = 0; at < 60; at += 1) await rows.ask(`m${at}`, { to: phone(at) });
  const [first, second] = (await rows.lanes.look(LANE, NOTHING_HELD, signal)).rows;
  if (first === undefined || second === undefined) throw new Error('nothing waits');

  const held = {
    ...NOTHING_HELD,
    taken: new Set([first.key]),
    underWay: new Set([second.contact]),
  };
  const seen = await rows.lanes.look(LANE, held, signal);

  expect(seen.rows).toHaveLength(51);
  expect(seen.rows.map(({ key }) => key)).not.toContain(first.key);
  expect(seen.rows.map(({ key }) => key)).toContain(second.key);
});

test('what a paused campaign holds back hides nobody else', async () => {
  const recipient = {
    ...({ template: 'a', language: 'es', category: 'marketing', variant: 0, micros: 1 } as const),
    ...{ country: 'MX', check: 'chk', zone: 'all', offset: 0, bytes: 1, notAfter: 1 },
  };
  for (let at = 0; at < 60; at += 1) {
    const waiting = { id: `${CAMPAIGN}.0.${at}.0`, to: phone(at), class: 'campaign' } as const;
    const times = { dueAt: rows.now(), notAfter: 1, attempt: 2 };
    await rows.outbox.putWaiting(LANE, { ...waiting, ...times, recipient }, signal);
  }
  const opensAt = () => Number.POSITIVE_INFINITY;

  const paused = await rows.lanes.look(LANE, { ...NOTHING_HELD, opensAt }, signal);
  const running = await rows.lanes.look(LANE, { ...NOTHING_HELD, opensAt: rows.now }, signal);

  expect([paused.rows.length, running.rows.length]).toEqual([60, 50]);
});

test('a doubt is read as it was put, and one of a release that kept no neighbours has none', async () => {
  const { waiting } = await rows.ask('one');
  const doubt = { ...waiting, since: rows.now(), neighbours: ['msg_1'] };
  await rows.lanes.putDoubt(LANE, doubt, signal);
  expect(await rows.doubts()).toMatchObject([{ id: waiting.id, neighbours: ['msg_1'] }]);

  const [row] = (await emulator.rows()).filter((one) => 'neighbours' in one);
  const { neighbours: _, ...earlier } = row ?? {};
  await emulator.dynamodb('PutItem', { TableName: emulator.tableName, Item: earlier }, signal);
  expect(await rows.doubts()).toMatchObject([{ id: waiting.id, neighbours: [] }]);

  await rows.lanes.removeDoubt(LANE, doubt, signal);
  expect(await rows.doubts()).toEqual([]);
});
