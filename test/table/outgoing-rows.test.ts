import { describe, expect, test } from 'vitest';
import { timeKey } from '../../lambda/table/keys.ts';
import { readOutgoing, readWaiting, writeWaiting } from '../../lambda/table/outgoing-json.ts';
import { outgoingKeyOf, recordKeyOf } from '../../lambda/table/outgoing-keys.ts';
import { eventOfPayload, withChat } from '../../lambda/table/stored-event.ts';
import { type Item, toItem, toItems } from '../../lambda/table/stored-rows.ts';
import { CAMPAIGN, campaignMessage, campaignRow } from '../support/campaign-rows.ts';
import { routed } from '../support/deliveries.ts';
import { anOutgoing } from '../support/outgoing.ts';
import { aMessage, metaEvent } from '../support/webhooks.ts';

const TAKEN_AT = Date.parse('2026-11-22T06:00:00.000Z');

describe('a key of a message', () => {
  test('is read as it was written, of a campaign or not', () => {
    const single = { channel: 'shop.north', id: anOutgoing().id };
    const ofCampaign = { channel: 'shop.north', id: `${CAMPAIGN}.3.17.2` };

    expect(outgoingKeyOf(recordKeyOf(single))).toEqual(single);
    expect(outgoingKeyOf(recordKeyOf(ofCampaign))).toEqual(ofCampaign);
  });

  test.each([
    ['another row', { pk: 'contact.1', sk: 'message' }],
    ['one that names no channel', { pk: 'outgoing.msg', sk: 'message' }],
    ['a track that names no campaign', { pk: 'outgoing.shop.0', sk: 'message#1.0' }],
    ['a track of nothing', { pk: 'outgoing.0', sk: 'message#1.0' }],
  ])('is none of %s', (_, key) => {
    expect(outgoingKeyOf(key)).toBeUndefined();
  });
});

describe('a message of a campaign', () => {
  const row = (attributes: Item = {}) =>
    campaignRow({}, { timelineAt: { S: timeKey(TAKEN_AT) }, ...attributes });

  test('says by its row to whom it goes, under either name', () => {
    expect(readOutgoing(row())).toMatchObject({
      ...{ ...campaignMessage(), class: 'campaign', category: 'marketing', createdAt: TAKEN_AT },
      to: { kind: 'phone', name: '5215550001111' },
    });
    const { recipientPhone: _, ...others } = row({ recipientUserId: { S: 'MX.1' } });
    expect(readOutgoing(others)).toMatchObject({ to: { kind: 'userId', name: 'MX.1' } });
  });

  test('is none where nobody is named', () => {
    const { recipientPhone: _, ...nobody } = row();

    expect(() => readOutgoing(nobody)).toThrow('a recipient without a name');
  });
});

describe('what waits', () => {
  const waiting = { ...anOutgoing(), attempt: 2, notBefore: 5 };

  test('is refused by the members at fault, and no word of it is told', () => {
    const text = JSON.stringify({
      ...JSON.parse(writeWaiting(waiting)),
      to: 'Lucía',
      attempt: '2',
    });

    expect(() => readWaiting(text)).toThrow('no message that waits, by to, attempt');
  });
});

describe('an answer of the table', () => {
  test('is refused where it is none of DynamoDB’s', () => {
    for (const item of ['text', null, { pk: 'text' }, { pk: { S: 1 } }]) {
      expect(() => toItem(item)).toThrow('no item');
    }
  });

  test('has no rows where it names none', () => {
    expect(toItems(undefined)).toEqual([]);
  });
});

describe('a stored payload', () => {
  const event = routed(metaEvent({ messages: [aMessage({ group_id: 'group1' })] }));

  test('tells its event, and none where it is no webhook any more', () => {
    expect(eventOfPayload(event, event.payload ?? '')).toMatchObject({ id: event.id });
    expect(eventOfPayload(event, '{"object":')).toBeUndefined();
    expect(eventOfPayload(event, '{"object":"page"}')).toBeUndefined();
  });

  test('tells of which chat it is where an earlier release did not keep that', () => {
    const { payload: _, payloadKey: __, ...facts } = event;
    const gone = { ...facts, payloadKey: 'payloads/1.json' };
    const torn = { ...facts, payload: '{' };
    const told = withChat(event);

    expect(told).toEqual({ ...event, chat: 'group' });
    expect(withChat(told)).toBe(told);
    expect(withChat(gone)).toBe(gone);
    expect(withChat(torn)).toBe(torn);
  });
});
