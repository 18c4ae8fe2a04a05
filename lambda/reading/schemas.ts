import * as z from 'zod/mini';
import { schemas } from '../answers/schemas.ts';
import { beside, contentSchema, NAMED_SCHEMAS } from '../content/schema.ts';
import { CHATS } from '../events/chat.ts';
import type { RawJson } from '../shared/json/raw-json.ts';
import { notes } from '../shared/json/schema-notes.ts';
import { CATEGORIES, MESSAGE_CLASSES, OUTGOING_STATES } from '../table/outgoing-message.ts';

const time = z.iso.datetime({ precision: 3 });
const text = z.nullable(z.string());

const contactNames = z.strictObject({
  phone: text,
  userId: text,
  lid: text,
  chatId: text,
});
schemas.add(contactNames, {
  id: 'ContactNames',
  description:
    'Names of the contact: phone number (digits), BSUID, LID, and id of the group chat; of a group chat the other names are those of the participant.',
});

const status = z.strictObject({
  status: z.string(),
  at: time,
  errors: z.array(z.unknown()),
  pricing: z.nullable(z.record(z.string(), z.unknown())),
  detail: z.nullable(z.record(z.string(), z.unknown())),
});
schemas.add(status, {
  id: 'Status',
  description:
    "One status of an outbound message, in the provider's word. `detail` holds all that the webhook said of it.",
});

export const mediaAnswer = z.strictObject({
  state: z.enum(['pending', 'stored', 'failed', 'expired', 'skipped']),
  reason: text,
  mimeType: text,
  sizeBytes: z.nullable(z.int()),
  sha256: text,
  url: text,
  urlExpiresAt: z.nullable(time),
});
schemas.add(mediaAnswer, {
  id: 'Media',
  description:
    'The file that came with a message. `stored`: whoever has the `url` can read it until `urlExpiresAt`, with its `sha256` in hex; ask again for a new one. `pending`: not fetched yet. `failed`, `skipped` and `expired` are final, the former two with a reason.',
});

export const outgoingAnswer = z.strictObject({
  id: z.string(),
  channel: z.string(),
  to: z.string(),
  state: z.enum(OUTGOING_STATES),
  category: z.enum(CATEGORIES),
  class: z.enum(MESSAGE_CLASSES),
  createdAt: time,
  notAfter: time,
  attempt: z.nullable(z.int()),
  sentAt: z.nullable(time),
  wamid: text,
  error: z.nullable(z.strictObject({ class: z.string(), code: text, text })),
  body: z.unknown(),
});
schemas.add(outgoingAnswer, {
  id: 'OutgoingMessage',
  description:
    'A message that was sent through this API, or waits for that. `queued`: it waits for its turn; `sending`: the provider is being asked; `held`: the provider took it, and looks at the template first; `delivered` and `read` are told by its statuses. `uncertain`: the answer of the provider was lost, and nobody knows whether it took the message. `cancelled`, `expired` and `failed` are final; `error` says why it failed, by a class of ours, the code of the provider and its words. `body` is what was given, in Meta’s form.',
});

for (const schema of NAMED_SCHEMAS) {
  const { id = '', description = '' } = notes.get(schema) ?? {};
  schemas.add(schema, { id, description });
}

const timelineEntry = z.strictObject({
  id: z.string(),
  kind: z.enum(['message', 'echo', 'history', 'call', 'account']),
  direction: z.enum(['inbound', 'outbound']),
  type: text,
  wamid: text,
  occurredAt: time,
  receivedAt: z.nullable(time),
  contact: contactNames,
  chat: z.nullable(z.enum(CHATS)),
  text,
  content: z.nullable(contentSchema),
  ...beside.shape,
  status: text,
  statuses: z.array(status),
  media: z.nullable(mediaAnswer),
  outgoing: z.nullable(outgoingAnswer),
  payload: z.unknown(),
});
schemas.add(timelineEntry, {
  id: 'TimelineEntry',
  description:
    'One event, or one outbound message that was sent through this API (`outgoing` says all of it) or is known by its statuses alone (kind `message`, direction `outbound`, type null). `chat` is null for account events that are of none. `content` is what it says, null where that is not kept or it says nothing, as a call; `replyTo.id` is the id of the entry that it answers. `media` is null where no file came with it. `payload` is the webhook as it came; null where there is none, where it is no longer kept, or where it exceeds an answer.',
});

export const timelineAnswer = z.strictObject({
  entries: z.array(timelineEntry),
  nextCursor: text,
});
schemas.add(timelineAnswer, {
  id: 'Timeline',
  description:
    'Newest first. A page may hold fewer entries than asked for, even none; it is the last one when `nextCursor` is null.',
});

const name = z.strictObject({
  kind: z.enum(['phone', 'userId', 'lid', 'chatId']),
  name: z.string(),
  since: z.nullable(time),
  until: z.nullable(time),
  alternateOf: text,
});
schemas.add(name, {
  id: 'ContactName',
  description:
    'A name of the contact: `since` an event first showed it, `until` it was given up or was seen with somebody else. `alternateOf`: in Brazil, Mexico and Argentina one account may be known under two numbers; this is the other form of that number, and something is stored under it.',
});

const profile = z.strictObject({ name: text, username: text });
schemas.add(profile, { id: 'Profile', description: 'As the contact called itself last.' });

const openingEvent = z.strictObject({
  id: z.string(),
  kind: z.enum(['message', 'call']),
  type: z.string(),
  occurredAt: time,
});
schemas.add(openingEvent, { id: 'OpeningEvent', description: 'What opened the window last.' });

const conversationWindow = z.strictObject({
  openUntil: z.nullable(time),
  openedBy: z.nullable(openingEvent),
});
schemas.add(conversationWindow, {
  id: 'Window',
  description:
    "Meta's customer service window: 24 hours from the contact's latest message or call. System messages, reactions, edits, deletions and chats that were only opened do not count.",
});

const optOut = z.strictObject({
  category: z.string(),
  value: z.string(),
  isOptOut: z.boolean(),
  at: time,
});
schemas.add(optOut, {
  id: 'OptOut',
  description:
    "The contact's latest choice in a category, in Meta's word (`stop`, `resume`); it is an opt-out where that is `stop`.",
});

export const contactAnswer = z.strictObject({
  channel: z.string(),
  contact: z.string(),
  names: z.array(name),
  profile: z.nullable(profile),
  lastSeen: z.nullable(time),
  window: z.nullable(conversationWindow),
  optOuts: z.array(optOut),
  isComplete: z.boolean(),
});
schemas.add(contactAnswer, {
  id: 'Contact',
  description:
    '`window` is null where the provider knows none, and for group chats. `isComplete` is false where there is more than one request reads: names beyond 10, events of the contact behind hundreds of others, preferences beyond 1 MB.',
});

const participant = z.strictObject({
  name: z.string(),
  contact: contactNames,
  status: text,
  statuses: z.array(status),
});
schemas.add(participant, {
  id: 'Participant',
  description: 'What one member of a group chat did with the message.',
});

export const messageAnswer = z.strictObject({
  channel: z.string(),
  provider: z.enum(['meta', 'wasender']),
  wamid: text,
  direction: z.enum(['inbound', 'outbound']),
  contact: contactNames,
  account: text,
  displayPhoneNumber: text,
  status: text,
  statuses: z.array(status),
  errors: z.array(z.unknown()),
  pricing: z.nullable(z.record(z.string(), z.unknown())),
  callbackData: text,
  participants: z.array(participant),
  outgoing: z.nullable(outgoingAnswer),
  entry: z.nullable(timelineEntry),
});
schemas.add(messageAnswer, {
  id: 'Message',
  description:
    'A message, whoever wrote it, by whichever wamid Meta calls it, or by our own id where it was sent through this API: `outgoing` then says what was to be sent and how far it is, and `wamid` is null until the provider took it. `entry` is what stands in the timeline; null for an outbound message that is known by its statuses alone. Of an outbound message `status` is the furthest of accepted, sent, failed, delivered, read, played; null where only others, or only those of participants, are known.',
});

/** An answer whose parts may be handed on as the provider wrote them. */
type WithRaw<Answer, Key extends keyof Answer> = Omit<Answer, Key> & {
  readonly [Part in Key]: Answer[Part] | RawJson;
};
type WithStatuses<Answer> = Omit<Answer, 'statuses'> & { readonly statuses: StatusAnswer[] };

export type ContactNamesAnswer = z.infer<typeof contactNames>;
export type StatusAnswer = WithRaw<z.infer<typeof status>, 'errors' | 'pricing' | 'detail'>;
export type MediaAnswer = z.infer<typeof mediaAnswer>;
export type OutgoingAnswer = z.infer<typeof outgoingAnswer>;
export type TimelineEntry = WithStatuses<z.infer<typeof timelineEntry>>;
export type ContactAnswer = z.infer<typeof contactAnswer>;
export type ParticipantAnswer = WithStatuses<z.infer<typeof participant>>;
export type MessageAnswer = WithStatuses<
  WithRaw<Omit<z.infer<typeof messageAnswer>, 'participants' | 'entry'>, 'errors' | 'pricing'>
> & { readonly participants: ParticipantAnswer[]; readonly entry: TimelineEntry | null };
