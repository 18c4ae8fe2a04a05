import { describe, expect, test } from 'vitest';
import { offerOf, retriableIn } from '../../lambda/campaigns/offers.ts';
import { campaignFigures } from '../../lambda/campaigns/track-figures.ts';
import { statusGroup } from '../../lambda/events/event.ts';
import type { Item } from '../../lambda/table/stored-rows.ts';
import { CAMPAIGN_CHANNEL, campaignRow, stateOfRow, statusOf } from '../support/campaign-rows.ts';

const FAILED_AT = 1_795_212_070_000;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const WAMID = 'wamid.first';

const refused = (errorClass: string): Item =>
  stateOfRow('failed', {
    ...{ errorClass: { S: errorClass }, attempt: { N: '3' }, stateAt: { N: String(FAILED_AT) } },
  });
const taken = (code: number): Item =>
  stateOfRow('sent', {
    ...{ wamid: { S: WAMID }, attempt: { N: '1' } },
    ...statusOf('failed', { errors: [{ code, title: 'no' }] }),
  });
const uncertain = (others: Item = {}) =>
  stateOfRow('uncertain', { attempt: { N: '2' }, ...others });
const offered = (attributes: Item, withUncertain = false) =>
  offerOf(campaignRow({}, attributes), withUncertain);

describe('a message that failed', () => {
  test.each(['transient', 'payment', 'unknown', 'template-wait', 'resolved', 'unreachable'])(
    'may be offered again at once where it was %s',
    (errorClass) => {
      expect(offered(refused(errorClass))).toEqual({
        again: { times: 1, after: 3, from: 'refused', told: [] },
        ...{ isLater: false, notBefore: 0 },
      });
    },
  );

  test.each([1, 2, 131_000])(
    'is left a minute to be told of where it was refused by %s, after which it may have gone out',
    (code) => {
      const row = { ...refused('transient'), errorCode: { S: String(code) } };
      expect(offered(row)).toMatchObject({ isLater: false, notBefore: FAILED_AT + MINUTE_MS });
    },
  );

  test.each(['recipient', 'opted-out', 'country', 'request', 'template', 'of-another-release'])(
    'is never offered again where it was %s',
    (errorClass) => {
      expect(offered(refused(errorClass))).toBeUndefined();
    },
  );

  test('is offered again a day after it failed where its recipient had enough for now', () => {
    expect(offered(taken(131_049))).toEqual({
      again: {
        ...{ times: 1, after: 1, from: 'taken' },
        told: [statusGroup(CAMPAIGN_CHANNEL, WAMID)],
      },
      ...{ isLater: true, notBefore: FAILED_AT + DAY_MS },
    });
    expect(offered(refused('recipient-later'))?.notBefore).toBe(FAILED_AT + DAY_MS);
  });

  test('is judged by its status, whatever was refused before', () => {
    expect(offered({ ...taken(131_026), errorClass: { S: 'transient' } })).toBeUndefined();
  });

  test('is not offered again once it came after all', () => {
    expect(offered({ ...taken(131_049), ...statusOf('delivered') })).toBeUndefined();
    expect(offered({ ...refused('transient'), wamid: { S: WAMID } })).toBeUndefined();
  });

  test('says what came before, each time that it is offered again', () => {
    const before = { times: 1, after: 1, from: 'taken', told: ['message.one'] } as const;
    const row = campaignRow({}, { ...taken(131_016), attempt: { N: '5' } });
    const recipient = JSON.parse(row['recipient']?.S ?? '');
    const again = { ...row, recipient: { S: JSON.stringify({ ...recipient, again: before }) } };

    expect(offerOf(again, false)?.again).toEqual({
      ...{ times: 2, after: 5, from: 'taken' },
      told: ['message.one', statusGroup(CAMPAIGN_CHANNEL, WAMID)],
    });
  });
});

describe('one of which nobody knows whether it went out', () => {
  test('is offered again only where somebody wants that', () => {
    expect(offered(uncertain())).toBeUndefined();
    // It is left a minute to be told of.
    expect(offered(uncertain({ stateAt: { N: String(FAILED_AT) } }), true)).toEqual({
      again: { times: 1, after: 2, from: 'uncertain', told: [] },
      ...{ isLater: false, notBefore: FAILED_AT + MINUTE_MS },
    });
  });

  test('is not offered again once a status told that it did', () => {
    const told = { wamid: { S: WAMID }, ...statusOf('sent') };
    expect(offered(uncertain(told), true)).toBeUndefined();
  });
});

test.each(['sent', 'queued', 'sending', 'cancelled', 'expired', 'held'])(
  'one that is %s is not offered again',
  (state) => {
    expect(offered(stateOfRow(state, { attempt: { N: '1' } }), true)).toBeUndefined();
  },
);

test('nobody who was forgotten is offered it again', () => {
  expect(offered({ ...refused('transient'), forgottenAt: { S: '1' } })).toBeUndefined();
  expect(offerOf({ ...refused('transient') }, false)).toBeUndefined();
});

test('the figures tell how many may be offered it again', () => {
  const figures = campaignFigures({
    ...{ 'failed.transient.131016': 3, 'failed.payment.131042': 2, 'failed.recipient.131026': 9 },
    ...{ 'failed.recipient-later.131049': 4, 'state.0.0.failed': 18, 'state.0.0.uncertain': 5 },
  });

  expect(retriableIn(figures)).toEqual({ now: 5, later: 4, uncertain: 5 });
});
