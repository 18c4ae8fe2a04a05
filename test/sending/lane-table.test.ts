import { beforeEach, expect, test } from 'vitest';
import { anEventTable } from '../support/an-event-table.ts';
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
