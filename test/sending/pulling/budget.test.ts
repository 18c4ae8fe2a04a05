import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cursor } from '../../../lambda/campaigns/cursor.ts';
import { campaignFigures } from '../../../lambda/campaigns/track-figures.ts';
import {
  brakeOf,
  CURSORS_MS,
  isBudgetFar,
  type Standing,
} from '../../../lambda/sending/pulling/budget.ts';
import { aCampaign } from './campaign-world.ts';

const RATE = 40_000;

function aCursor(track: number, overrides: Partial<Cursor> = {}): Cursor {
  return {
    ...{ zone: 'all', track, timeZones: [], lines: 100, bytes: 1000, done: 0, offset: 0 },
    ...{ hours: {}, passed: {}, isOver: false, movedAt: 0, ...overrides },
  };
}

function standing(tracks: number, overrides: Partial<Standing> = {}): Standing {
  const cursors = Array.from({ length: tracks }, (_, track) => aCursor(track));
  return { ...{ tracks: [], all: campaignFigures({}), cursors, ahead: 0, own: [0] }, ...overrides };
}

function campaignOf(tracks: number, messages: number) {
  const { check } = aCampaign();
  return aCampaign({
    ...(check && { check: { ...check, tracks } }),
    budget: { micros: messages * RATE, currency: 'USD' },
  });
}

describe('a budget', () => {
  test('lets a lane begin as many as it has left', () => {
    expect(brakeOf(campaignOf(1, 10), standing(1))).toEqual({ left: 10 });
    expect(brakeOf(campaignOf(1, 10), standing(1, { ahead: 4 }))).toEqual({ left: 6 });
    expect(brakeOf(campaignOf(1, 10), standing(1, { ahead: 10 }))).toEqual({
      because: 'budget',
      left: 0,
    });
  });

  test('keeps what it takes for those who wait to be tried again', () => {
    const all = campaignFigures({ 'state.0.0.queued': 4 });
    const cursors = [aCursor(0, { done: 4 })];

    expect(brakeOf(campaignOf(1, 10), standing(1, { all, cursors }))).toEqual({ left: 6 });
  });

  test('reckons with who is offered it again and whose turn is not counted yet', () => {
    // Ten had their turn, of whom four failed; of these three were offered it again, and two are known of.
    const counts = { 'state.0.0.delivered': 6, 'state.0.0.failed': 4, again: 2 };
    const cursors = [
      aCursor(0, { lines: 10, done: 10, isOver: true }),
      aCursor(0, { round: 1, lines: 4, done: 3 }),
    ];
    const all = campaignFigures(counts);

    expect(brakeOf(campaignOf(1, 10), standing(1, { all, cursors }))).toEqual({ left: 9 });
  });

  test('that is enough for everybody stops no lane of several', () => {
    const left = standing(10, {
      cursors: Array.from({ length: 10 }, (_, track) => aCursor(track, { lines: 5 })),
    });

    expect(brakeOf(campaignOf(10, 50), left).left).toBeGreaterThanOrEqual(1);
  });

  test('leaves it to the lanes that have somebody left', () => {
    const cursors = Array.from({ length: 10 }, (_, track) =>
      aCursor(track, track === 7 ? {} : { done: 100, isOver: true }),
    );
    const all = campaignFigures({ 'state.0.0.failed': 900 });

    expect(brakeOf(campaignOf(10, 3), standing(10, { all, cursors, own: [7] }))).toEqual({
      left: 3,
    });
  });

  test('is far while all lanes cannot come to its end by cursors of some seconds ago', () => {
    // Of ten lanes at 100 a second, within five seconds and what they draw by that; 60 are kept for each of the others.
    const nearest = 7000 + 9 * 60;
    const left = standing(10, { ahead: 40 });
    const isFar = (messages: number, maxPerSecond?: number) =>
      isBudgetFar(
        { ...campaignOf(10, messages), ...(maxPerSecond && { maxPerSecond }) },
        left,
        1000,
      );

    expect(isFar(nearest + 41)).toBe(true);
    expect(isFar(nearest + 40)).toBe(false);
    // At ten a second, of a budget of which a twentieth is kept for each.
    expect(isFar(201, 10)).toBe(true);
    expect(isFar(200, 10)).toBe(false);
  });

  test('that is small is divided among lanes, down to the last message', () => {
    const lefts = Array.from(
      { length: 10 },
      (_, track) => brakeOf(campaignOf(10, 604), standing(10, { own: [track] })).left,
    );

    expect(lefts.every((left) => left >= 1)).toBe(true);
    expect(lefts.reduce((sum, left) => sum + left, 0)).toBeLessThanOrEqual(604);
  });
});

/** What lanes draw of a budget, second by second: all look first, and then all draw. */
function drawnBy(
  lanes: number,
  messages: number,
  perSecond: number,
  isActive: () => boolean,
): number {
  const campaign = campaignOf(lanes, messages);
  const all = Array.from({ length: lanes }, () => ({ done: 0, at: -9, known: [] as Cursor[] }));
  const now = () => all.map(({ done }, track) => aCursor(track, { lines: 1_000_000, done }));
  for (let second = 0; second < 60; second += 1) {
    const lefts = all.map((lane, track) => {
      const by = (): Standing => standing(lanes, { cursors: lane.known, own: [track] });
      const isOld = second - lane.at >= CURSORS_MS / 1000;
      if (isOld || !isBudgetFar(campaign, by(), perSecond * lanes)) {
        Object.assign(lane, { at: second, known: now() });
      }
      return brakeOf(campaign, by()).left;
    });
    for (const [track, lane] of all.entries()) {
      if (isActive()) lane.done += Math.min(lefts[track] ?? 0, perSecond);
    }
  }
  return all.reduce((sum, { done }) => sum + done, 0);
}

test('a budget is never passed by lanes that look at each other every few seconds while it is far', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 10 }),
      fc.integer({ min: 1, max: 20_000 }),
      fc.integer({ min: 1, max: 100 }),
      fc.infiniteStream(fc.boolean()),
      (lanes, messages, perSecond, stream) => {
        const isActive = () => stream.next().value ?? true;
        expect(drawnBy(lanes, messages, perSecond, isActive)).toBeLessThanOrEqual(messages);
      },
    ),
    { numRuns: 100 },
  );
});

describe('a campaign whose messages do not arrive', () => {
  const { check } = aCampaign();
  const stopAbove = { failed: 0.2, blocked: 0.1 };
  const brakeBy = (...outcomes: readonly string[]) => {
    const tracks = outcomes.map((one) => ({ counts: {}, outcomes: one }));
    return brakeOf({ stopAbove, ...(check && { check }) }, standing(1, { tracks }));
  };

  test('stops where more of the last outcomes of a track are blocked than it bears', () => {
    expect(brakeBy('.44b6')).toEqual({ because: 'blocks', left: 0 });
    expect(brakeBy('.45b5')).toEqual({ left: Number.POSITIVE_INFINITY });
  });

  test('stops where more of them failed, of which what is blocked is a part', () => {
    expect(brakeBy('.39f11')).toEqual({ because: 'failures', left: 0 });
    expect(brakeBy('.39f6b5')).toEqual({ because: 'failures', left: 0 });
    expect(brakeBy('.40f10')).toEqual({ left: Number.POSITIVE_INFINITY });
  });

  test('stops by one track alone, however well the others go', () => {
    expect(brakeBy('.500', '.39f11')).toEqual({ because: 'failures', left: 0 });
  });

  test('goes on while there are too few outcomes to say anything', () => {
    expect(brakeBy('f49')).toEqual({ left: Number.POSITIVE_INFINITY });
  });
});
