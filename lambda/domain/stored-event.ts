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

/** The ids that a message or an echo may have of which the wamid is known; history is known by its content. */
export function messageIds(channel: string, wamid: string): readonly string[] {
  return [
    eventId('message', [channel, wamid]),
    eventId('message', [channel, 'false', wamid]),
    echoId('meta', channel, wamid),
    echoId('wasender', channel, wamid),
  ];
}

/** Id of the echo of a message, by which it is found from the message's statuses. */
export function echoId(provider: Provider, channel: string, wamid: string): string {
  return eventId('echo', provider === 'meta' ? [channel, wamid] : [channel, 'true', wamid]);
}
