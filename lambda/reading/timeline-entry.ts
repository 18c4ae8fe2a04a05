import { besideOf, contentOf, NOTHING_BESIDE, toldBeside } from '../content/content.ts';
import { type FindMessage, storedReply } from '../content/replied-message.ts';
import type { Beside, Content } from '../content/schema.ts';
import { chatOf, toldChat } from '../events/chat.ts';
import { kindOfId } from '../events/conversation.ts';
import type { ContactNames, WebhookEvent } from '../events/event.ts';
import { currentStatus } from '../events/status.ts';
import { timeOf } from '../people/timeline-spans.ts';
import { mayHaveMedia, mediaOf } from '../providers/media-file.ts';
import { messageText } from '../providers/webhook-content.ts';
import { RawJson } from '../shared/json/raw-json.ts';
import { eventOfPayload } from '../table/stored-event.ts';
import type { SentMessage, StoredEvent } from '../table/stored-rows.ts';
import { type MediaAnswerDeps, mediaAnswer } from './media-answer.ts';
import type { TimelineEntry } from './schemas.ts';
import { isoTime, namesAnswer, type StatusDeps, statusAnswers } from './status-answers.ts';

/** Bytes of a payload that fits into an answer with nothing beside it, as Lambda writes it. */
const MAX_PAYLOAD_BYTES = 5_000_000;

/** An entry of what was stored as an event; an echo with the statuses of its message. */
export async function eventEntry(
  row: StoredEvent,
  sent: SentMessage | undefined,
  deps: EntryDeps,
): Promise<TimelineEntry> {
  const payload = await payloadOf(row, deps);
  return {
    id: row.sk,
    kind: timelineKind(row.sk),
    direction: row.direction,
    type: row.type,
    wamid: row.wamid ?? null,
    occurredAt: isoTime(timeOf(row.at)),
    receivedAt: isoTime(row.receivedAt),
    contact: namesAnswer({ ...sent?.recipient, ...payload.contact }),
    chat:
      chatOf(payload.contact) ??
      toldChat({ kind: kindOfId(row.sk), chat: row.chat, group: row.pk }) ??
      null,
    text: payload.text ?? null,
    content: payload.content ?? null,
    ...(payload.beside ?? NOTHING_BESIDE),
    ...(await statusMembers(sent, deps)),
    media: await mediaAnswer(row, payload.hasMedia, deps),
    outgoing: null,
    payload: payload.raw,
  };
}

/** An entry of a message that is known by its statuses alone. */
export async function messageEntry(row: SentMessage, deps: StatusDeps): Promise<TimelineEntry> {
  return {
    id: row.pk.replace(/^message/, 'sent'),
    kind: 'message',
    direction: 'outbound',
    type: null,
    wamid: row.wamid,
    occurredAt: isoTime(timeOf(row.at)),
    receivedAt: null,
    contact: namesAnswer(row.recipient),
    chat: chatOf(row.recipient) ?? 'private',
    text: null,
    content: null,
    ...NOTHING_BESIDE,
    ...(await statusMembers(row, deps)),
    media: null,
    outgoing: null,
    payload: null,
  };
}

/** Bytes of a text within the JSON in which Lambda hands it on, quoted and escaped. */
export function answerBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}

function timelineKind(id: string): TimelineEntry['kind'] {
  const kind = kindOfId(id);
  // A status is a row of another form; under an event's key none is written.
  return kind === 'status' ? 'account' : kind;
}

async function statusMembers(sent: SentMessage | undefined, deps: StatusDeps) {
  if (sent === undefined) return { status: null, statuses: [] };
  return {
    status: currentStatus(sent.statuses.map(({ name }) => name)) ?? null,
    statuses: await statusAnswers(sent.statuses, sent, deps),
  };
}

export interface EntryDeps extends StatusDeps, MediaAnswerDeps {
  /** Looks for the message that an entry answers. Within a time of its own, and never rejects. */
  readonly findMessage: FindMessage;
}

interface ReadPayloadParts {
  readonly raw: RawJson | null;
  readonly contact: ContactNames;
  readonly text: string | undefined;
  readonly content?: Content | undefined;
  readonly beside?: Beside;
  readonly hasMedia: boolean;
}

async function payloadOf(row: StoredEvent, deps: EntryDeps): Promise<ReadPayloadParts> {
  const payload =
    row.payload ??
    (row.payloadKey === undefined ? undefined : await deps.readPayload(row.payloadKey));
  const event = payload === undefined ? undefined : eventOfPayload(row, payload);
  if (payload === undefined || event === undefined) {
    return { raw: null, contact: {}, text: undefined, hasMedia: false };
  }
  const fits = answerBytes(payload) <= MAX_PAYLOAD_BYTES;
  const webhook: unknown = JSON.parse(payload);
  // Rows of earlier releases have the type of what WhatsApp puts around a message.
  const isText = row.type === 'text' || event.type === 'text';
  return {
    raw: fits ? new RawJson(payload) : null,
    contact: event.contact,
    text: isText ? messageText(webhook) : undefined,
    ...(await saidIn(event, webhook, deps)),
    hasMedia: mayHaveMedia(event) && mediaOf(row.provider, webhook) !== undefined,
  };
}

async function saidIn(event: WebhookEvent, webhook: unknown, { findMessage }: EntryDeps) {
  const { channel, contact, provider } = event;
  const said = { provider, kind: event.kind, webhook };
  const { answers } = toldBeside(said);
  const found =
    answers === undefined
      ? undefined
      : storedReply(answers, await findMessage(channel, answers, contact));
  return { content: contentOf(said), beside: besideOf(said, found) };
}
