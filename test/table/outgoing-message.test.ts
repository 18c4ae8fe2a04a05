import { describe, expect, test } from 'vitest';
import { isOutgoingId } from '../../lambda/events/outgoing-id.ts';
import { markOf, readMark } from '../../lambda/events/outgoing-mark.ts';
import { CONTENT_SORT_KEY, outgoingPartition } from '../../lambda/table/keys.ts';
import { outgoingAttributes, readOutgoing } from '../../lambda/table/outgoing-json.ts';
import { type OutgoingMessage, outgoingId } from '../../lambda/table/outgoing-message.ts';
import { stateOf } from '../../lambda/table/outgoing-record.ts';
import { rowKey } from '../../lambda/table/writes.ts';
import { anOutgoing } from '../support/outgoing.ts';

const phone = { kind: 'phone', name: '5215550001111' } as const;

describe('the id of a message', () => {
  test('is the same for the same key, of the same channel and recipient', () => {
    const id = outgoingId('123', phone, 'order-1');

    expect(isOutgoingId(id)).toBe(true);
    expect(outgoingId('123', phone, 'order-1')).toBe(id);
    expect(outgoingId('124', phone, 'order-1')).not.toBe(id);
    expect(outgoingId('123', { ...phone, name: '1' }, 'order-1')).not.toBe(id);
    expect(outgoingId('123', phone, 'order-2')).not.toBe(id);
  });

  test('is no wamid', () => {
    expect(isOutgoingId('wamid.HBgNNTIxNTU1MDAwMTExMRUCABEYEg==')).toBe(false);
    expect(isOutgoingId('msg_short')).toBe(false);
  });
});

describe('a mark', () => {
  const { id } = anOutgoing();

  test('is read as it was written, and is short enough for Meta', () => {
    expect(readMark(markOf(id, 12))).toEqual({ id, attempt: 12 });
    expect(markOf(id, 9999).length).toBeLessThan(64);
  });

  test('is not read where it was changed, or is none', () => {
    const mark = markOf(id, 1);

    expect(readMark(mark.replace('.1.', '.2.'))).toBeUndefined();
    expect(readMark(`${mark}x`)).toBeUndefined();
    expect(readMark('order-7')).toBeUndefined();
  });
});

describe('the row of a message', () => {
  const keyOf = ({ channel, id }: OutgoingMessage) =>
    rowKey(outgoingPartition(channel, id), CONTENT_SORT_KEY);
  const rowOf = (message: OutgoingMessage) => ({
    ...keyOf(message),
    ...outgoingAttributes(message),
  });
  const group = { kind: 'group', name: '5215550001111-1600000000@g.us' } as const;

  test.each([
    ['an answer', anOutgoing()],
    ['a campaign', anOutgoing({ class: 'campaign', category: 'marketing' })],
    ['one to a group of a session', anOutgoing({ channel: 'shop.mx', to: group })],
  ])('is read as it was written: %s', (_, message) => {
    expect(readOutgoing(rowOf(message))).toEqual(message);
  });

  test('is read as it was written before, all in one', () => {
    const message = anOutgoing();
    const outgoing = { S: JSON.stringify({ v: 1, ...message }) };
    const { timelineAt } = outgoingAttributes(message);

    expect(readOutgoing({ ...keyOf(message), outgoing, timelineAt })).toEqual(message);
  });

  test('of another version, or without a member, is refused', () => {
    const read = (S: string) => () => readOutgoing({ ...rowOf(anOutgoing()), outgoing: { S } });

    expect(read('{"v":2}')).toThrow('message of version 2, but 1 is known');
    expect(read('{"v":1}')).toThrow('no message to send, by provider, to, notAfter');
  });
});

describe('the state of a message', () => {
  const status = (name: string) => ({
    ...{ name, at: 1, receivedAt: 1, detail: undefined, payloadKey: undefined },
  });
  const told = (state: 'sending' | 'uncertain' | 'failed' | undefined, ...names: string[]) =>
    stateOf({ state, statuses: names.map(status) });

  test('is what we did, until a status tells more', () => {
    expect(stateOf(undefined)).toBe('queued');
    expect(told('sending')).toBe('sending');
    expect(told('sending', 'sent')).toBe('sent');
    expect(told('uncertain', 'delivered')).toBe('delivered');
    expect(told('uncertain', 'failed')).toBe('failed');
    expect(told('failed', 'read', 'delivered')).toBe('read');
    expect(told(undefined, 'played')).toBe('read');
  });

  test('is that it was sent where only a status is known that nobody knows', () => {
    expect(told(undefined, 'pondered')).toBe('sent');
    expect(told('sending', 'pondered')).toBe('sending');
  });
});
