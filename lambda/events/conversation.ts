import { type EventKind, kindOfEventId, type Provider, type WebhookEvent } from './event.ts';

/** How long the customer service window stays open. */
export const WINDOW_MS = 24 * 60 * 60 * 1000;

/** An event as far as it says something of the conversation. */
export interface ConversationEvent {
  readonly provider: Provider;
  readonly kind: EventKind;
  readonly direction: WebhookEvent['direction'];
  readonly type: string;
}

/** Not messages: notices of WhatsApp, and what the contact does with earlier messages. */
const NOT_MESSAGES = new Set(['system', 'request_welcome', 'reaction', 'edit', 'revoke']);

/**
 * Whether an event opens the customer service window, or starts its 24 hours again.
 *
 * Meta: when a user "messages you or calls you". A call counts from when it was made. It does not say
 * whether reactions, edits, deletions or a chat that was only opened count, so they do not here: the
 * window may be open longer than this tells, never shorter.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
 */
export function opensWindow({ provider, kind, direction, type }: ConversationEvent): boolean {
  if (provider !== 'meta' || direction !== 'inbound') return false;
  return (kind === 'message' && !NOT_MESSAGES.has(type)) || (kind === 'call' && type === 'connect');
}

/** Whether an event shows that the contact was there. */
export function showsPresence({ kind, direction, type }: ConversationEvent): boolean {
  if (direction !== 'inbound') return false;
  return kind === 'account' ? type === 'user_preferences' : type !== 'system';
}

/** Whether the contact's latest word on a category is to be sent no more of it. */
export function isOptOut(value: string): boolean {
  return value === 'stop';
}

/** The kind of an event by its id; one of a later release goes for the business's own. */
export function kindOfId(id: string): EventKind {
  return kindOfEventId(id) ?? 'account';
}
