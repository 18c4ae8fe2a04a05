import { describe, expect, test } from 'vitest';
import {
  allCursors,
  readTriggered,
  triggeredName,
  verdictOn,
  writeTriggered,
} from '../../lambda/campaigns/triggered.ts';
import { aCampaign, aCursor, aPartLine } from '../support/a-campaign.ts';
import { CAMPAIGN, campaignRow, stateOfRow } from '../support/campaign-rows.ts';
import { aTriggered } from '../support/triggered.ts';

const NOW = 1_800_000_000_000;
const HOUR_MS = 3_600_000;
const KEPT = { key: 'a', bodyHash: 'h', track: 1, line: aPartLine(3), createdAt: 7 };

describe('what is kept of somebody', () => {
  test('is read as it was written', () => {
    expect(readTriggered(writeTriggered(KEPT))).toEqual(KEPT);
  });

  test.each([
    ['{"v":1}', 'by key,bodyHash,track,line,createdAt'],
    ['{"v":2}', 'of version 2'],
    ['none', 'no JSON'],
    [JSON.stringify({ v: 1, ...KEPT, line: ' ' }), 'by line'],
  ])('is not read from %s', (text, fault) => {
    expect(() => readTriggered(text)).toThrow(fault);
  });

  test('is found by campaign and key, and by no other of both', () => {
    const names = [
      ...['a', 'A', '', 'a.b'].map((key) => triggeredName(CAMPAIGN, key)),
      triggeredName('cmp_other', 'a'),
    ];
    expect(new Set(names).size).toBe(5);
    expect(names[0]).toMatch(/^[\w-]{43}$/);
  });
});

describe('whether it is the turn of somebody', () => {
  const campaign = aTriggered();
  const verdict = (row: Parameters<typeof campaignRow>[1] | undefined, now = NOW) =>
    verdictOn({ step: 1 }, campaign, [row && campaignRow({}, row)], now);

  test('is not asked of the first message', () => {
    expect(verdictOn({ step: 0 }, campaign, [], NOW)).toBeUndefined();
  });

  test('is so once the delay is over since the message before went out, be it told by its statuses alone', () => {
    const at = (ms: number) => ({ N: String(ms) });
    const early = NOW - 2 * HOUR_MS;
    const late = early + 1;
    expect(verdict(stateOfRow('sent', { sentAt: at(early) }))).toBeUndefined();
    expect(verdict(stateOfRow('sent', { sentAt: at(late) }))).toEqual({ later: NOW + 1 });
    const told = { 'status.delivered': at(NOW), 'status.sent': at(late) };
    expect(verdict(stateOfRow('uncertain', told))).toEqual({ later: NOW + 1 });
    expect(verdict(stateOfRow('uncertain', told), NOW + 1)).toBeUndefined();
  });

  test.each(['queued', 'sending'])('waits while the message before is %s', (state) => {
    expect(verdict(stateOfRow(state))).toEqual({ later: NOW + 60_000 });
  });

  test('never comes where the message before did not go out', () => {
    expect(verdict(undefined)).toEqual({ end: 'not_sent' });
    expect(verdict(stateOfRow('failed'))).toEqual({ end: 'not_sent' });
  });
});

test('each track of a triggered campaign has a cursor from the beginning', () => {
  const { check } = aTriggered();
  if (check === undefined) throw new Error('no check');
  const campaign = aTriggered({ check: { ...check, tracks: 3 } });
  const known = aCursor({ track: 1, done: 5 });

  expect(allCursors(campaign, [known]).map(({ track, done }) => [track, done])).toEqual([
    [0, 0],
    [1, 5],
    [2, 0],
  ]);
  expect(allCursors(campaign, [known], 1)).toEqual([known]);
  expect(allCursors(aCampaign(), [known])).toEqual([known]);
});
