import { describe, expect, test } from 'vitest';
import {
  type ConversationEvent,
  isOptOut,
  kindOfId,
  opensWindow,
  showsPresence,
  WINDOW_MS,
} from '../../lambda/events/conversation.ts';
import { eventId } from '../../lambda/events/event.ts';

function anEvent(overrides: Partial<ConversationEvent> = {}): ConversationEvent {
  return { provider: 'meta', kind: 'message', direction: 'inbound', type: 'text', ...overrides };
}

describe('the customer service window', () => {
  test.each(['text', 'image', 'button', 'interactive', 'unsupported', 'of-tomorrow'])(
    'opens by a message of type %s',
    (type) => expect(opensWindow(anEvent({ type }))).toBe(true),
  );

  test.each(['system', 'request_welcome', 'reaction', 'edit', 'revoke'])(
    'does not open by %s, which is no message',
    (type) => expect(opensWindow(anEvent({ type }))).toBe(false),
  );

  test('opens by a call of the contact, from its beginning', () => {
    expect(opensWindow(anEvent({ kind: 'call', type: 'connect' }))).toBe(true);
    expect(opensWindow(anEvent({ kind: 'call', type: 'terminate' }))).toBe(false);
  });

  test('does not open by what the business does', () => {
    expect(opensWindow(anEvent({ kind: 'echo', direction: 'outbound' }))).toBe(false);
    expect(opensWindow(anEvent({ kind: 'call', type: 'connect', direction: 'outbound' }))).toBe(
      false,
    );
  });

  test.each(['history', 'status', 'account'] as const)(
    'does not open by an event of the kind %s, whatever its type',
    (kind) => {
      expect(opensWindow(anEvent({ kind }))).toBe(false);
      expect(opensWindow(anEvent({ kind, type: 'connect' }))).toBe(false);
    },
  );

  test('stays open for a day', () => {
    expect(new Date(Date.UTC(2026, 0, 1) + WINDOW_MS).toISOString()).toBe(
      '2026-01-02T00:00:00.000Z',
    );
  });

  test('is unknown to WasenderApi', () => {
    expect(opensWindow(anEvent({ provider: 'wasender' }))).toBe(false);
  });
});

describe('presence', () => {
  test('shows in what the contact does', () => {
    expect(showsPresence(anEvent({ type: 'reaction' }))).toBe(true);
    expect(showsPresence(anEvent({ kind: 'call', type: 'connect' }))).toBe(true);
    expect(showsPresence(anEvent({ kind: 'account', type: 'user_preferences' }))).toBe(true);
  });

  test('does not show in what others do or report', () => {
    expect(showsPresence(anEvent({ type: 'system' }))).toBe(false);
    expect(showsPresence(anEvent({ kind: 'echo', direction: 'outbound' }))).toBe(false);
    expect(showsPresence(anEvent({ kind: 'account', type: 'smb_app_state_sync' }))).toBe(false);
  });
});

test('only stop is an opt-out', () => {
  expect(['stop', 'resume', 'signup'].map(isOptOut)).toEqual([true, false, false]);
});

test.each(['message', 'echo', 'history', 'call', 'status', 'account'] as const)(
  'an id of the kind %s tells it',
  (kind) => expect(kindOfId(eventId(kind, ['shop', 'wamid.1']))).toBe(kind),
);

test('an id of a kind of tomorrow is that of an account event', () => {
  expect(kindOfId('of-tomorrow.abc')).toBe('account');
});
