import { expect, test } from 'vitest';
import { isBefore, mergedMessage, mergedStatuses } from '../../lambda/table/sent-message.ts';
import type { SentMessage, StoredStatus } from '../../lambda/table/stored-rows.ts';

const status = (name: string, at: number, overrides: Partial<StoredStatus> = {}): StoredStatus => ({
  ...{ name, at, receivedAt: at, detail: undefined, payloadKey: undefined },
  ...overrides,
});

const row = (pk: string, overrides: Partial<SentMessage> = {}): SentMessage => ({
  ...{ pk, sk: 'message', provider: 'meta', channel: '1065', wamid: 'wamid.1', at: '1' },
  ...{ account: undefined, displayPhoneNumber: undefined, recipient: {}, statuses: [] },
  ...overrides,
});

test('a message of several rows has what each of them tells', () => {
  const early = row('b', { recipient: { phone: '52155' }, statuses: [status('sent', 1)] });
  const late = row('a', {
    ...{ at: '2', account: '102', displayPhoneNumber: '1555', recipient: { userId: 'MX.1' } },
    statuses: [status('read', 3), status('sent', 2)],
  });

  for (const rows of [
    [early, late],
    [late, early],
  ]) {
    expect(mergedMessage(rows)).toEqual({
      ...early,
      ...{ account: '102', displayPhoneNumber: '1555' },
      recipient: { phone: '52155', userId: 'MX.1' },
      statuses: [status('sent', 1), status('read', 3)],
    });
  }
});

test('a message of no rows is none', () => {
  expect(mergedMessage([])).toBeUndefined();
});

test('of two rows of a moment the one stands for the message whose key comes first', () => {
  expect(isBefore(row('a'), row('b'))).toBe(true);
  expect(isBefore(row('b'), row('a'))).toBe(false);
  expect(isBefore(row('b'), row('a', { at: '2' }))).toBe(true);
});

test('a status is as of when it was told first, with the words that any row has of it', () => {
  const words = status('failed', 5, { detail: '{"errors":[]}' });
  const elsewhere = status('failed', 5, { payloadKey: 'payloads/1.json' });

  expect(mergedStatuses([words, status('failed', 2)])).toEqual([
    status('failed', 2, { detail: '{"errors":[]}' }),
  ]);
  expect(mergedStatuses([elsewhere, status('failed', 6, { detail: '{}' })])).toEqual([elsewhere]);
});
