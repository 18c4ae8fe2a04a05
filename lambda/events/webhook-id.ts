import { EVENT_KINDS } from './event.ts';
import { mediaEventId } from './media-event.ts';

const OF_MEDIA = 'media_';

/** The id of an event, from that or from the webhook-id by which it is delivered. */
export function eventIdOf(id: string): string {
  if (id.startsWith(OF_MEDIA)) return mediaEventId(eventIdOf(id.slice(OF_MEDIA.length)));
  const kind = EVENT_KINDS.find((one) => id.startsWith(`${one}_`));
  return kind === undefined ? id : `${kind}.${id.slice(kind.length + 1)}`;
}

/** The webhook-id by which an event is delivered. */
export function webhookIdOf(eventId: string): string {
  return eventId.replaceAll('.', '_');
}
