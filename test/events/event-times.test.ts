import { describe, expect, test } from 'vitest';
import type { WebhookEvent } from '../../lambda/events/event.ts';
import { eventOfPayload } from '../../lambda/table/stored-event.ts';
import {
  aMessage,
  aStatus,
  metaChange,
  metaEvent,
  only,
  RECEIVED_AT,
  splitMeta,
  wasenderEvent,
} from '../support/webhooks.ts';

const SECOND = 1_795_212_000;
const PAST = SECOND * 1000;
const FAR = '4070908800';
const LONG = { low: SECOND, high: 0, unsigned: true };

const key = { id: '3EB0A', fromMe: false, remoteJid: '5215550001111@s.whatsapp.net' };
const meta = (field: string, value: object) => only(splitMeta(metaChange(field, value)));
const wasender = (event: string, data: unknown, overrides: object = {}) =>
  wasenderEvent(event, data, overrides);

/** Each kind of event at a time that its provider tells. */
const EVENTS: readonly [string, (timestamp: unknown) => WebhookEvent][] = [
  ['message', (timestamp) => metaEvent({ messages: [aMessage({ timestamp })] })],
  ['status', (timestamp) => metaEvent({ statuses: [aStatus({ timestamp })] })],
  [
    'call',
    (timestamp) => meta('calls', { calls: [{ id: 'wacid.A', event: 'connect', timestamp }] }),
  ],
  [
    'echo',
    (timestamp) =>
      meta('smb_message_echoes', { message_echoes: [{ id: 'wamid.E', to: '521', timestamp }] }),
  ],
  [
    'preference',
    (timestamp) => meta('user_preferences', { user_preferences: [{ wa_id: '521', timestamp }] }),
  ],
  [
    'address book entry',
    (timestamp) =>
      meta('smb_app_state_sync', {
        state_sync: [{ contact: { phone_number: '521' }, metadata: { timestamp } }],
      }),
  ],
  [
    'message of WasenderApi',
    (messageTimestamp) => wasender('messages.upsert', { messages: { key, messageTimestamp } }),
  ],
  [
    'status of WasenderApi',
    (timestamp) =>
      wasender(
        'messages.update',
        { key: { ...key, fromMe: true }, update: { status: 4 } },
        { timestamp },
      ),
  ],
  [
    'call of WasenderApi',
    (timestamp) =>
      wasender('call', { call: { id: 'c', from: '521', status: 'offer' } }, { timestamp }),
  ],
  ['session', (timestamp) => wasender('session.status', { status: 'connected' }, { timestamp })],
];

describe.each(EVENTS)('a %s', (_, eventAt) => {
  test.each([
    ['the past', String(SECOND), PAST],
    ['milliseconds', PAST + 5, PAST + 5],
    ['a fraction', `${SECOND}.5`, PAST],
    ['two halves', LONG, PAST],
    ['the future', FAR, RECEIVED_AT],
    ['a near future', RECEIVED_AT / 1000 + 60, RECEIVED_AT],
  ])('told with %s happened no later than it was received', (_name, told, at) => {
    const event = eventAt(told);
    expect(event.occurredAt).toBe(at);
    expect(event.payload).toContain(JSON.stringify(told));
    expect(eventOfPayload({ ...event, receivedAt: RECEIVED_AT }, event.payload)).toEqual(event);
  });

  test.each(['0', '-5', 'soon', null])('told with the time %j is taken for one of now', (told) => {
    expect([RECEIVED_AT, PAST]).toContain(eventAt(told).occurredAt);
  });
});

describe('the word of the provider for a time that could not be taken', () => {
  const detailOf = (event: WebhookEvent): unknown => JSON.parse(event.status?.detail ?? '{}');

  test.each([FAR, '0', 'soon'])('%s stays with a status of Meta', (timestamp) => {
    const event = metaEvent({ statuses: [aStatus({ timestamp })] });
    expect(detailOf(event)).toMatchObject({ timestamp });
  });

  test('stays with a status of WasenderApi', () => {
    const data = { key: { ...key, fromMe: true }, update: { status: 4 } };
    const event = wasender('messages.update', data, { timestamp: 4_070_908_800 });
    expect(detailOf(event)).toEqual({ ...data, timestamp: 4_070_908_800 });
  });

  test('is not kept twice where it could', () => {
    expect(metaEvent({ statuses: [aStatus()] }).status).not.toHaveProperty('detail');
  });
});
