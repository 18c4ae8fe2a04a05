import { describe, expect, test } from 'vitest';
import type { CampaignMark } from '../../../lambda/campaigns/campaign-mark.ts';
import type { Cursor } from '../../../lambda/campaigns/cursor.ts';
import { wakeStalled } from '../../../lambda/sending/ticker/stalled-campaigns.ts';
import { aChannel } from '../../support/channels.ts';
import { aCampaign, CAMPAIGN_ID } from '../pulling/campaign-world.ts';

// 2027-01-15 08:00 UTC.
const NOW = 1_800_000_000_000;
const MINUTE_MS = 60_000;
const { signal } = new AbortController();
const CHANNEL = aChannel({ id: '123' });

const CURSOR: Cursor = {
  ...{ zone: 'all', track: 0, timeZones: [], lines: 9, bytes: 9, done: 1, offset: 1 },
  ...{ hours: {}, passed: {}, isOver: false, movedAt: NOW - 6 * MINUTE_MS },
};

async function tick(
  campaign: Parameters<typeof aCampaign>[0] = {},
  cursor: Partial<Cursor> = {},
  {
    channel = CHANNEL,
    seen = [] as readonly CampaignMark[],
    due = undefined as number | undefined,
  } = {},
) {
  const told: CampaignMark[] = [];
  const woken: number[] = [];
  const counts: Record<string, number> = {};
  const stored = {
    campaign: aCampaign({ createdAt: 0, updatedAt: 0, ...campaign }),
    revision: 7,
  };
  await wakeStalled(new Map([['123', channel]]), seen, signal, {
    campaigns: { list: async () => ({ campaigns: [stored], unreadable: [] }) },
    readCursors: async () => [{ ...CURSOR, ...cursor }],
    firstDue: async () => due,
    marks: { put: async (_, mark) => void told.push(mark) },
    wake: async ({ lane }) => void woken.push(lane),
    count: (metric, value = 1) => {
      counts[metric] = value;
    },
    warn: () => undefined,
    now: () => NOW,
  });
  return { told, woken, stalled: counts['CampaignsStalled'] };
}

test('a campaign of which nobody was sent anything for five minutes is told to its lanes again', async () => {
  expect(await tick()).toEqual({
    told: [{ id: CAMPAIGN_ID, start: 7, dueAt: 0 }],
    woken: [0],
    stalled: 1,
  });
});

const RETRY = {
  ...{ number: 1, name: 'retry', withUncertain: false, at: 1, by: 'a' },
  found: { now: 1, later: 1 },
};
const QUIET = { from: '07:57', to: '07:58' };

test.each([
  ['is paused', tick({ state: 'paused' })],
  ['is finished', tick({ state: 'finished' })],
  ['moved a moment ago', tick({}, { movedAt: NOW - MINUTE_MS })],
  ['was resumed a moment ago', tick({ changes: [{ at: NOW - 1, state: 'running', by: 'a' }] })],
  ['offers it again tomorrow', tick({ retry: RETRY }, { round: 2, notBefore: NOW + 1 })],
  [
    'began to offer it again a moment ago',
    tick({ retry: RETRY }, { round: 2, notBefore: NOW - MINUTE_MS }),
  ],
  ['is quiet', tick({ quiet: { from: '07:00', to: '09:00' } })],
  ['was quiet until a moment ago', tick({ quiet: { from: '05:00', to: '07:58' } })],
  [
    'rests, as its lane says',
    tick({}, {}, { seen: [{ id: CAMPAIGN_ID, start: 1, dueAt: NOW + 1 }] }),
  ],
  [
    'is of a channel that is paused',
    tick({}, {}, { channel: aChannel({ id: '123', state: 'paused' }) }),
  ],
])('one that %s is left alone', async (_, ticked) => {
  expect(await ticked).toMatchObject({ woken: [], stalled: 0 });
});

test('one that was open at both ends of the five minutes counts, whatever was between', async () => {
  expect(await tick({ quiet: QUIET })).toMatchObject({ stalled: 1 });
});

test('one that waits for its next step to begin counts, whatever is there of that', async () => {
  const step = { template: 'more', language: 'es_MX', delayMs: 1, condition: 'read' } as const;
  const cursor = { round: 1, notBefore: NOW + 1 };

  expect(await tick({ steps: [step] }, cursor)).toMatchObject({ stalled: 1 });
  expect(await tick({ steps: [step], stepsBegun: 1 }, cursor)).toMatchObject({ stalled: 0 });
});

describe('one of which everybody has had what has begun', () => {
  const step = { template: 'more', language: 'es_MX', delayMs: 1, condition: 'read' } as const;
  const over = { isOver: true };
  const changes = [{ at: 0, state: 'running', by: 'a' }] as const;
  const MOST_MS = 15 * MINUTE_MS;

  test.each([
    ['for as long as the checker may look for whom its next step goes to', {}, MOST_MS - 1, 0],
    ['no longer than that', {}, MOST_MS, 1],
    ['while somebody waits to be tried again', { until: NOW + 1, minutes: 60 }, MOST_MS, 0],
    ['no longer than it was put off for', { until: NOW, minutes: 60 }, MOST_MS, 1],
  ])('is left alone %s', async (_, wait, ago, stalled) => {
    const stepWait = 'until' in wait ? { stepWait: wait } : {};
    const campaign = { steps: [step], changes, updatedAt: NOW - ago, ...stepWait };

    expect(await tick(campaign, over)).toMatchObject({ stalled });
  });

  test('is finished by a lane where it has no step to come', async () => {
    const begun = { steps: [step], stepsBegun: 1, changes, updatedAt: NOW - 1 };
    expect(await tick(begun, over)).toMatchObject({ stalled: 1, woken: [0] });
  });
});

test('one whose cursors cannot be read is told in the log, and hides no other', async () => {
  const other = `cmp_${'b'.repeat(22)}`;
  const stored = [CAMPAIGN_ID, other].map((id) => ({
    campaign: aCampaign({ id, createdAt: 0, updatedAt: 0 }),
    revision: 1,
  }));
  const warnings: unknown[] = [];
  const told: string[] = [];
  await wakeStalled(new Map([['123', CHANNEL]]), [], signal, {
    campaigns: { list: async () => ({ campaigns: stored, unreadable: ['cmp_unreadable'] }) },
    firstDue: async () => undefined,
    readCursors: async (id) => {
      if (id === CAMPAIGN_ID) throw new TypeError('away');
      return [CURSOR];
    },
    marks: { put: async (_, { id }) => void told.push(id) },
    wake: async () => undefined,
    count: () => undefined,
    warn: (message, fields) => void warnings.push({ message, ...fields }),
    now: () => NOW,
  });

  expect(told).toEqual([other]);
  expect(warnings).toEqual([
    { message: 'Campaign not readable', campaign: 'cmp_unreadable' },
    { message: 'Campaign not looked after', campaign: CAMPAIGN_ID, fault: 'TypeError' },
  ]);
});

describe('of a triggered campaign', () => {
  const triggered = { isTriggered: true } as const;

  test('nobody who is due for five minutes stays so', async () => {
    const told = [{ id: CAMPAIGN_ID, start: 7, dueAt: 0 }];
    const due = NOW - 5 * MINUTE_MS;
    expect(await tick(triggered, {}, { due })).toEqual({ told, woken: [0], stalled: 1 });
  });

  test.each([
    ['nobody is due', tick(triggered)],
    ['somebody is due since a moment', tick(triggered, {}, { due: NOW - 4 * MINUTE_MS })],
    ['it was resumed a moment ago', tick({ ...triggered, updatedAt: NOW }, {}, { due: 1 })],
  ])('nothing has stalled where %s', async (_, ticked) => {
    expect(await ticked).toEqual({ told: [], woken: [], stalled: 0 });
  });
});
