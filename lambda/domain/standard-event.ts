import { chatOf, toldChat } from './chat.ts';
import { type Delivery, type RoutedEvent, webhookId, webhookIdOf } from './delivery.ts';
import type { ContactNames, WebhookEvent } from './event.ts';
import { isRecord, memberOf } from './json-source.ts';
import type { MediaLink, RoutedMedia } from './media-event.ts';
import { RawJson, writeJson } from './raw-json.ts';
import type { StandardEvent } from './standard-event-schema.ts';
import { eventOfPayload } from './stored-event.ts';
import { messageText, profileOf } from './webhook-content.ts';

/** Type of the account event by which an endpoint is tested. */
export const TEST_EVENT_TYPE = 'floodgate.test';

type EventData = { [Type in StandardEvent['type']]: DataOf<Type> };
type DataOf<Type> = Extract<StandardEvent, { type: Type }>['data'];
type CommonData = Omit<EventData['account.updated'], 'field'>;

/**
 * The body of a delivery in the format `standard`.
 *
 * @param payload undefined where it is no longer kept, or there is no room for it
 * @param link to the file that the event tells to be stored
 */
export function standardBody(
  delivery: Delivery,
  payload: string | undefined,
  link?: MediaLink,
): string {
  const { event } = delivery;
  const source = payload === undefined ? undefined : sourceOf(event, payload);
  return writeJson({
    version: 1,
    id: webhookId(delivery),
    timestamp: new Date(event.media?.settledAt ?? event.occurredAt).toISOString(),
    ...(event.media === undefined
      ? contentOf(event, source)
      : mediaContent(event, event.media, source, link)),
  } satisfies StandardEvent);
}

/** What the payload tells beyond the delivery. */
interface PayloadSource {
  readonly raw: RawJson;
  readonly webhook: unknown;
  readonly split: WebhookEvent | undefined;
}

function sourceOf(event: RoutedEvent, payload: string): PayloadSource {
  const raw = new RawJson(payload);
  return { raw, webhook: JSON.parse(payload), split: eventOfPayload(event, payload) };
}

type Content = {
  [Type in keyof EventData]: { type: Type; data: EventData[Type] };
}[keyof EventData];

const MESSAGE_TYPES = {
  message: 'message.received',
  echo: 'message.sent',
  history: 'message.history',
} as const;

function contentOf(event: RoutedEvent, source: PayloadSource | undefined): Content {
  const common = commonData(event, source);
  switch (event.kind) {
    case 'status':
      return { type: 'message.status', data: { ...common, ...statusData(event, source) } };
    case 'call':
      return { type: 'call.updated', data: { ...common, callEvent: event.type } };
    case 'account':
      return event.type === TEST_EVENT_TYPE
        ? { type: TEST_EVENT_TYPE, data: { message: 'A test of this endpoint by Floodgate' } }
        : { type: 'account.updated', data: { ...common, field: event.type } };
    default:
      return {
        type: MESSAGE_TYPES[event.kind],
        data: { ...common, ...messageData(event, source) },
      };
  }
}

function mediaContent(
  event: RoutedEvent,
  media: RoutedMedia,
  source: PayloadSource | undefined,
  link: MediaLink | undefined,
): Content {
  const data = {
    ...commonData(event, source),
    ...messageData(event, source),
    eventId: webhookIdOf(media.eventId),
  };
  if (media.state !== 'stored') {
    const { state, reason = null } = media;
    return { type: 'media.failed', data: { ...data, media: { state, reason } } };
  }
  if (link === undefined) throw new Error('a file that is stored is told without its URL');
  const { state, mimeType, sizeBytes, sha256 } = media;
  const urlExpiresAt = new Date(link.expiresAt).toISOString();
  const file = { state, mimeType, sizeBytes, sha256, url: link.url, urlExpiresAt };
  return { type: 'media.stored', data: { ...data, media: file } };
}

function commonData(event: RoutedEvent, source: PayloadSource | undefined): CommonData {
  const contact = source?.split?.contact ?? {};
  return {
    provider: event.provider,
    channel: event.channel,
    direction: event.direction,
    contact: contactData(contact),
    chat: chatOf(contact) ?? toldChat(event) ?? null,
    group: event.group,
    wamid: event.wamid ?? null,
    receivedAt: new Date(event.receivedAt).toISOString(),
    payload: source?.raw ?? null,
  };
}

function contactData({ phone, userId, lid, chatId }: ContactNames): CommonData['contact'] {
  return {
    phone: phone ?? null,
    userId: userId ?? null,
    lid: lid ?? null,
    chatId: chatId ?? null,
  };
}

function messageData(event: RoutedEvent, source: PayloadSource | undefined) {
  return {
    messageType: event.type,
    text: event.type === 'text' ? (messageText(source?.webhook) ?? null) : null,
    profileName: profileOf(source?.webhook)?.name ?? null,
  };
}

function statusData(event: RoutedEvent, source: PayloadSource | undefined) {
  const status = source?.split?.status;
  const detail: unknown = status?.detail === undefined ? {} : JSON.parse(status.detail);
  const errors = memberOf(detail, 'errors');
  const pricing = memberOf(detail, 'pricing');
  return {
    status: event.type,
    participant: status?.participant ?? null,
    errors: Array.isArray(errors) ? errors : [],
    pricing: isRecord(pricing) ? pricing : null,
  };
}
