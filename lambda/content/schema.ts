import * as z from 'zod/mini';
import { notes, tell } from '../shared/json/schema-notes.ts';

/** What was said, in words that are the same for both providers. Every member is there; null where nothing is told. */

const text = z.nullable(z.string());
const number = z.nullable(z.number());
const time = z.nullable(z.iso.datetime({ precision: 3 }));

function kind<Kind extends string, Members extends z.core.$ZodLooseShape>(
  name: Kind,
  description: string,
  members: Members,
) {
  const schema = z.object({ kind: z.literal(name), ...members });
  notes.add(schema, { description, id: `Content-${name}`, title: name });
  return schema;
}

const option = z.object({
  id: tell(text, 'What the answer will carry; of a poll null.'),
  title: text,
  description: text,
});

const textMembers = {
  text: tell(
    z.string(),
    'At most 65,536 characters, as WhatsApp takes; all of it is in `payload`.',
  ),
  previewUrl: tell(text, 'The link whose preview is shown with it.'),
  options: tell(
    z.array(option),
    'What it offers to choose from: buttons, rows of a list, options of a poll.',
  ),
};

const file = {
  id: tell(text, "Meta's media id; WasenderApi has none."),
  caption: text,
  fileName: text,
  mimeType: text,
  sha256: tell(text, 'Of the file, in lower-case hex.'),
  sizeBytes: z.nullable(z.int()),
  viewOnce: z.boolean(),
};

const seconds = tell(z.nullable(z.number()), 'How long it lasts, in seconds.');
const animated = z.boolean();

const choiceResult = z.object({
  title: text,
  voters: tell(z.array(z.string()), 'Phones (digits), LIDs, or ids as the provider writes them.'),
});

const choice = {
  of: tell(
    z.enum(['button', 'list', 'template', 'poll']),
    "What was chosen from; `template`: a template's quick reply.",
  ),
  id: tell(
    text,
    "What the business gave the option as id; of a template's quick reply its payload.",
  ),
  title: tell(
    text,
    'The option as the contact saw it; of a poll null where the vote is encrypted or there are several.',
  ),
  description: text,
  payload: tell(text, "Of a template's quick reply."),
  results: tell(
    z.nullable(z.array(choiceResult)),
    'Of a poll all options with their voters, where they are told.',
  ),
};

const flow = {
  name: tell(text, "The provider's: `flow`, `address_message`, …"),
  answers: tell(
    z.unknown(),
    'The JSON of the answers; a text where they are none; null where there are none, or more than 256 KB.',
  ),
  text: tell(text, 'What the chat shows of it, such as `Sent`.'),
};

const location = {
  latitude: number,
  longitude: number,
  name: text,
  address: text,
  url: text,
  live: tell(z.boolean(), 'Whether it is shared while it changes.'),
};

const card = z.object({
  name: text,
  organization: text,
  phones: z.array(
    z.object({ phone: text, waId: tell(text, 'Its WhatsApp account, in digits.'), type: text }),
  ),
  emails: z.array(z.string()),
});

const contacts = {
  contacts: tell(z.array(card), 'At most 300; all of them are in `payload`.'),
  requested: tell(
    z.boolean(),
    'Whether the contact shares its own number because it was asked to.',
  ),
};

const order = {
  of: tell(
    z.enum(['cart', 'product']),
    '`cart`: what is ordered. `product`: a product that is shown, and not ordered.',
  ),
  id: tell(text, 'Of the order, where it has one.'),
  catalogId: text,
  text,
  items: tell(
    z.array(
      z.object({
        productId: tell(text, "The seller's id of the product."),
        name: text,
        quantity: number,
        price: tell(number, 'Of one, in units of the currency.'),
        currency: text,
      }),
    ),
    'At most 300; empty where the provider tells only how many.',
  ),
  itemCount: number,
  total: tell(number, 'In units of the currency, where it is told.'),
  currency: text,
};

const amount = tell(number, 'In units of the currency.');

const payment = {
  referenceId: tell(text, "The business's own, of the order."),
  status: tell(text, "The provider's word: `pending`, `captured`, `failed`, …"),
  amount,
  currency: text,
  transaction: z.nullable(
    z.object({ id: text, type: text, status: text, amount, currency: text, error: text }),
  ),
  refunds: z.array(z.object({ id: text, status: text, reason: text, amount, currency: text })),
};

const callPermission = {
  response: tell(text, "The provider's word: `accept`, `reject`."),
  permanent: z.boolean(),
  expiresAt: time,
  source: tell(text, "The provider's word: `user_action`, `automatic`."),
};

const reaction = {
  emoji: tell(text, 'Null where the reaction was taken back.'),
  to: tell(text, 'Wamid of the message that it is about.'),
};

const system = {
  type: tell(
    text,
    "The provider's word: `user_changed_number`, `user_changed_user_id`, `EPHEMERAL_SETTING`, …",
  ),
  text: tell(text, 'As the provider says it for people.'),
  from: tell(text, 'The number or user id that was given up.'),
  to: tell(
    text,
    'The one that took its place; of a setting its value (of disappearing messages the seconds, 0 for off).',
  ),
  of: tell(text, 'Wamid of the message that it is about, such as one that was pinned.'),
};

const fault = tell(
  z.nullable(
    z.object({
      code: tell(number, "The provider's."),
      title: text,
      details: text,
    }),
  ),
  'Why the provider does not tell more.',
);

const untold = { type: tell(text, "The provider's word for what it was."), error: fault };

const KINDS = [
  kind('text', 'Words.', textMembers),
  kind('image', 'An image.', file),
  kind('video', 'A video; `animated`: without sound, shown in a loop.', {
    ...file,
    seconds,
    animated,
  }),
  kind('audio', 'Sound; `voice`: recorded in the chat.', {
    ...file,
    seconds,
    voice: z.boolean(),
  }),
  kind('document', 'A file of any kind.', file),
  kind('sticker', 'A sticker.', { ...file, animated }),
  kind('choice', 'An answer that was chosen instead of written.', choice),
  kind('flow', 'The answers of a form.', flow),
  kind('location', 'A place.', location),
  kind('contacts', 'Cards of people.', contacts),
  kind('order', 'An order, or a product.', order),
  kind('payment', 'What became of a payment.', payment),
  kind('call-permission', 'Whether the business may call.', callPermission),
  kind('reaction', 'A reaction to a message.', reaction),
  kind('deleted', 'A message was deleted for everybody.', {
    of: tell(text, 'Wamid of the message that is gone.'),
  }),
  kind('system', 'A contact changed number or user id; a setting of the chat changed.', system),
  kind(
    'placeholder',
    'Stands for a message whose content may follow under the same wamid.',
    untold,
  ),
  kind('unsupported', 'What the provider does not hand on, or has no form here.', untold),
  kind('unknown', 'What is not understood; `payload` has it.', untold),
] as const;

const plain = z.discriminatedUnion('kind', KINDS);

const edited = kind('edited', 'A message says something else now.', {
  of: tell(text, 'Wamid of the message that was changed.'),
  content: tell(plain, 'What it says now.'),
});

export const contentSchema = z.discriminatedUnion('kind', [...KINDS, edited]);
notes.add(contentSchema, {
  id: 'Content',
  description:
    'What was said, by `kind`; the same for both providers. Kinds and members may be added.',
});

/** All of it that has a name of its own. */
export const NAMED_SCHEMAS = [...KINDS, edited, contentSchema];

export type PlainContent = z.infer<typeof plain>;
export type Content = z.infer<typeof contentSchema>;
export type ContentKind = Content['kind'];
export type ContentOf<Kind extends ContentKind> = Extract<Content, { kind: Kind }>;

const names = z.object({
  phone: text,
  userId: text,
  lid: text,
  chatId: text,
});
const replied = z.nullable(
  z.object({
    wamid: z.string(),
    id: tell(
      text,
      'Of the event of that message, by which it was delivered; null where none is stored.',
    ),
    direction: tell(
      z.nullable(z.enum(['inbound', 'outbound'])),
      'Who wrote that message; null where it is not stored.',
    ),
    kind: tell(text, '`kind` of what that message said; null where it is not stored.'),
    text: tell(text, 'The first 80 characters of what that message said.'),
  }),
);

const referral = z.nullable(
  z.object({
    source: tell(text, 'Id of the ad or post.'),
    type: tell(text, "The provider's word: `ad`, `post`."),
    url: text,
    headline: text,
    text: tell(text, 'What the ad or post says below the headline.'),
    clickId: tell(text, 'Of the click on the ad (`ctwa_clid`).'),
  }),
);

/** What stands beside the content, whatever its kind is. */
const besideMembers = {
  replyTo: tell(replied, 'The message that this one answers.'),
  forwarded: z.boolean(),
  frequentlyForwarded: tell(z.boolean(), 'Forwarded more than five times.'),
  mentions: tell(z.array(names), 'Who is mentioned by name.'),
  referral: tell(referral, 'The ad or post that led here.'),
  username: tell(text, "The contact's username, where it has one."),
};

export const beside = z.object(besideMembers);
export type Beside = z.infer<typeof beside>;
export type ReplyTo = NonNullable<Beside['replyTo']>;
