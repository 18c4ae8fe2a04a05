import { describe, expect, test } from 'vitest';
import type { Cursor } from '../../../lambda/campaigns/cursor.ts';
import { roomOf } from '../../../lambda/sending/pulling/portfolio.ts';

const HOUR_MS = 3_600_000;
const HOUR = 500_000;

function aCursor(hours: Cursor['hours']): Cursor {
  return {
    ...{ zone: 'all', track: 0, timeZones: [], lines: 9, bytes: 9, done: 0, offset: 0 },
    ...{ hours, passed: {}, isOver: false, movedAt: 0 },
  };
}

describe('the room of a portfolio', () => {
  const at = HOUR * HOUR_MS;

  test('is what its limit leaves, of which campaigns at once have their shares', () => {
    const cursors = [aCursor({ [HOUR - 3]: 100 }), aCursor({ [HOUR]: 50 })];

    expect(roomOf({ portfolioLimit: 1000 }, cursors, at).left).toBe(800);
    expect(roomOf({ portfolioLimit: 1000 }, cursors, at, 2).left).toBe(400);
  });

  test('is larger again once the oldest hour is a day ago', () => {
    const { left, moreAt } = roomOf({ portfolioLimit: 100 }, [aCursor({ [HOUR - 3]: 95 })], at);

    expect({ left, moreAt }).toEqual({ left: 0, moreAt: (HOUR + 22) * HOUR_MS });
  });
});
