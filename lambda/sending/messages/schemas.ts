import * as z from 'zod/mini';
import { schemas } from '../../answers/schemas.ts';
import { CATEGORIES, MESSAGE_CLASSES } from '../../table/outgoing-message.ts';

const time = z.iso.datetime({ precision: 3 });

/** For the OpenAPI document: what is sent is checked member by member, as Meta has it. */
const sendInput = z.looseObject({
  to: z.optional(z.string()),
  recipient: z.optional(z.string()),
  recipient_type: z.optional(z.enum(['individual', 'group'])),
  type: z.string(),
  category: z.optional(z.enum(CATEGORIES)),
  class: z.optional(z.enum(MESSAGE_CLASSES)),
  notAfter: z.optional(z.iso.datetime({ offset: true })),
  force: z.optional(z.boolean()),
});
schemas.add(sendInput, {
  id: 'SendInput',
  description:
    'A message as Meta’s `/messages` takes it, of any type, without `biz_opaque_callback_data`; for WasenderApi text, media by link, a location, or one contact, which is translated. `to`: a phone number in E.164, a BSUID, or a group’s id with `recipient_type` group. `category` is needed for templates. `class`: every `reply` that is due goes before any `campaign`. `notAfter`: it is not sent from then on; without it after 24 hours, or 10 minutes for the category authentication. `force`: it is sent although the customer service window is closed, by what is known.',
});

const waiting = z.strictObject({
  id: z.string(),
  state: z.enum(['queued', 'uncertain']),
  to: z.string(),
  class: z.enum(MESSAGE_CLASSES),
  attempt: z.int(),
  at: time,
  notAfter: time,
});
schemas.add(waiting, {
  id: 'WaitingMessage',
  description:
    '`at`: when its turn comes at the earliest; of an `uncertain` one, when the answer was lost.',
});

export const outgoingListAnswer = z.strictObject({
  messages: z.array(waiting),
  isComplete: z.boolean(),
});
schemas.add(outgoingListAnswer, {
  id: 'OutgoingMessages',
  description:
    'The first of them by time: at most 100 a lane and class. `isComplete` is false where there are more.',
});

export const resolveInput = z.strictObject({ as: z.enum(['sent', 'failed', 'resend']) });
schemas.add(resolveInput, {
  id: 'ResolveInput',
  description:
    'What a person found out, or decides, of a message of which nobody knows whether it went out. `resend`: it is sent again, be it for the second time.',
});

export type ResolveInput = z.infer<typeof resolveInput>;
export type OutgoingListAnswer = z.infer<typeof outgoingListAnswer>;
