import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../local/traffic/random.ts';
import { type LaneWorld, laneRow, laneRows, mostIn, runInWorld } from './lane-world.ts';

const aRate = fc.constantFrom(0.2, 256 / 60, 20, 80);

describe('the pace of a lane', () => {
  test('is never above the limit in any second, however late timers, claims and answers are', async () => {
    const given = {
      rate: aRate,
      seed: fc.integer(),
      late: fc.constantFrom(0, 1, 20, 400),
      claim: fc.constantFrom(1, 30, 700),
    };
    await fc.assert(
      fc.asyncProperty(fc.record(given), async ({ rate, seed, late, claim }) => {
        const random = seededRandom(seed, 'lane');
        const { requests } = await runInWorld({
          rows: laneRows(rate * 8 + 3),
          messagesPerSecond: rate,
          lateness: () => (random() < 0.2 ? random() * late : random()),
          claimMs: () => 1 + random() * claim,
          sliceMs: 6000,
        });

        const windowMs = Math.max(1000, 1000 / rate);
        expect(mostIn(requests, windowMs)).toBeLessThanOrEqual(Math.max(1, Math.floor(rate)));
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  test.each([
    [80, 80],
    [1000, 100],
    [20, 20],
  ])(
    'of a channel of %i a second is at least 92 %% of the limit while enough waits',
    async (messagesPerSecond, ofLane) => {
      const random = seededRandom(7, 'lane');
      const { requests } = await runInWorld({
        rows: laneRows(ofLane * 21),
        messagesPerSecond,
        lateness: () => 0.1 + random(),
        claimMs: () => 4 + random() * 6,
      });

      expect(requests.length).toBeGreaterThanOrEqual(0.92 * ofLane * 20);
      expect(mostIn(requests, 1000)).toBeLessThanOrEqual(ofLane);
    },
    60_000,
  );

  test('is no higher after something held it up: nothing that was missed is caught up', async () => {
    let sleeps = 0;
    const { requests } = await runInWorld({
      rows: laneRows(600),
      lateness: () => {
        sleeps += 1;
        return sleeps === 100 ? 2000 : 0;
      },
      claimMs: () => 1,
      sliceMs: 6000,
    });
    const times = requests.map(({ requestedAt }) => requestedAt);
    const resumed = times.findIndex((at, n) => at - (times[n - 1] ?? at) > 1000);
    const after = (times[resumed] ?? Number.NaN) + 500;

    expect(resumed).toBeGreaterThan(0);
    expect(times.slice(resumed).filter((at) => at < after).length).toBeLessThan(42);
  });

  test('waits an interval before the first, since another invocation may have sent just now', async () => {
    const { requests } = await runInWorld({ rows: laneRows(1), claimMs: () => 0 });

    expect(requests[0]?.requestedAt).toBeGreaterThanOrEqual(1000 / 76);
  });

  test('does not depend on how long answers take', async () => {
    const { requests } = await runInWorld({
      rows: laneRows(800),
      answerMs: () => 4000,
      sliceMs: 10_000,
    });

    expect(requests.length).toBeGreaterThan(700);
  });

  test('is half for ten seconds after the provider found it too fast, then grows by a tenth a second', async () => {
    const { requests } = await runInWorld({
      rows: laneRows(2000),
      outcome: (_, requestedAt) =>
        requestedAt % 1_800_000_000_000 < 20 ? { throttledAt: requestedAt } : {},
    });
    const within = (from: number, until: number) =>
      requests.filter(({ requestedAt }) => requestedAt >= from && requestedAt < until).length;

    expect(within(1000, 10_000) / 9).toBeCloseTo(38, 0);
    expect(within(11_300, 12_200) / 0.9).toBeGreaterThan(44);
    expect(within(16_500, 19_500) / 3).toBeCloseTo(76, 0);
  }, 60_000);

  test('halves once for all that was under way when it slowed down', async () => {
    const { requests } = await runInWorld({
      rows: laneRows(1000),
      outcome: (_, requestedAt) =>
        requestedAt % 1_800_000_000_000 < 200 ? { throttledAt: requestedAt } : {},
      sliceMs: 9000,
    });

    expect(
      requests.filter(({ requestedAt }) => requestedAt >= 1000 && requestedAt < 5000).length / 4,
    ).toBeCloseTo(38, 0);
  });
});

describe('what goes next', () => {
  test('is always a reply where one is due', async () => {
    const replies = Array.from({ length: 40 }, (_, n) => ({
      ...laneRow(`r${n}`),
      writtenAt: n * 100,
    }));
    const { requests } = await runInWorld({
      rows: [...laneRows(500, { class: 'campaign' }), ...replies],
      sliceMs: 6000,
    });

    for (const { id, writtenAt } of replies) {
      const sent = requests.find(({ row }) => row.id === id);
      // A look, a slot and a claim.
      expect((sent?.begunAt ?? Number.NaN) - writtenAt).toBeLessThanOrEqual(260);
    }
  });

  test('goes out as soon as a look has found it', async () => {
    const late = { ...laneRow('late'), writtenAt: 190 };
    const { requests } = await runInWorld({ rows: [late] });

    expect(requests[0]?.begunAt).toBeLessThan(220);
  });

  test('never lets a campaign before a reply that both wait from the start', async () => {
    const { requests } = await runInWorld({
      rows: [
        ...laneRows(50, { class: 'campaign' }),
        ...Array.from({ length: 30 }, (_, n) => laneRow(`r${n}`)),
      ],
    });

    expect(requests.slice(0, 30).every(({ row }) => row.class === 'reply')).toBe(true);
    expect(requests).toHaveLength(80);
  });

  test("keeps each contact's messages in order, none beside another, whatever fails", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const random = seededRandom(seed, 'lane');
        const rows = laneRows(60).map((row) => ({
          ...row,
          contact: `c${Math.floor(random() * 6)}`,
        }));
        const { requests, startMs } = await runInWorld({
          rows,
          claimMs: () => random() * 40,
          answerMs: () => random() * 700,
          outcome: (_, at, tries) =>
            random() < 0.3 && tries < 3 ? { retryAt: at + 1500 + random() * 3000 } : {},
          sliceMs: 60_000,
        });

        expect(startMs).toBeGreaterThan(0);
        for (const ofContact of Map.groupBy(requests, ({ row }) => row.contact).values()) {
          const ids = ofContact.map(({ row }) => row.id);
          expect(ids).toEqual(ids.toSorted());
          for (const [n, { begunAt }] of ofContact.entries()) {
            expect(begunAt).toBeGreaterThanOrEqual(ofContact[n - 1]?.endedAt ?? 0);
          }
        }
        expect(new Set(requests.map(({ row }) => row.id)).size).toBe(60);
      }),
      { numRuns: 8 },
    );
  }, 120_000);

  test('leaves a contact alone that has to wait, and lets others pass', async () => {
    const rows = [laneRow('a1', { contact: 'a' }), laneRow('a2', { contact: 'a' }), ...laneRows(5)];
    const { requests } = await runInWorld({
      rows,
      outcome: ({ id }, at, tries) => (id === 'a1' && tries === 1 ? { retryAt: at + 4000 } : {}),
    });

    expect(requests.map(({ row }) => row.id)).toEqual([
      'a1',
      'm00000',
      'm00001',
      'm00002',
      'm00003',
      'm00004',
      'a1',
      'a2',
    ]);
    expect(requests.at(-2)?.requestedAt).toBeGreaterThanOrEqual(4000);
  });
});

describe('a slice', () => {
  test('ends when nothing is due within five seconds', async () => {
    const { end, endedAt } = await runInWorld({ rows: laneRows(3) });

    expect(end).toEqual({ kind: 'idle' });
    expect(endedAt).toBeLessThan(1000);
  });

  test('ends with the look that comes after the time in which its wake stands for others', async () => {
    const { endedAt, looks } = await runInWorld({ rows: laneRows(1) });

    expect(endedAt).toBeLessThan(420);
    expect(looks).toBe(3);
  });

  test('looks once more after the time in which its wake stands for others', async () => {
    const late = { ...laneRow('late'), writtenAt: 250 };
    const { requests } = await runInWorld({ rows: [late] });

    expect(requests.map(({ row }) => row.id)).toEqual(['late']);
  });

  test('waits for what is due within five seconds', async () => {
    const base = laneRow('soon');
    const { requests } = await runInWorld({ rows: [{ ...base, dueAt: base.dueAt + 5000 }] });

    expect(requests[0]?.requestedAt).toBeGreaterThanOrEqual(4000);
  });

  test('ends where what is due waits behind a message of its contact that is not', async () => {
    const first = laneRow('first', { contact: 'a', notBefore: 1_800_000_030_000 });
    const { end, endedAt } = await runInWorld({
      rows: [first, laneRow('second', { contact: 'a' })],
    });

    expect(end).toEqual({ kind: 'idle' });
    expect(endedAt).toBeLessThan(500);
  });

  test('does not stir while what is due waits for an answer to its contact, and goes on with it', async () => {
    const { requests, sleeps, endedAt } = await runInWorld({
      rows: laneRows(2, { contact: 'a' }),
      answerMs: () => 3000,
    });
    const [one, other] = requests;

    expect((other?.begunAt ?? 0) - (one?.endedAt ?? 0)).toBeLessThan(20);
    // Before and after each of five looks a second, and of one at the channel.
    expect(sleeps).toBeLessThan((endedAt / 1000) * 14);
  });

  test('ends after its time with the rest left, and waits for the answers under way', async () => {
    const { end, requests, endedAt } = await runInWorld({
      rows: laneRows(3000),
      answerMs: () => 900,
    });

    expect(end).toEqual({ kind: 'left' });
    expect(endedAt).toBeGreaterThan(20_000);
    expect(endedAt).toBeLessThan(21_200);
    expect(requests.every(({ requestedAt }) => requestedAt < 20_100)).toBe(true);
  });

  test('sends nothing more within two seconds of a pause', async () => {
    const { end, requests } = await runInWorld({
      rows: laneRows(1000),
      isActive: (ms) => ms < 3000,
    });

    expect(end).toEqual({ kind: 'paused' });
    expect(requests.at(-1)?.requestedAt).toBeLessThan(5000);
    expect(requests.length).toBeGreaterThan(200);
  });

  test('stops at once where an answer pauses the channel', async () => {
    const { end, requests } = await runInWorld({
      rows: laneRows(1000),
      outcome: (_, at) => ({ isPaused: at >= 1_800_000_000_500 }),
      answerMs: () => 10,
    });

    expect(end).toEqual({ kind: 'paused' });
    expect(requests.at(-1)?.requestedAt).toBeLessThan(560);
  });

  test('ends where nothing may go out for a minute, and says until when', async () => {
    const untilMs = 1_800_000_060_000;
    const { end, endedAt } = await runInWorld({
      rows: laneRows(100),
      outcome: () => ({ restUntil: untilMs }),
    });

    expect(end).toEqual({ kind: 'rest', untilMs });
    expect(endedAt).toBeLessThan(1000);
  });

  test.each<[string, Partial<LaneWorld>]>([
    ['from the start', { failsAt: () => true }],
    ['later', { failsAt: (ms) => ms > 2000 }],
  ])('sends nothing while the table is away, %s', async (_, away) => {
    const { end, requests } = await runInWorld({ rows: laneRows(1000), ...away });

    expect(end).toMatchObject({ kind: 'failed' });
    expect(requests.every(({ begunAt }) => begunAt <= 2000)).toBe(true);
  });

  test('ends what is too late without a request, and without the time of others', async () => {
    const late = laneRows(50, { notAfter: 1_799_999_999_000 });
    const { requests, expired } = await runInWorld({ rows: [...late, laneRow('n')] });

    expect(expired).toHaveLength(50);
    expect(requests.map(({ row }) => row.id)).toEqual(['n']);
    expect(requests[0]?.requestedAt).toBeLessThan(100);
  });
});
