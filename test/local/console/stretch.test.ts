import { expect, test } from 'vitest';
import { withNewest, withOlder } from '../../../local/console/page/stretch.ts';

function stretch(ids: string, nextCursor: string | null = 'more') {
  return { entries: [...ids].map((id) => ({ id })), nextCursor };
}

test('what somebody went back to stays, with what comes', () => {
  const back = withOlder(stretch('fed'), stretch('cb', 'older'));
  expect(back).toEqual(stretch('fedcb', 'older'));
  expect(withNewest(back, stretch('gfe'))).toEqual(stretch('gfedcb', 'older'));
  expect(withOlder(back, stretch('a', null))).toEqual(stretch('fedcba', null));
});

test('what stands twice is shown once, as it is now', () => {
  const known = {
    entries: [
      { id: 'b', says: 'sent' },
      { id: 'a', says: 'sent' },
    ],
    nextCursor: null,
  };
  const newest = { entries: [{ id: 'b', says: 'read' }], nextCursor: 'more' };
  expect(withNewest(known, newest).entries).toEqual([
    { id: 'b', says: 'read' },
    { id: 'a', says: 'sent' },
  ]);
  expect(withOlder(stretch('ba'), stretch('a', null)).entries).toEqual(stretch('ba').entries);
});

test('begins anew where nobody knows what stands between', () => {
  expect(withNewest(stretch('ba'), stretch('zy'))).toEqual(stretch('zy'));
  expect(withNewest(stretch(''), stretch('zy'))).toEqual({ ...stretch('zy') });
  expect(withNewest(undefined, stretch('zy'))).toEqual(stretch('zy'));
});
