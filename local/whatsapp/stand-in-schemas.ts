import * as z from 'zod/mini';

const moment = z.nullable(z.string());

/** A message on somebody's phone. */
const phoneMessage = z.object({
  direction: z.enum(['to-person', 'to-business']),
  provider: z.enum(['meta', 'wasender']),
  channel: z.string(),
  id: z.string(),
  at: z.string(),
  type: z.string(),
  text: z.string(),
  /** `accepted` and `failed` ones are not on the phone. */
  state: z.enum(['accepted', 'failed', 'sent', 'delivered', 'read', 'written']),
  code: z.nullable(z.number()),
});

const person = z.object({
  phone: z.nullable(z.string()),
  userId: z.string(),
  name: z.string(),
  username: z.nullable(z.string()),
  wantsMarketing: z.boolean(),
  lastWroteAt: moment,
  got: z.number(),
  unread: z.number(),
  failed: z.number(),
  wrote: z.number(),
});

export const peopleAnswer = z.object({ people: z.array(person) });
export const phoneAnswer = z.object({ person, messages: z.array(phoneMessage) });

/** How the stack took a webhook: `none` where it did not answer. */
const webhook = z.object({ status: z.union([z.number(), z.literal('none')]) });

export const writeRequest = z.strictObject({
  text: z.string().check(z.minLength(1), z.maxLength(4096)),
  provider: z._default(z.enum(['meta', 'wasender']), 'meta'),
  channel: z.optional(z.string()),
  /** A message id, or `last`. */
  replyTo: z.optional(z.string()),
  isButton: z.optional(z.boolean()),
  name: z.optional(z.string()),
  username: z.optional(z.string()),
});
export const writeAnswer = z.object({ person, id: z.string(), channel: z.string(), webhook });
export const marketingRequest = z.strictObject({ wanted: z.boolean() });
export const marketingAnswer = z.object({ person, webhook });
export const readAnswer = z.object({ person, read: z.number() });
export const refusalAnswer = z.object({ error: z.object({ message: z.string() }) });

export const numberChange = z.strictObject({
  messagesPerSecond: z.optional(z.int().check(z.minimum(1))),
  quality: z.optional(z.enum(['GREEN', 'YELLOW', 'RED'])),
  status: z.optional(z.enum(['CONNECTED', 'FLAGGED', 'RESTRICTED', 'BANNED'])),
});

export type PersonAnswer = z.output<typeof person>;
export type PhoneMessage = z.output<typeof phoneMessage>;
