import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { currentStatus, statusRank } from '../../lambda/events/status.ts';

const KNOWN = ['accepted', 'sent', 'failed', 'delivered', 'read', 'played'];

describe('currentStatus', () => {
  test('shows the furthest status, in whatever order and number they came', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...KNOWN), { minLength: 1 }), (seen) => {
        const furthest = seen.toSorted((a, b) => KNOWN.indexOf(b) - KNOWN.indexOf(a))[0];

        expect(currentStatus(seen)).toBe(furthest);
      }),
    );
  });

  test('never goes back as more statuses come', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...KNOWN, 'warning')), fc.string(), (seen, next) => {
        const before = statusRank(currentStatus(seen) ?? '') ?? -1;
        const after = statusRank(currentStatus([...seen, next]) ?? '') ?? -1;

        expect(after).toBeGreaterThanOrEqual(before);
      }),
    );
  });

  test('ranks failed below delivered, for what reached a device has not failed', () => {
    expect(currentStatus(['delivered', 'failed'])).toBe('delivered');
    expect(currentStatus(['failed', 'sent'])).toBe('failed');
  });

  test('leaves a status that nobody knows beside the others', () => {
    expect(currentStatus(['sent', 'teleported'])).toBe('sent');
    expect(currentStatus(['teleported', 'constructor'])).toBeUndefined();
    expect(currentStatus([])).toBeUndefined();
    expect(statusRank('teleported')).toBeUndefined();
  });
});
