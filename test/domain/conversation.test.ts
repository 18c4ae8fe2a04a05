import { describe, expect, test } from 'vitest';
import {
  type ConversationEvent,
  isOptOut,
  kindOfId,
  opensWindow,
  showsPresence,
} from '../../lambda/domain/conversation.ts';

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

  test('does not open by a message from before the channel was connected', () => {
    expect(opensWindow(anEvent({ kind: 'history' }))).toBe(false);
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

test('an id tells its kind', () => {
  expect(kindOfId('history.abc')).toBe('history');
  expect(kindOfId('of-tomorrow.abc')).toBe('account');
});
