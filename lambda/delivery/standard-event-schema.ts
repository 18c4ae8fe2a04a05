import * as z from 'zod/mini';
import { beside, contentSchema } from '../content/schema.ts';
import { CHATS } from '../events/chat.ts';
import { notes, tell } from '../shared/json/schema-notes.ts';

/** Raised when a receiver of the version before could misread an event. A new member is no such case. */
const STANDARD_EVENT_VERSION = 1;

const text = z.nullable(z.string());
const time = z.iso.datetime({ precision: 3 });

const contact = z.object({
  phone: tell(z.nullable(z.string()), 'Digits of a phone number with its country code.'),
  userId: tell(z.nullable(z.string()), "Meta's business-scoped user id (BSUID)."),
  lid: tell(z.nullable(z.string()), "WhatsApp's linked id (`…@lid`)."),
  chatId: tell(
    z.nullable(z.string()),
    'Id of the group chat; the other names are then those of the participant.',
  ),
});

const common = {
  provider: z.enum(['meta', 'wasender']),
  channel: tell(
    z.string(),
    "Meta's phone number id (of account events the WhatsApp Business Account's id), or the name of a WasenderApi session.",
  ),
  direction: z.enum(['inbound', 'outbound']),
  contact: tell(contact, 'Who is at the other end; null where a name is not known.'),
  chat: tell(
    z.optional(z.nullable(z.enum(CHATS))),
    'In what kind of chat: with one person, in a group, a channel’s post, or somebody’s status; null where it is of none.',
  ),
  group: tell(
    z.string(),
    'What the event is ordered with: equal for the events of one contact, or of one sent message.',
  ),
  wamid: tell(z.nullable(z.string()), "WhatsApp's id of the message or call."),
  receivedAt: tell(z.iso.datetime({ precision: 3 }), 'When Floodgate received it.'),
  payload: tell(
    z.unknown(),
    "The provider's webhook with this one event in it, as it came; null where it is no longer kept, does not fit the queue that it goes to, or is of what is sent from here.",
  ),
};

/** What is optional is there since it is told: bodies of before stay valid. */
const message = {
  messageType: tell(z.string(), "The provider's word: `text`, `image`, …"),
  text: tell(z.nullable(z.string()), 'Of a text message its text.'),
  profileName: tell(z.nullable(z.string()), 'What the contact calls itself.'),
  content: z.optional(
    tell(
      z.nullable(contentSchema),
      'What was said; null only where `payload` is no longer kept, and of what is sent from here.',
    ),
  ),
  ...z.partial(beside).shape,
};

const ofAccount = {
  field: tell(z.string(), "The webhook's field or event name."),
  content: z.optional(
    tell(
      z.nullable(contentSchema),
      'What it says, where that is more than a fact of the account: a payment, a new user id, a deletion, the votes of a poll.',
    ),
  ),
};

/** Of an event that follows one of a message. */
const ofMessage = {
  ...common,
  ...message,
  eventId: tell(
    z.string(),
    'The `id` of the event of the message that the file came with, which was delivered before.',
  ),
};

const storedMedia = z.object({
  state: z.literal('stored'),
  mimeType: z.string(),
  sizeBytes: z.int(),
  sha256: tell(z.string(), 'Of the file, in lower-case hex.'),
  url: tell(
    z.string(),
    'Whoever has it can read the file, without more. Made anew for each try; `GET /v1/…/media/{wamid}` makes another.',
  ),
  urlExpiresAt: time,
});

const lostMedia = z.object({
  state: tell(
    z.enum(['failed', 'expired', 'skipped']),
    '`expired`: the provider no longer has it. `skipped`: it is larger than is kept.',
  ),
  reason: tell(
    z.nullable(z.string()),
    '`unknown-media`, `refused`, `host`, `size`, `sha256`, `mime-type`, `too-big`, or one that is new.',
  ),
});

const outgoing = z.object({
  id: tell(
    z.string(),
    'Ours: the request to send it was answered with that, and each repetition of it.',
  ),
  state: tell(
    z.enum(['queued', 'sent', 'held', 'failed', 'cancelled', 'expired', 'uncertain']),
    '`held`: the provider took it, and looks at its template first. `cancelled` and `expired`: it was never sent.',
  ),
  attempt: tell(z.int(), 'Which attempt to send it, from 1 on.'),
  error: tell(
    z.nullable(z.object({ class: z.string(), code: text, text })),
    "Why it failed: `class` is Floodgate's word, `code` and `text` are the provider's.",
  ),
});

function event<Type extends string, Data extends z.core.$ZodLooseShape>(
  type: Type,
  description: string,
  data: Data,
) {
  const schema = z.object({
    version: z.literal(STANDARD_EVENT_VERSION),
    id: tell(z.string(), 'The same for every try and every replay; the header `webhook-id` too.'),
    type: z.literal(type),
    timestamp: tell(
      time,
      "When it happened, by the provider's clock; of a file when it was settled what became of it.",
    ),
    data: z.object(data),
  });
  notes.add(schema, { description, title: type });
  return schema;
}

export const standardEvent = z.discriminatedUnion('type', [
  event('message.received', 'A contact sent a message.', { ...common, ...message }),
  event(
    'message.sent',
    'The business sent a message: from another device or app, or, where `outgoing` is there, from here.',
    {
      ...common,
      ...message,
      messageType: tell(
        z.nullable(z.string()),
        "The provider's word: `text`, `image`, …; null of what is sent from here.",
      ),
      outgoing: z.optional(outgoing),
    },
  ),
  event('message.queued', 'A message to send was taken; or one that was uncertain is sent again.', {
    ...common,
    outgoing,
  }),
  event('message.failed', 'A message that was to be sent did not go out, or did not arrive.', {
    ...common,
    outgoing,
  }),
  event('message.uncertain', 'Nobody knows whether the provider took a message.', {
    ...common,
    outgoing,
  }),
  event('message.history', 'A message from before the channel was connected.', {
    ...common,
    ...message,
  }),
  event('media.stored', 'The file that came with a message is stored.', {
    ...ofMessage,
    media: storedMedia,
  }),
  event('media.failed', 'The file that came with a message will not be stored.', {
    ...ofMessage,
    media: lostMedia,
  }),
  event('message.status', 'What became of a message that the business sent.', {
    ...common,
    status: tell(
      z.string(),
      '`sent`, `delivered`, `read`, `played`, `failed`, or one that is new.',
    ),
    participant: tell(z.nullable(z.string()), 'The group chat’s member whom it is about.'),
    errors: tell(z.array(z.unknown()), "The provider's, of a message that failed."),
    pricing: tell(z.unknown(), "The provider's; null where it says nothing of a price."),
  }),
  event('call.updated', 'An event or a status of a call.', {
    ...common,
    callEvent: tell(z.string(), "The provider's word: `connect`, `terminate`, …"),
  }),
  event('account.updated', 'Everything else, from a template’s approval to fields yet unknown.', {
    ...common,
    ...ofAccount,
  }),
  event('account.error', 'The provider says that something went wrong.', {
    ...common,
    ...ofAccount,
    code: tell(z.nullable(z.number()), "The first error's, where it has one."),
    errors: tell(z.array(z.unknown()), "The provider's."),
  }),
  event('floodgate.test', 'A test of the endpoint, which no provider sent.', {
    message: text,
  }),
]);
notes.add(standardEvent, {
  title: 'Floodgate event',
  description: 'What a subscriber with the format `standard` receives. Take what you do not know.',
});

/** What a subscriber with the format `standard` receives. */
export type StandardEvent = z.infer<typeof standardEvent>;

/** As JSON Schema, for `docs/schemas/`. Members may be added, so receivers must let others pass. */
export function standardEventJsonSchema() {
  return z.toJSONSchema(standardEvent, { metadata: notes, io: 'input' });
}
