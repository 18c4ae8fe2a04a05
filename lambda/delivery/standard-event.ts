import { besideOf, contentOf, NOTHING_BESIDE } from '../content/content.ts';
import type { Beside, Content, ReplyTo } from '../content/schema.ts';
import { chatOf, toldChat } from '../events/chat.ts';
import type { ContactNames, EventKind, WebhookEvent } from '../events/event.ts';
import type { MediaLink, RoutedMedia } from '../events/media-event.ts';
import { readRoutedOutgoing } from '../events/outgoing-event.ts';
import type { RoutedEvent } from '../events/routed-event.ts';
import { webhookIdOf } from '../events/webhook-id.ts';
import { messageText, profileOf } from '../providers/webhook-content.ts';
import { isRecord, parseJsonSource } from '../shared/json/json-source.ts';
import { RawJson, writeJson } from '../shared/json/raw-json.ts';
import { eventOfPayload } from '../table/stored-event.ts';
import { type Delivery, webhookId } from './delivery.ts';
import { errorsTold } from './provider-errors.ts';
import type { StandardEvent } from './standard-event-schema.ts';

/** Type of the account event by which an endpoint is tested. */
export const TEST_EVENT_TYPE = 'floodgate.test';

type EventData = { [Type in StandardEvent['type']]: DataOf<Type> };
type DataOf<Type> = Extract<StandardEvent, { type: Type }>['data'];
type CommonData = Omit<EventData['account.updated'], 'field' | 'content'>;

/** What a body is made of, beside the delivery. */
export interface StandardParts {
  /** Undefined where it is no longer kept, or there is no room for what it says. */
  readonly payload: string | undefined;
  /** False where there is no room for the payload beside what it says. @default true */
  readonly isWhole?: boolean;
  /** To the file that the event tells to be stored. */
  readonly link?: MediaLink | undefined;
  /** The message that the event answers, as far as it is stored. */
  readonly replyTo?: ReplyTo | undefined;
}

/** The body of a delivery in the format `standard`. */
export function standardBody(delivery: Delivery, parts: StandardParts): string {
  const { event } = delivery;
  const { payload, link } = parts;
  const hasWebhook = payload !== undefined && event.kind !== 'outgoing';
  const source = hasWebhook ? sourceOf(event, payload, parts) : undefined;
  return writeJson({
    version: 1,
    id: webhookId(delivery),
    timestamp: new Date(event.media?.settledAt ?? event.occurredAt).toISOString(),
    ...toldIn(event, source, link),
  } satisfies StandardEvent);
}

/** What the payload tells beyond the delivery. */
interface PayloadSource {
  readonly payload: string;
  /** Null where there is no room for it. */
  readonly raw: RawJson | null;
  readonly webhook: unknown;
  readonly split: WebhookEvent | undefined;
  readonly content: Content | null;
  readonly beside: Beside;
}

function sourceOf(
  event: RoutedEvent,
  payload: string,
  { isWhole = true, replyTo }: StandardParts,
): PayloadSource {
  const webhook: unknown = JSON.parse(payload);
  const said = { provider: event.provider, kind: event.kind, webhook };
  return {
    payload,
    raw: isWhole ? new RawJson(payload) : null,
    webhook,
    split: eventOfPayload(event, payload),
    content: contentOf(said) ?? null,
    beside: besideOf(said, replyTo),
  };
}

function toldIn(
  event: RoutedEvent,
  source: PayloadSource | undefined,
  link: MediaLink | undefined,
): Told {
  const { kind, media } = event;
  if (kind === 'outgoing') return outgoingTold(event);
  return media === undefined ? toldOf(event, kind, source) : mediaTold(event, media, source, link);
}

type Told = {
  [Type in keyof EventData]: { type: Type; data: EventData[Type] };
}[keyof EventData];

const MESSAGE_TYPES = {
  message: 'message.received',
  echo: 'message.sent',
  history: 'message.history',
} as const;

function toldOf(event: RoutedEvent, kind: EventKind, source: PayloadSource | undefined): Told {
  const common = commonData(event, source);
  const failed = source && errorsTold(event, source.payload);
  if (failed !== undefined) {
    const errors = [...failed.errors];
    const data = { ...common, ...accountData(event, source), ...failed, errors };
    return { type: 'account.error', data };
  }
  switch (kind) {
    case 'status':
      return { type: 'message.status', data: { ...common, ...statusData(event, source) } };
    case 'call':
      return { type: 'call.updated', data: { ...common, callEvent: event.type } };
    case 'account':
      return event.type === TEST_EVENT_TYPE
        ? { type: TEST_EVENT_TYPE, data: { message: 'A test of this endpoint by Floodgate' } }
        : { type: 'account.updated', data: { ...common, ...accountData(event, source) } };
    default:
      return {
        type: MESSAGE_TYPES[kind],
        data: { ...common, ...messageData(event, source) },
      };
  }
}

function mediaTold(
  event: RoutedEvent,
  media: RoutedMedia,
  source: PayloadSource | undefined,
  link: MediaLink | undefined,
): Told {
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

/** What became of a message that is sent from here: what it says its sender knows. */
function outgoingTold(event: RoutedEvent): Told {
  const { id, state, attempt, to, error } = readRoutedOutgoing(event.payload);
  const told = {
    ...{ id, state, attempt },
    error:
      error === undefined
        ? null
        : { class: error.class, code: error.code ?? null, text: error.text ?? null },
  };
  const data = { ...commonData(event, undefined), contact: contactData(to), outgoing: told };
  switch (event.type) {
    case 'queued':
      return { type: 'message.queued', data };
    case 'failed':
      return { type: 'message.failed', data };
    case 'uncertain':
      return { type: 'message.uncertain', data };
    default:
      return { type: 'message.sent', data: { ...NOTHING_SAID, ...data } };
  }
}

const NOTHING_SAID = {
  ...{ messageType: null, text: null, profileName: null, content: null },
  ...NOTHING_BESIDE,
};

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

function accountData(event: RoutedEvent, source: PayloadSource | undefined) {
  return { field: event.type, content: source?.content ?? null };
}

function messageData(event: RoutedEvent, source: PayloadSource | undefined) {
  // Rows of earlier releases have the type of what WhatsApp puts around a message.
  const isText = [event.type, source?.split?.type].includes('text');
  return {
    messageType: event.type,
    text: isText ? (messageText(source?.webhook) ?? null) : null,
    profileName: profileOf(source?.webhook)?.name ?? null,
    content: source?.content ?? null,
    ...(source?.beside ?? NOTHING_BESIDE),
  };
}

function statusData(event: RoutedEvent, source: PayloadSource | undefined) {
  const status = source?.split?.status;
  const detail = status?.detail === undefined ? undefined : parseJsonSource(status.detail).members;
  const errors = detail?.get('errors')?.elements ?? [];
  const pricing = detail?.get('pricing');
  return {
    status: event.type,
    participant: status?.participant ?? null,
    errors: errors.map(({ text }) => new RawJson(text)),
    pricing: isRecord(pricing?.value) ? new RawJson(pricing?.text ?? 'null') : null,
  };
}
