import { eventId, type Provider, type WebhookEvent } from './event.ts';
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

/** Id of the echo of a message, by which it is found from the message's statuses. */
export function echoId(provider: Provider, channel: string, wamid: string): string {
  return eventId('echo', provider === 'meta' ? [channel, wamid] : [channel, 'true', wamid]);
}
