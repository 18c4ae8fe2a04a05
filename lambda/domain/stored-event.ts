import { keptChat } from './chat.ts';
import type { RoutedEvent } from './delivery.ts';
import type { Provider, WebhookEvent } from './event.ts';
import { readJsonSource } from './json-source.ts';
import { splitMetaWebhook } from './meta-webhook.ts';
import { splitWasenderWebhook } from './wasender-webhook.ts';

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
