import { describe, expect, test } from 'vitest';
import { campaignFigures } from '../../../lambda/campaigns/track-figures.ts';
import type { Triggered } from '../../../lambda/campaigns/triggered.ts';
import { brakeOf } from '../../../lambda/sending/pulling/budget.ts';
import type { TriggerSource } from '../../../lambda/sending/pulling/trigger-queue.ts';
import { laneRow, mostIn, runInWorld } from '../lane-world.ts';
import { aCampaign, aLine, CAMPAIGN_ID, campaignWorld } from './campaign-world.ts';

const START_MS = 1_800_000_000_000;

const lines = (count: number, from = 1) => Array.from({ length: count }, (_, n) => aLine(from + n));
const rowsOf = (requests: readonly { readonly row: { readonly id: string } }[]) =>
  requests.map(({ row }) => Number(row.id.split('.')[2]));
const allRows = (count: number) => Array.from({ length: count }, (_, n) => n + 1);

describe('a campaign in a lane', () => {
  test('goes to each of its recipients once, in their order, and finishes', async () => {
    const world = campaignWorld([{ lines: lines(130) }]);
    const { requests, end } = await runInWorld({
      rows: [],
      campaigns: () => world.marks,
      openFeed: world.openFeed,
    });

    expect(rowsOf(requests)).toEqual(allRows(130));
    expect(world.stored.campaign.state).toBe('finished');
    expect(world.marks).toEqual([]);
    expect(end).toEqual({ kind: 'idle' });
  });

  test('keeps the pace of its lane, and at least 92 % of it', async () => {
    const world = campaignWorld([{ lines: lines(1600) }]);
    const { requests } = await runInWorld({
      ...{ rows: [], campaigns: () => world.marks, openFeed: world.openFeed },
      claimMs: () => 8,
    });

    expect(mostIn(requests, 1000)).toBeLessThanOrEqual(80);
    expect(requests.length).toBeGreaterThanOrEqual(0.9 * 80 * 20);
  }, 60_000);

  test('writes its cursor once for twenty', async () => {
    const world = campaignWorld([{ lines: lines(400) }]);
    await runInWorld({ rows: [], campaigns: () => world.marks, openFeed: world.openFeed });

    expect(world.cursorWrites).toBeLessThanOrEqual(400 / 20 + 2);
  });

  test('goes on where the invocation before it ended', async () => {
    const world = campaignWorld([{ lines: lines(300) }]);
    const sent: number[] = [];
    for (let slice = 0; slice < 20 && world.marks.length > 0; slice += 1) {
      const { requests } = await runInWorld({
        ...{ rows: [], campaigns: () => world.marks, openFeed: world.openFeed },
        sliceMs: 700,
      });
      sent.push(...rowsOf(requests));
    }

    expect(sent).toEqual(allRows(300));
  });

  test('waits for every reply, which goes first', async () => {
    const world = campaignWorld([{ lines: lines(300) }]);
    const reply = { ...laneRow('reply'), writtenAt: 1000 };
    const { requests } = await runInWorld({
      ...{ rows: [reply], campaigns: () => world.marks, openFeed: world.openFeed },
    });
    const at = requests.find(({ row }) => row.id === 'reply')?.requestedAt ?? Number.NaN;

    expect(at).toBeLessThan(1500);
    expect(requests).toHaveLength(301);
  });

  test.each(['paused', 'cancelled'] as const)(
    'stops within two seconds once it is %s',
    async (state) => {
      const world = campaignWorld([{ lines: lines(2000) }]);
      let seen = 0;
      const { requests, end } = await runInWorld({
        ...{ rows: [], openFeed: world.openFeed },
        campaigns: () => world.marks,
        isActive: (ms) => {
          if (ms > 3000 && seen === 0) {
            seen = ms;
            world.set({ state });
          }
          return true;
        },
      });

      expect(Math.max(...requests.map(({ requestedAt }) => requestedAt))).toBeLessThan(seen + 2000);
      expect(end).toEqual({ kind: 'idle' });
      expect(world.marks).toEqual([]);
      const [cursor] = world.cursors.values();
      // Of one that is cancelled those are ended too who may have been under way.
      const ended = (cursor?.done ?? 0) - requests.length;
      expect(ended).toBe(state === 'paused' ? 0 : 60);
    },
  );

  test('leaves the mark of a start that came after it was read', async () => {
    const world = campaignWorld([{ lines: lines(300) }], { state: 'paused' });
    const resumed = { id: CAMPAIGN_ID, start: 2, dueAt: 0 };
    let isResumed = false;
    const { requests } = await runInWorld({
      ...{ rows: [], openFeed: world.openFeed },
      campaigns: () => {
        // It was read as the lane began, and the lane looks a second and a third time.
        if (world.campaignReads > 0 && !isResumed) {
          isResumed = true;
          world.set({ state: 'running' });
          world.marks = [...world.marks, resumed];
        }
        return world.marks;
      },
    });

    expect(isResumed).toBe(true);
    expect(requests.length === 300 || world.marks.includes(resumed)).toBe(true);
  });

  test('leaves such a mark also where its slice ends before it could read the campaign again', async () => {
    const world = campaignWorld([{ lines: lines(3) }], { state: 'paused' });
    const paused = world.marks;
    const resumed = { id: CAMPAIGN_ID, start: 2, dueAt: 0 };
    await runInWorld({
      ...{ rows: [], openFeed: world.openFeed, sliceMs: 500 },
      campaigns: () => {
        if (world.campaignReads > 0 && world.marks === paused) {
          world.set({ state: 'running' });
          world.marks = [...paused, resumed];
        }
        return world.marks;
      },
    });

    expect(world.marks).toEqual([resumed]);
  });

  test('leaves the lane where there is no such campaign any more', async () => {
    const world = campaignWorld([{ lines: lines(3) }]);
    const { requests, end } = await runInWorld({
      ...{ rows: [], campaigns: () => world.marks },
      openFeed: (id, clock) =>
        world.openFeed(id, clock, 0, 1, { readCampaign: async () => undefined }),
    });

    expect(requests).toEqual([]);
    expect(end).toEqual({ kind: 'idle' });
    expect(world.marks).toEqual([]);
  });

  test('has its lane go on where somebody is put into it while it closes', async () => {
    const world = campaignWorld([{ lines: [] }], { isTriggered: true });
    let isIn = false;
    const who: Triggered = {
      ...{ key: 'a', bodyHash: 'h', track: 0, line: aLine(1), createdAt: START_MS },
      ...{ step: 0, dueAt: START_MS },
    };
    const triggered: TriggerSource = {
      due: async () => (isIn ? [{ name: 'a', dueAt: START_MS }] : []),
      readAll: async (names) => new Map(names.map((name) => [name, who])),
      leftOut: async () => new Map(),
      messages: async (_, people) => people.map(() => []),
      move: async () => true,
      putDue: async () => undefined,
      removeDue: async () => undefined,
    };
    const removeMark = async () => {
      world.marks = [];
      isIn = true;
    };
    const { requests, end } = await runInWorld({
      ...{ rows: [], campaigns: () => world.marks },
      openFeed: (id, clock) =>
        world.openFeed(id, clock, 0, 1, { triggered: () => triggered, removeMark }),
    });

    expect(requests).toEqual([]);
    expect(world.marks).toHaveLength(1);
    expect(end).toEqual({ kind: 'left' });
  });

  test('passes over who wants nothing, and counts them', async () => {
    const world = campaignWorld([{ lines: lines(30) }]);
    world.left.set(aLine(7).to.name, 'opted_out');
    const { requests } = await runInWorld({
      ...{ rows: [], campaigns: () => world.marks, openFeed: world.openFeed },
    });

    expect(rowsOf(requests)).toEqual(allRows(30).filter((row) => row !== 7));
    expect([...world.cursors.values()]).toMatchObject([{ done: 30, passed: { opted_out: 1 } }]);
  });

  test('counts who is passed over once, however often an invocation ends before', async () => {
    const world = campaignWorld([{ lines: lines(60) }]);
    for (const row of [12, 19, 33]) world.left.set(aLine(row).to.name, 'opted_out');
    for (let slice = 0; slice < 60 && world.marks.length > 0; slice += 1) {
      await runInWorld({
        ...{ rows: [], campaigns: () => world.marks, openFeed: world.openFeed },
        sliceMs: 400,
      });
    }

    expect([...world.cursors.values()]).toMatchObject([{ done: 60, passed: { opted_out: 3 } }]);
  });

  test('passes over who was forgotten, whose line is spaces', async () => {
    const world = campaignWorld([{ lines: lines(5) }]);
    const text = world.texts.get('check all 0') ?? Buffer.alloc(0);
    text.fill(' ', 0, text.indexOf(0x0a));
    const { requests } = await runInWorld({
      ...{ rows: [], campaigns: () => world.marks, openFeed: world.openFeed },
    });

    expect(rowsOf(requests)).toEqual([2, 3, 4, 5]);
    expect([...world.cursors.values()]).toMatchObject([{ done: 5, passed: { forgotten: 1 } }]);
  });

  test('is slower by a rate of its own, which holds at once when it is changed', async () => {
    const world = campaignWorld([{ lines: lines(2000) }], { maxPerSecond: 10 });
    const { requests } = await runInWorld({
      ...{ rows: [], campaigns: () => world.marks, openFeed: world.openFeed },
      isActive: (ms) => {
        if (ms > 10_000) world.set({ maxPerSecond: 40 });
        return true;
      },
    });
    const before = requests.filter(({ requestedAt }) => requestedAt < 10_000);
    const after = requests.filter(({ requestedAt }) => requestedAt > 12_000);

    expect(before.length).toBeGreaterThan(80);
    expect(mostIn(before, 1000)).toBeLessThanOrEqual(10);
    expect(mostIn(after, 1000)).toBeGreaterThan(30);
  });

  test.each([
    { lanes: 1, maxPerSecond: 0.1 },
    { lanes: 10, maxPerSecond: 1 },
  ])('sends at the slowest rate too: $maxPerSecond a second by $lanes lanes', async (slow) => {
    const { lanes: tracks, maxPerSecond } = slow;
    const check = { ...aCampaign().check, tracks } as never;
    const world = campaignWorld([{ lines: lines(2000) }], { maxPerSecond, check });
    const marks = world.marks;
    const slices: number[] = [];
    for (let slice = 0; slice < 6; slice += 1) {
      world.marks = marks;
      const { requests } = await runInWorld({
        ...{ rows: [], campaigns: () => world.marks, startMs: 15_000 * slice, sliceMs: 15_000 },
        openFeed: (id, clock) => world.openFeed(id, clock, 0, tracks),
      });
      slices.push(requests.length);
    }
    const sent = slices.reduce((sum, count) => sum + count, 0);

    expect(sent).toBeGreaterThanOrEqual(8);
    expect(sent).toBeLessThanOrEqual(10);
  });

  test('does not begin in all lanes at once where its own rate is slower', async () => {
    const check = { ...aCampaign().check, tracks: 10 } as never;
    const parts = Array.from({ length: 10 }, (_, track) => ({ track, lines: lines(9, track * 9) }));
    const changes = [{ at: START_MS, state: 'running', by: 'role/marketing' }] as const;
    const first: number[] = [];
    for (let lane = 0; lane < 10; lane += 1) {
      const world = campaignWorld(parts, { maxPerSecond: 2, check, changes });
      const { requests } = await runInWorld({
        ...{ rows: [], campaigns: () => world.marks },
        openFeed: (id, clock) => world.openFeed(id, clock, lane, 10),
      });
      first.push(requests[0]?.requestedAt ?? Number.NaN);
    }

    for (const [lane, at] of first.entries()) {
      expect(at).toBeGreaterThanOrEqual(lane * 500);
      expect(at).toBeLessThan(lane * 500 + 500);
    }
  });

  test('stops by itself where its figures say so', async () => {
    const world = campaignWorld([{ lines: lines(2000) }]);
    await runInWorld({
      ...{ rows: [], campaigns: () => world.marks, openFeed: world.openFeed },
      isActive: (ms) => {
        if (ms > 3000) world.brake = { because: 'failures', left: 0 };
        return true;
      },
    });

    expect(world.stored.campaign).toMatchObject({ state: 'paused', because: 'failures' });
    expect(world.stored.campaign.changes.at(-1)).toMatchObject({ by: 'floodgate' });
    expect(world.stopped).toEqual(['failures']);
  });

  test('draws no more than its budget has left, however often that is looked at', async () => {
    const world = campaignWorld([{ lines: lines(2000) }]);
    world.brake = { left: 25 };
    const { requests } = await runInWorld({
      ...{ rows: [], campaigns: () => world.marks, openFeed: world.openFeed },
      sliceMs: 900,
    });

    expect(requests).toHaveLength(25);
  });

  test('never passes a budget, whatever cursors are written while that is looked at', async () => {
    const budget = { micros: 150 * 40_000, currency: 'USD' };
    const world = campaignWorld([{ lines: lines(2000) }], { budget });
    const { requests } = await runInWorld({
      ...{ rows: [], campaigns: () => world.marks },
      openFeed: (id, clock) =>
        world.openFeed(id, clock, 0, 1, {
          brake: async (campaign, ahead, own) => {
            const cursors = [...world.cursors.values()];
            await clock.sleep(700);
            return brakeOf(campaign, { tracks: [], all: campaignFigures({}), cursors, ahead, own });
          },
        }),
    });

    expect(requests).toHaveLength(150);
    expect(world.stored.campaign).toMatchObject({ state: 'paused', because: 'budget' });
  });

  test('goes on with what others left of the portfolio, and rests once nothing is left', async () => {
    const world = campaignWorld([{ lines: lines(500) }]);
    const rooms = [100, 40, 0];
    const moreAt = START_MS + 7_200_000;
    const { requests, end } = await runInWorld({
      ...{ rows: [], campaigns: () => world.marks },
      openFeed: (id, clock) =>
        world.openFeed(id, clock, 0, 1, {
          room: async () => ({ left: rooms.shift() ?? 0, moreAt }),
        }),
    });

    expect(requests).toHaveLength(140);
    expect(rooms).toEqual([]);
    expect(end).toEqual({ kind: 'idle' });
    expect(world.marks.map(({ dueAt }) => dueAt)).toEqual([moreAt]);
  });

  test('sends to nobody whose zone is quiet, and is back when it opens', async () => {
    // 1_800_000_000_000 is 2027-01-15 08:00 UTC.
    const quiet = { from: '21:00', to: '09:00' };
    const world = campaignWorld(
      [
        { zone: 'DE', timeZones: ['Europe/Berlin'], lines: lines(10) },
        { zone: 'MX', timeZones: ['America/Mexico_City'], track: 0, lines: lines(10, 11) },
      ],
      { quiet },
    );
    const { requests } = await runInWorld({
      ...{ rows: [], campaigns: () => world.marks, openFeed: world.openFeed },
    });

    expect(rowsOf(requests)).toEqual(allRows(10));
    expect(world.marks).toEqual([
      { id: CAMPAIGN_ID, start: 1, dueAt: Date.parse('2027-01-15T15:00:00Z') },
    ]);
    expect(world.stored.campaign.state).toBe('running');
  });

  test('tries nobody again while it is quiet where they are, also once it is finished', async () => {
    const waiting = laneRow(`${CAMPAIGN_ID}.0.5.0`, {
      class: 'campaign',
      recipient: {
        ...{ template: 'a', language: 'es', category: 'marketing', variant: 0, micros: 1 },
        ...{ country: 'MX', check: 'check', zone: 'MX', offset: 0, bytes: 1, notAfter: 1 },
      },
    });
    // It is 08:00 in UTC, and two in the night in Mexico.
    const quiet = { from: '21:00', to: '07:00' };
    const world = campaignWorld([], { state: 'finished', timeZone: 'recipient', quiet });
    const run = await runInWorld({
      ...{ rows: [waiting], campaigns: () => [], openFeed: world.openFeed },
    });

    expect(run.requests).toEqual([]);
  });

  test('begins when its time has come, by itself', async () => {
    const world = campaignWorld([{ lines: lines(3) }], {
      ...{ state: 'scheduled', startAt: '2027-01-15T07:59' },
    });
    await runInWorld({ rows: [], campaigns: () => world.marks, openFeed: world.openFeed });

    expect(world.stored.campaign.changes.map(({ state }) => state)).toEqual([
      'running',
      'finished',
    ]);
  });

  test('leaves alone what is scheduled for later', async () => {
    const world = campaignWorld([{ lines: lines(3) }], {
      ...{ state: 'scheduled', startAt: '2027-01-15T10:00' },
    });
    const { requests } = await runInWorld({
      ...{ rows: [], campaigns: () => world.marks, openFeed: world.openFeed },
    });

    expect(requests).toEqual([]);
    expect(world.marks.map(({ dueAt }) => dueAt)).toEqual([Date.parse('2027-01-15T10:00:00Z')]);
  });

  test('leaves the tracks of other lanes to them, and finishes with the last', async () => {
    const world = campaignWorld(
      [0, 1, 2].map((track) => ({ track, lines: lines(30, track * 100) })),
      { check: { ...campaignWorld([]).stored.campaign.check, tracks: 3 } as never },
    );
    const sent: number[][] = [];
    for (const lane of [0, 1, 2]) {
      world.marks = [{ id: CAMPAIGN_ID, start: 1, dueAt: 0 }];
      const { requests } = await runInWorld({
        ...{ rows: [], campaigns: () => world.marks },
        openFeed: (id, clock) => world.openFeed(id, clock, lane, 3),
      });
      sent.push(rowsOf(requests));
      expect(world.stored.campaign.state).toBe(lane === 2 ? 'finished' : 'running');
    }

    expect(sent.map((rows) => Math.floor((rows[0] ?? 0) / 100))).toEqual([0, 1, 2]);
    expect(sent.flat()).toHaveLength(90);
  });

  test('holds back what waits of it while it is paused, and ends that when it is cancelled', async () => {
    const waiting = laneRow(`${CAMPAIGN_ID}.0.5.0`, {
      class: 'campaign',
      recipient: {
        ...{ template: 'a', language: 'es', category: 'marketing', variant: 0, micros: 1 },
        ...{ country: 'MX', check: 'check', zone: 'all', offset: 0, bytes: 1, notAfter: 1 },
      },
    });
    for (const state of ['paused', 'cancelled', 'running'] as const) {
      const world = campaignWorld([{ lines: [] }], { state });
      const run = await runInWorld({
        ...{ rows: [waiting], campaigns: () => [], openFeed: world.openFeed },
      });
      expect(run.requests).toHaveLength(state === 'running' ? 1 : 0);
      expect(run.cancelled).toHaveLength(state === 'cancelled' ? 1 : 0);
    }
  });
});

describe('a campaign whose files are gone', () => {
  const gone = Object.assign(new Error('gone'), { name: 'NoSuchKey' });
  const readPart = async () => {
    throw gone;
  };
  const run = (world: ReturnType<typeof campaignWorld>, error: Error = gone) =>
    runInWorld({
      ...{ rows: [], campaigns: () => world.marks },
      openFeed: (id, clock) =>
        world.openFeed(id, clock, 0, 1, {
          readPart: error === gone ? readPart : () => Promise.reject(error),
        }),
    });

  test('pauses, and leaves the lane to all else', async () => {
    const world = campaignWorld([{ lines: lines(3) }]);
    const { end } = await run(world);

    expect(end).toEqual({ kind: 'idle' });
    expect(world.stored.campaign).toMatchObject({ state: 'paused', because: 'files' });
    expect(world.stopped).toEqual(['files']);
    expect(world.marks).toEqual([]);
  });

  test('is not finished where nothing says any more who had their turn', async () => {
    const world = campaignWorld([]);
    const { end } = await run(world);

    expect(end).toEqual({ kind: 'idle' });
    expect(world.stored.campaign).toMatchObject({ state: 'paused', because: 'files' });
    expect(world.stopped).toEqual(['files']);
  });

  test('ends when it is cancelled', async () => {
    const world = campaignWorld([{ lines: lines(3) }], { state: 'cancelled' });
    const { end } = await run(world);

    expect(end).toEqual({ kind: 'idle' });
    expect(world.marks).toEqual([]);
  });

  test('goes on once it can be read again, where it could not for a while', async () => {
    const world = campaignWorld([{ lines: lines(3) }]);
    const { end } = await run(world, new Error('away'));

    expect(end).toMatchObject({ kind: 'failed' });
    expect(world.stored.campaign.state).toBe('running');
  });
});

describe('failures that are offered again', () => {
  const again = { times: 1, after: 6, from: 'refused', told: [] } as const;
  const RETRY = { number: 1, name: 'retry', withUncertain: false, at: 1, by: 'a' };
  const retry = { ...RETRY, found: { now: 5, later: 3 } };
  const failed = (count: number, from = 1) => lines(count, from).map((one) => ({ ...one, again }));

  test('go out as all others, each by an attempt more than failed', async () => {
    const world = campaignWorld([{ round: 1, lines: failed(45) }], { retry });
    const { requests } = await runInWorld({
      ...{ rows: [], campaigns: () => world.marks, openFeed: world.openFeed },
    });

    expect(rowsOf(requests)).toEqual(allRows(45));
    expect(requests.map(({ row }) => row.attempt)).toEqual(allRows(45).map(() => 7));
    expect(requests[0]?.row.recipient).toMatchObject({ check: 'check.1', again });
    expect(world.stored.campaign.state).toBe('finished');
  });

  test('wait for their day, until which the campaign rests', async () => {
    const notBefore = START_MS + 3_600_000;
    const world = campaignWorld(
      [
        { round: 1, lines: failed(5) },
        { round: 2, lines: failed(3, 6), notBefore },
      ],
      { retry },
    );
    const { requests } = await runInWorld({
      ...{ rows: [], campaigns: () => world.marks, openFeed: world.openFeed },
    });

    expect(rowsOf(requests)).toEqual(allRows(5));
    expect(world.stored.campaign.state).toBe('running');
    expect(world.marks.map(({ dueAt }) => dueAt)).toEqual([notBefore]);

    const next = await runInWorld({
      ...{ rows: [], campaigns: () => world.marks, openFeed: world.openFeed },
      startMs: 3_600_000,
    });
    expect(rowsOf(next.requests)).toEqual([6, 7, 8]);
    expect(world.stored.campaign.state).toBe('finished');
  });

  test('wait for the morning where their day begins in the night', async () => {
    // 1_800_000_000_000 is 2027-01-15 08:00 UTC.
    const quiet = { from: '21:00', to: '07:00' };
    const notBefore = Date.parse('2027-01-15T23:00:00Z');
    const world = campaignWorld([{ round: 2, lines: failed(3), notBefore }], { retry, quiet });
    await runInWorld({ rows: [], campaigns: () => world.marks, openFeed: world.openFeed });

    expect(world.marks.map(({ dueAt }) => dueAt)).toEqual([Date.parse('2027-01-16T07:00:00Z')]);
  });

  test('are taken up by a lane that is still at work when they are found', async () => {
    const world = campaignWorld([{ lines: lines(20) }]);
    const other = campaignWorld([{ lines: lines(900, 1001) }]);
    const otherId = `cmp_${'b'.repeat(22)}`;
    const { requests } = await runInWorld({
      rows: [],
      campaigns: () => [...world.marks, ...other.marks.map((mark) => ({ ...mark, id: otherId }))],
      openFeed: (id, clock) => (id === CAMPAIGN_ID ? world : other).openFeed(id, clock),
      isActive: (ms) => {
        // Another lane was the last one of it, and somebody asks at once.
        if (ms > 3000 && world.stored.campaign.retry === undefined) {
          world.put({ round: 1, lines: failed(4) });
          world.set({ retry });
          world.marks = [{ id: CAMPAIGN_ID, start: world.stored.revision, dueAt: 0 }];
        }
        return true;
      },
    });
    const offered = requests.filter(({ row }) => row.attempt > 1);

    expect(rowsOf(offered)).toEqual([1, 2, 3, 4]);
    expect(world.stored.campaign.state).toBe('finished');
  });
});

describe('a step', () => {
  const steps = [
    { template: 'reminder', language: 'es_MX', delayMs: 3_600_000, condition: 'no_reply' },
    { template: 'last', language: 'es_MX', delayMs: 3_600_000, condition: 'not_read' },
  ] as const;
  const ofStep = (count: number, step = 1) =>
    lines(count).map((one) => ({ ...one, step, components: [[], [{ type: 'body' }], []] }));

  test('is asked for once everybody has had the one before, and the campaign is not finished', async () => {
    const world = campaignWorld([{ lines: lines(30) }], { steps });
    await runInWorld({ rows: [], campaigns: () => world.marks, openFeed: world.openFeed });

    expect(world.begun).toEqual([1]);
    expect(world.stored.campaign.state).toBe('running');
    expect(world.marks).toEqual([]);
  });

  test('goes out by its template, as a message of its own', async () => {
    const world = campaignWorld([{ round: 1, lines: ofStep(25) }], { steps, stepsBegun: 1 });
    const { requests } = await runInWorld({
      ...{ rows: [], campaigns: () => world.marks, openFeed: world.openFeed },
    });
    const [first] = requests;

    expect(requests.map(({ row }) => row.id)).toEqual(
      allRows(25).map((row) => `${CAMPAIGN_ID}.0.${row}.1`),
    );
    expect(first?.row).toMatchObject({
      ...{ attempt: 1, recipient: { template: 'reminder', check: 'check.1' } },
      drawn: { body: expect.stringContaining('"reminder"') },
    });
    expect(first?.row.drawn?.body).toContain('"components":[{"type":"body"}]');
    expect(world.begun).toEqual([2]);
  });

  test('passes over whom its condition leaves out, and counts them by the reason', async () => {
    const world = campaignWorld([{ round: 1, lines: ofStep(30) }], { steps, stepsBegun: 1 });
    world.unmet.set(aLine(3).to.name, 'replied');
    world.unmet.set(aLine(9).to.name, 'not_sent');
    world.left.set(aLine(5).to.name, 'opted_out');
    const { requests } = await runInWorld({
      ...{ rows: [], campaigns: () => world.marks, openFeed: world.openFeed },
    });

    expect(rowsOf(requests)).toEqual(allRows(30).filter((row) => ![3, 5, 9].includes(row)));
    expect([...world.cursors.values()]).toMatchObject([
      { done: 30, passed: { replied: 1, not_sent: 1, opted_out: 1 } },
    ]);
  });

  test('goes to nobody before it has begun, whatever of it is there, and is asked for', async () => {
    const parts = [{ lines: lines(3) }, { round: 1, lines: ofStep(3) }];
    const world = campaignWorld(parts, { steps });
    const { requests } = await runInWorld({
      ...{ rows: [], campaigns: () => world.marks, openFeed: world.openFeed },
    });

    expect(requests.map(({ row }) => row.id)).toEqual(
      allRows(3).map((row) => `${CAMPAIGN_ID}.0.${row}.0`),
    );
    expect(world.begun).toEqual([1]);
  });

  test('that begins while a lane sees whether all is over is no end of its campaign', async () => {
    const [only] = steps;
    const world = campaignWorld([{ lines: lines(3) }], { steps: [only] });
    await runInWorld({
      ...{ rows: [], campaigns: () => world.marks },
      openFeed: (id, clock) =>
        world.openFeed(id, clock, 0, 1, {
          readCursors: async (track) => {
            await clock.sleep(3);
            const read = [...world.cursors.values()];
            // Another lane has asked for it a moment ago.
            if (track === undefined) {
              world.put({ round: 1, lines: ofStep(3) });
              world.set({ stepsBegun: 1 });
            }
            return read;
          },
        }),
    });

    expect(world.stored.campaign.state).toBe('running');
  });

  test('is the end of the campaign where it is the last', async () => {
    const world = campaignWorld([{ round: 2, lines: ofStep(3, 2) }], { steps, stepsBegun: 2 });
    await runInWorld({ rows: [], campaigns: () => world.marks, openFeed: world.openFeed });

    expect(world.begun).toEqual([]);
    expect(world.stored.campaign.state).toBe('finished');
  });

  test.each(['paused', 'cancelled'] as const)(
    'goes out to nobody of one that is %s',
    async (state) => {
      const campaign = { steps, stepsBegun: 1, state };
      const world = campaignWorld([{ round: 1, lines: ofStep(9) }], campaign);
      const { requests } = await runInWorld({
        ...{ rows: [], campaigns: () => world.marks, openFeed: world.openFeed },
      });

      expect(requests).toEqual([]);
      expect(world.begun).toEqual([]);
    },
  );
});

test('two campaigns of a lane take turns by their weights', async () => {
  const one = campaignWorld([{ lines: lines(2000) }]);
  const other = campaignWorld([{ lines: lines(2000, 5001) }], { weight: 3 });
  const ids = [CAMPAIGN_ID, `cmp_${'b'.repeat(22)}`];
  const { requests } = await runInWorld({
    rows: [],
    campaigns: () => ids.map((id) => ({ id, start: 1, dueAt: 0 })),
    openFeed: (id, clock) => (id === CAMPAIGN_ID ? one : other).openFeed(id, clock),
    sliceMs: 10_000,
  });
  const ofOther = rowsOf(requests).filter((row) => row > 5000).length;

  expect(ofOther / requests.length).toBeGreaterThan(0.7);
  expect(ofOther / requests.length).toBeLessThan(0.8);
});

test('a part of nobody is over at once', async () => {
  const world = campaignWorld([
    { zone: 'DE', lines: [] },
    { zone: 'MX', lines: lines(2) },
  ]);
  await runInWorld({ rows: [], campaigns: () => world.marks, openFeed: world.openFeed });

  expect(world.stored.campaign.state).toBe('finished');
});
