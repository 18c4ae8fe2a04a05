import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isTimeZone, zoneClocks } from '../../lambda/campaigns/opening.ts';

const { instantOf, opensAt } = zoneClocks();
const at = (text: string) => Date.parse(text);
const iso = (ms: number) => new Date(ms).toISOString();
const NIGHT = { from: '21:00', to: '08:00' };

describe('a time of day of a zone', () => {
  test.each([
    ['2026-12-01T09:00', 'America/Mexico_City', '2026-12-01T15:00:00.000Z'],
    ['2026-07-01T09:00', 'Europe/Berlin', '2026-07-01T07:00:00.000Z'],
    ['2026-12-01T09:00', 'UTC', '2026-12-01T09:00:00.000Z'],
    ['2026-12-01T09:00', 'Asia/Kolkata', '2026-12-01T03:30:00.000Z'],
    // The clock goes from 2 to 3: half past two never comes.
    ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
    // It goes from 3 back to 2: half past two comes twice.
    ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T01:30:00.000Z'],
  ])('%s in %s', (local, zone, expected) => {
    expect(iso(instantOf(local, zone))).toBe(expected);
  });
});

describe('a zone opens', () => {
  test.each([
    ['at once by day', '2026-12-01T18:00:00Z', ['America/Mexico_City'], '2026-12-01T18:00:00.000Z'],
    ['in the morning', '2026-12-02T05:00:00Z', ['America/Mexico_City'], '2026-12-02T14:00:00.000Z'],
    [
      'when the quiet begins not',
      '2026-12-02T03:00:00Z',
      ['America/Mexico_City'],
      '2026-12-02T14:00:00.000Z',
    ],
    [
      'where all zones are open',
      '2026-12-01T13:00:00Z',
      ['America/New_York', 'America/Los_Angeles'],
      '2026-12-01T16:00:00.000Z',
    ],
    [
      'in the night in which the clock is set forward',
      '2026-03-29T00:30:00Z',
      ['Europe/Berlin'],
      '2026-03-29T06:00:00.000Z',
    ],
    [
      'in the night in which it is set back',
      '2026-10-25T00:30:00Z',
      ['Europe/Berlin'],
      '2026-10-25T07:00:00.000Z',
    ],
  ])('%s', (_, now, timeZones, expected) => {
    expect(iso(opensAt({ quiet: NIGHT, timeZones }, at(now)))).toBe(expected);
  });

  test('never where its zones have no hour in common', () => {
    const quiet = { from: '12:00', to: '09:00' };
    const timeZones = ['America/New_York', 'Asia/Tokyo'];
    expect(opensAt({ quiet, timeZones }, at('2026-12-01T00:00:00Z'))).toBe(
      Number.POSITIVE_INFINITY,
    );
  });

  test('once its start has come everywhere', () => {
    const startAt = '2026-12-01T09:00';
    const timeZones = ['America/New_York', 'America/Los_Angeles'];
    const opening = opensAt({ startAt, timeZones }, at('2026-11-01T00:00:00Z'));
    expect(iso(opening)).toBe('2026-12-01T17:00:00.000Z');
  });

  test('is never in its quiet hours, at whatever time, on whatever day', () => {
    const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata'];
    const times = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2031-12-31T00:00:00Z') });
    const hour = fc.integer({ min: 0, max: 23 }).map((n) => `${String(n).padStart(2, '0')}:00`);
    fc.assert(
      fc.property(times, fc.constantFrom(...zones), hour, hour, (now, zone, from, to) => {
        fc.pre(from !== to);
        const opening = opensAt({ quiet: { from, to }, timeZones: [zone] }, now);
        const wall = new Intl.DateTimeFormat('en-GB', {
          ...{ timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
        }).format(opening);
        const isQuiet = from < to ? wall >= from && wall < to : wall >= from || wall < to;
        expect(isQuiet).toBe(false);
        expect(opening).toBeGreaterThanOrEqual(now);
        expect(opening - now).toBeLessThanOrEqual(25 * 3_600_000);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['Europe/Berlin', true],
    ['Mars/Olympus', false],
    ['', false],
  ])('%j is a zone: %s', (name, is) => {
    expect(isTimeZone(name)).toBe(is);
  });
});
