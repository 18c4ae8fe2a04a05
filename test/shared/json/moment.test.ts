import { describe, expect, test } from 'vitest';
import { parseMoment } from '../../../lambda/shared/json/moment.ts';

describe('parseMoment', () => {
  test.for([
    ['2026-11-20', '2026-11-20T00:00:00.000Z'],
    ['2026-11-20T10:30', '2026-11-20T10:30:00.000Z'],
    ['2026-11-20T10:30:05.25Z', '2026-11-20T10:30:05.250Z'],
    ['2026-11-20T10:30:05.123456Z', '2026-11-20T10:30:05.123Z'],
    ['2026-11-20T10:30+05:30', '2026-11-20T05:00:00.000Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
    ['2028-02-29T23:59:30-03:30', '2028-03-01T03:29:30.000Z'],
    ['2031-12-31T24:00Z', '2032-01-01T00:00:00.000Z'],
  ] as const)('reads %s as %s, wherever it is read', ([text, moment]) => {
    expect(new Date(parseMoment(text) ?? Number.NaN).toISOString()).toBe(moment);
  });

  test.for([
    ...['2026-02-29', '2026-02-30T10:00Z', '2026-04-31', '2026-13-01', '2026-11-20T25:00Z'],
    ...['2026-11', '20.11.2026', '2026-11-20 10:30', '2026-11-20Z', 'yesterday', ''],
  ])('knows no moment "%s"', (text) => {
    expect(parseMoment(text)).toBeUndefined();
  });
});
