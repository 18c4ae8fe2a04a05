import { keptChat } from '../events/chat.ts';
import type { Provider, WebhookEvent } from '../events/event.ts';
import type { RoutedEvent } from '../events/routed-event.ts';
import { splitMetaWebhook } from '../providers/meta/webhook.ts';
import { splitWasenderWebhook } from '../providers/wasender/webhook.ts';
import { readJsonSource } from '../shared/json/json-source.ts';

export interface PayloadOrigin {
  readonly provider: Provider;
  readonly channel: string;
  readonly receivedAt: number;
}

/** The event of a stored payload, as it was split when it came; undefined where it is no webhook. */
export function eventOfPayload(
  { provider, channel, receivedAt }: PayloadOrigin,
  payload: string,
): WebhookEvent | undefined {
  const reading = readJsonSource(payload);
  if (!reading.ok) return undefined;
  const split =
    provider === 'meta'
      ? splitMetaWebhook(reading.source, receivedAt)
      : splitWasenderWebhook(reading.source, channel, receivedAt);
  return split.ok ? split.events[0] : undefined;
}

/** The event with the chat that it is of, where an earlier release did not keep that. */
export function withChat(event: RoutedEvent): RoutedEvent {
  if (event.chat !== undefined || event.payload === undefined) return event;
  const chat = keptChat(eventOfPayload(event, event.payload)?.contact ?? {});
  return chat === undefined ? event : { ...event, chat };
}

/**
 * The names of whom a status is about. It is in the group of its message: whom that went to, the
 * payload says; nobody where that is gone.
 */
export function recipientsOf(status: RoutedEvent, payload: string | undefined): readonly string[] {
  const contact = payload === undefined ? undefined : eventOfPayload(status, payload)?.contact;
  const { chatId, phone, userId, lid } = contact ?? {};
  // Of a group chat's events, the other names are a member's.
  return (chatId === undefined ? [userId, lid, phone] : [chatId]).filter(
    (name) => name !== undefined,
  );
}
