import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addCounts } from '../../lambda/campaigns/counts.ts';
import { countedChange, countsOfRow } from '../../lambda/campaigns/figures.ts';
import { sharesOf, withOutcomes } from '../../lambda/campaigns/outcomes.ts';
import { campaignFigures } from '../../lambda/campaigns/track-figures.ts';
import type { Item } from '../../lambda/table/stored-rows.ts';
import { campaignRow, pricing, stateOfRow, statusOf } from '../support/campaign-rows.ts';

const failed = (code: number) => statusOf('failed', { errors: [{ code, title: 'no' }] });

/** Of somebody who was offered it again so often. */
function offeredAgain(times: number, attributes: Item): Item {
  const row = campaignRow({}, attributes);
  const again = { times, after: 1, from: 'refused', told: [] };
  const recipient = { ...JSON.parse(row['recipient']?.S ?? ''), again };
  return { ...row, recipient: { S: JSON.stringify(recipient) } };
}

describe('a message that is offered again', () => {
  test('counts as failed no more, once its turn has come', () => {
    const before = campaignRow(
      {},
      stateOfRow('failed', { errorClass: { S: 'transient' }, errorCode: { S: '131016' } }),
    );

    expect(countedChange(before, offeredAgain(1, stateOfRow('sending')))?.difference).toEqual({
      ...{ 'state.0.0.failed': -1, 'failed.transient.131016': -1, again: 1 },
    });
  });

  test('counts how often that was', () => {
    const counts = countsOfRow(offeredAgain(2, stateOfRow('sent')));
    expect(counts).toEqual({ 'state.0.0.sent': 1, pending: 30_000, again: 2 });
    expect(campaignFigures(counts).again).toBe(2);
  });
});

describe('a message of a campaign counts', () => {
  test.each<[string, Item, object]>([
    ['for nothing while it is being sent', stateOfRow('sending'), {}],
    ['as sent, and may cost', stateOfRow('sent'), { 'state.0.0.sent': 1, pending: 30_000 }],
    ['as held, and may cost', stateOfRow('held'), { 'state.0.0.held': 1, pending: 30_000 }],
    ['as uncertain', stateOfRow('uncertain'), { 'state.0.0.uncertain': 1, pending: 30_000 }],
    ['as expired, and costs nothing', stateOfRow('expired'), { 'state.0.0.expired': 1 }],
    ['as cancelled, likewise', stateOfRow('cancelled'), { 'state.0.0.cancelled': 1 }],
    [
      'by what the provider refused',
      stateOfRow('failed', { errorClass: { S: 'recipient' }, errorCode: { S: '131026' } }),
      { 'state.0.0.failed': 1, 'failed.recipient.131026': 1 },
    ],
    [
      'by why a status says that it failed, and then costs nothing',
      stateOfRow('sent', { ...statusOf('sent', pricing()), ...failed(131_049) }),
      { 'state.0.0.failed': 1, 'failed.recipient-later.131049': 1 },
    ],
    [
      'what it costs once it is delivered, by country and the category that was charged',
      stateOfRow('sent', {
        ...statusOf('sent', pricing()),
        ...statusOf('delivered', pricing({ category: 'marketing' })),
      }),
      { 'state.0.0.delivered': 1, 'cost.MX.marketing': 30_000 },
    ],
    [
      'what a status that came before the answer says',
      stateOfRow('sending', statusOf('read', pricing({ category: 'utility' }))),
      { 'state.0.0.read': 1, 'cost.MX.utility': 30_000 },
    ],
    [
      'nothing where the status says that it is free',
      stateOfRow('sent', statusOf('read', pricing({ billable: false, type: 'free_entry_point' }))),
      { 'state.0.0.read': 1 },
    ],
    [
      'by the type of the price, where nothing says whether it is billable',
      stateOfRow('sent', statusOf('read', pricing({ billable: undefined }))),
      { 'state.0.0.read': 1, 'cost.MX.marketing': 30_000 },
    ],
    [
      'a category under one name, and one that is new as another',
      stateOfRow('sent', statusOf('read', pricing({ category: 'authentication-international' }))),
      { 'state.0.0.read': 1, 'cost.MX.authentication_international': 30_000 },
    ],
    [
      'that it was answered',
      stateOfRow('sent', { ...statusOf('read'), repliedAt: { N: '1' } }),
      { 'state.0.0.read': 1, 'replied.0.0': 1 },
    ],
  ])('%s', (_, attributes, counts) => {
    expect(countsOfRow(campaignRow({}, attributes))).toEqual(counts);
  });

  test('by variant and step', () => {
    const row = campaignRow({ variant: 2, step: 3, micros: 0 }, stateOfRow('sent'));

    expect(countsOfRow(row)).toEqual({ 'state.2.3.sent': 1 });
  });

  test('for nothing where a forged mark left its row, and where it is of no campaign', () => {
    const { recipient: _, ...forged } = campaignRow({}, statusOf('read', pricing()));

    expect(countsOfRow(forged)).toEqual({});
    expect(countsOfRow({ pk: { S: 'outgoing.1065.msg_1' }, sk: { S: 'message' } })).toEqual({});
  });
});

describe('a change', () => {
  test('adds what it changed, and no more', () => {
    const before = campaignRow({ track: 3 }, stateOfRow('sent'));
    const after = { ...before, ...statusOf('delivered', pricing()) };

    expect(countedChange(before, after)).toEqual({
      ...{ campaign: 'cmp_abcdefghijklmnopqrstuv', part: '3', expiresAt: 1_798_000_000 },
      difference: {
        ...{ 'state.0.0.sent': -1, 'state.0.0.delivered': 1 },
        ...{ 'cost.MX.marketing': 30_000, pending: -30_000 },
      },
      outcome: 'fine',
    });
    expect(countedChange(after, { ...after, expiresAt: { N: '1' } })).toBeUndefined();
  });

  test('that deletes the row, as expiry does, changes no figure', () => {
    expect(countedChange(campaignRow({}, stateOfRow('sent')), undefined)).toBeUndefined();
  });

  test('tells an outcome once: that it went well, failed, or was blocked', () => {
    const sent = campaignRow({}, stateOfRow('sent'));
    const fine = { ...sent, ...statusOf('sent') };
    const outcomes = [
      [sent, fine],
      [fine, { ...fine, ...statusOf('read') }],
      [fine, { ...fine, ...failed(131_026) }],
      [sent, { ...sent, ...failed(131_050) }],
    ] as const;

    const told = outcomes.map(([before, after]) => countedChange(before, after)?.outcome);
    expect(told).toEqual(['fine', undefined, 'failed', 'blocked']);
  });
});

test('figures sum up variants, steps and countries', () => {
  const rows = [
    campaignRow({ row: 1 }, stateOfRow('sent', statusOf('read', pricing()))),
    campaignRow({ row: 2, country: 'ES' }, stateOfRow('sent', statusOf('delivered', pricing()))),
    campaignRow({ row: 3, variant: 1 }, stateOfRow('sent', { repliedAt: { N: '1' } })),
    campaignRow({ row: 1, step: 1 }, stateOfRow('sent', failed(131_026))),
    campaignRow({ row: 2, step: 1 }, stateOfRow('failed', { errorClass: { S: 'unknown' } })),
  ];

  const figures = campaignFigures(addCounts(rows.map(countsOfRow)));

  expect(figures).toMatchObject({
    states: { read: 1, delivered: 1, sent: 1, failed: 2, sending: 0 },
    reached: { sent: 3, delivered: 2, read: 1 },
    replied: 1,
    failures: [
      { class: 'recipient', code: '131026', messages: 1 },
      { class: 'unknown', code: '', messages: 1 },
    ],
    cost: [
      { country: 'MX', category: 'marketing', micros: 30_000 },
      { country: 'ES', category: 'marketing', micros: 30_000 },
    ],
    ...{ costMicros: 60_000, pendingMicros: 30_000 },
  });
  expect(figures.byVariant.map(({ variant, step }) => [variant, step])).toEqual([
    ...[[0, 0] as const, [1, 0] as const, [0, 1] as const],
  ]);
});

describe('the last outcomes', () => {
  test('are written short', () => {
    const many = [
      ...Array.from({ length: 480 }, () => 'fine' as const),
      'failed',
      'blocked',
    ] as const;

    expect(withOutcomes('', many)).toBe('.480fb');
    expect(sharesOf('.480fb')).toEqual({ of: 482, failed: 2 / 482, blocked: 1 / 482 });
    expect(sharesOf('')).toEqual({ of: 0, failed: 0, blocked: 0 });
  });

  test('are the last 500, however they came', () => {
    const anOutcome = fc.constantFrom('fine', 'failed', 'blocked');
    fc.assert(
      fc.property(fc.array(fc.array(anOutcome, { maxLength: 300 }), { maxLength: 5 }), (parts) => {
        const last = parts.flat().slice(-500);
        const shares = sharesOf(parts.reduce(withOutcomes, ''));
        const blocked = last.filter((one) => one === 'blocked').length;
        expect(shares.of).toBe(last.length);
        expect(shares.blocked * Math.max(last.length, 1)).toBeCloseTo(blocked);
      }),
    );
  });
});

describe('a row that is not as it should be', () => {
  const toldAs = (members: object, attributes: Item): Item => {
    const row = campaignRow({}, attributes);
    const recipient = { ...JSON.parse(row['recipient']?.S ?? ''), ...members };
    return { ...row, recipient: { S: JSON.stringify(recipient) } };
  };
  const delivered = stateOfRow('sent', statusOf('delivered', pricing()));

  test('costs as in no country where it names none, and nothing where its price is no number', () => {
    expect(countsOfRow(toldAs({ country: 'Mexico' }, delivered))).toEqual({
      ...{ 'state.0.0.delivered': 1, 'cost.ZZ.marketing': 30_000 },
    });
    expect(countsOfRow(toldAs({ micros: '30000' }, delivered))).toEqual({
      'state.0.0.delivered': 1,
    });
  });

  test('fails for no known reason where nobody said why, and by no code that is none', () => {
    expect(countsOfRow(campaignRow({}, stateOfRow('failed')))).toEqual({
      ...{ 'state.0.0.failed': 1, 'failed.unknown.': 1 },
    });
    const words = { errorClass: { S: 'request' }, errorCode: { S: 'see Lucía' } };
    expect(countsOfRow(campaignRow({}, stateOfRow('failed', words)))).toEqual({
      ...{ 'state.0.0.failed': 1, 'failed.request.': 1 },
    });
  });

  test('changes no figure where it has no key of a campaign’s message', () => {
    const { pk: _, ...keyless } = campaignRow({}, stateOfRow('sent'));

    expect(countedChange(undefined, keyless)).toBeUndefined();
    expect(countedChange(undefined, { ...keyless, pk: { S: 'contact.1' } })).toBeUndefined();
  });

  test('counts all the same where it never expires', () => {
    const { expiresAt: _, ...row } = campaignRow({}, stateOfRow('sent'));

    expect(countedChange(undefined, row)).toMatchObject({ expiresAt: 0 });
  });
});
