import { describe, expect, test } from 'vitest';
import {
  busiestSecond,
  hasPairRoom,
  hasReachRoom,
  hasRoom,
  takeMarketing,
  takePairRoom,
  takeReachRoom,
} from '../../../local/whatsapp/limits.ts';
import {
  aTemplate,
  aText,
  aWorld,
  call,
  codeOf,
  NOW,
  NUMBER,
  SOFIA,
  send,
  someoneWriting,
} from './worlds.ts';

const DAY_MS = 86_400_000;
const PACE = { pairBurst: 45, pairIntervalMs: 6_000 };

describe('a span of time that slides', () => {
  test('has room for so many, and for the next when the first is exactly one span old', () => {
    const times = [1_000, 1_001];

    expect(hasRoom(times, 2, 1_000, 1_500)).toBe(false);
    expect(hasRoom(times, 2, 1_000, 1_999)).toBe(false);
    expect(hasRoom(times, 2, 1_000, 2_000)).toBe(true);
    expect(times).toEqual([1_001]);
  });

  test('is never exceeded, whatever second one looks at', () => {
    const times: number[] = [];
    const passed: number[] = [];
    for (let now = 0; now < 5_000; now += 3) {
      if (hasRoom(times, 80, 1_000, now)) {
        times.push(now);
        passed.push(now);
      }
    }
    expect(busiestSecond(passed)).toBe(80);
    expect(busiestSecond([...passed, 4_999])).toBe(81);
  });
});

describe('the pace between two', () => {
  test('lets 45 through at once, and then one in each six seconds', () => {
    const pairs = new Map<string, number>();
    const sendAt = (now: number) => {
      const passes = hasPairRoom(pairs, 'a', PACE, now);
      if (passes) takePairRoom(pairs, 'a', PACE, now);
      return passes;
    };
    expect(Array.from({ length: 46 }, () => sendAt(NOW)).filter(Boolean)).toHaveLength(45);
    expect(sendAt(NOW + 5_999)).toBe(false);
    expect(sendAt(NOW + 6_000)).toBe(true);
    expect(sendAt(NOW + 6_001)).toBe(false);
    expect(sendAt(NOW + 12_000)).toBe(true);
    expect(hasPairRoom(pairs, 'b', PACE, NOW)).toBe(true);
  });

  test('gives the whole burst back after it has been made up for, and no more', () => {
    const pairs = new Map<string, number>();
    const burst = (now: number) => {
      let passed = 0;
      while (hasPairRoom(pairs, 'a', PACE, now)) {
        takePairRoom(pairs, 'a', PACE, now);
        passed += 1;
      }
      return passed;
    };
    expect(burst(NOW)).toBe(45);
    expect(burst(NOW + 45 * 6_000)).toBe(45);
    expect(burst(NOW + 1_000 * 6_000)).toBe(45);
  });
});

describe('the people of a day', () => {
  test('are counted once each, and forgotten after exactly a day', () => {
    const reached = new Map<string, number>();
    takeReachRoom(reached, 'a', NOW);
    takeReachRoom(reached, 'b', NOW + 1);

    expect(hasReachRoom(reached, 'c', 2, NOW + 2)).toBe(false);
    expect(hasReachRoom(reached, 'a', 2, NOW + 2)).toBe(true);
    expect(hasReachRoom(reached, 'c', 2, NOW + DAY_MS - 1)).toBe(false);
    expect(hasReachRoom(reached, 'c', 2, NOW + DAY_MS)).toBe(true);
  });

  test('stay counted from when they were last written to', () => {
    const reached = new Map<string, number>();
    takeReachRoom(reached, 'a', NOW);
    takeReachRoom(reached, 'b', NOW + 1);
    takeReachRoom(reached, 'a', NOW + 2);

    expect(hasReachRoom(reached, 'c', 2, NOW + DAY_MS + 1)).toBe(true);
    expect([...reached.keys()]).toEqual(['a']);
  });
});

describe('the marketing that one person gets', () => {
  test('is so much in a day, and more when the first is a day old', () => {
    const share = { got: [], refused: [], blockedUntil: 0 };

    expect([0, 1, 2].map((ms) => takeMarketing(share, 2, NOW + ms))).toEqual([true, true, false]);
    expect(takeMarketing(share, 2, NOW + DAY_MS - 1)).toBe(false);
    expect(takeMarketing(share, 2, NOW + DAY_MS)).toBe(true);
  });

  test('is none for a day after three tries in vain within a day', () => {
    const share = { got: [], refused: [], blockedUntil: 0 };
    for (let tried = 0; tried < 2 + 3; tried += 1) takeMarketing(share, 2, NOW);

    expect(takeMarketing(share, 2, NOW + DAY_MS - 1)).toBe(false);
    // That was one more try in vain: it begins anew.
    expect(takeMarketing(share, 2, NOW + DAY_MS)).toBe(false);
    expect(takeMarketing(share, 2, NOW + 2 * DAY_MS)).toBe(true);
  });
});

describe('Graph', () => {
  const others = (count: number) =>
    Array.from({ length: count }, (_, place) => `52155500${10_000 + 10 * place}7`);

  test('refuses with 130429 what is above the throughput, inbound counted with outbound', async () => {
    const world = aWorld();
    someoneWriting(world, SOFIA, NOW);
    const codes = [];
    for (const to of others(80))
      codes.push(codeOf(await send(world, { to, ...aTemplate('hello_world') })));

    expect(codes.slice(0, 79)).toEqual(Array.from({ length: 79 }));
    expect(codes[79]).toBe(130_429);
    expect(codeOf(await send(world, aText, { at: NOW + 999 }))).toBe(130_429);
    expect(codeOf(await send(world, aText, { at: NOW + 1_000 }))).toBe(undefined);
  });

  test('lets a number with the higher throughput send a thousand a second, and one on a phone twenty', async () => {
    for (const [number, most] of [
      ['900000000000101', 1_000],
      ['900000000000102', 20],
    ] as const) {
      const world = aWorld();
      let taken = 0;
      for (const to of others(most + 3)) {
        const sent = await send(world, { to, ...aTemplate('hello_world') }, { number });
        if (sent.status === 200) taken += 1;
      }
      expect(taken).toBe(most);
    }
  });

  test('refuses with 131056 what comes too fast for one person, and lets others pass', async () => {
    const world = aWorld();
    someoneWriting(world);
    for (let sent = 0; sent < 45; sent += 1) expect((await send(world, aText)).status).toBe(200);

    expect(codeOf(await send(world, aText))).toBe(131_056);
    expect(codeOf(await send(world, { to: '5215550009997', ...aTemplate('hello_world') }))).toBe(
      undefined,
    );
    expect(codeOf(await send(world, aText, { at: NOW + 6_000 }))).toBe(undefined);
  });

  test('counts people outside their windows against the limit of the portfolio, over all numbers', async () => {
    const world = aWorld({ portfolioLimit: 2 });
    const [one = '', other = '', third = ''] = others(3);
    const template = aTemplate('hello_world');
    const number = '900000000000101';

    expect(codeOf(await send(world, { to: one, ...template }))).toBe(undefined);
    expect(codeOf(await send(world, { to: other, ...template }, { number }))).toBe(undefined);
    expect(codeOf(await send(world, { to: third, ...template }))).toBe(131_048);
    expect(codeOf(await send(world, { to: one, ...template }))).toBe(undefined);
    someoneWriting(world, third);
    expect(codeOf(await send(world, { to: third, ...template }))).toBe(undefined);
    const atEnd = { at: NOW + DAY_MS - 1 };
    expect(codeOf(await send(world, { to: SOFIA, ...template }, atEnd))).toBe(131_048);
  });

  test('says how busy its busiest second was, of what was tried and of what was taken', async () => {
    const world = aWorld();
    for (const to of others(83)) await send(world, { to, ...aTemplate('hello_world') });
    const { body } = await call(world, { path: '/stand-in/ledger' });

    expect(body).toMatchObject({
      taken: 80,
      refused: { 130429: 3 },
      channels: [{ channel: NUMBER, tried: 83, busiestSecondTried: 83, busiestSecond: 80 }],
    });
  });
});
