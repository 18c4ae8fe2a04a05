import * as z from 'zod/mini';
import { OUTCOMES } from '../adapters/delivery-log.ts';
import { schemas } from '../api/schemas.ts';
import { CHATS } from '../domain/chat.ts';
import { EVENT_KINDS } from '../domain/event.ts';

const time = z.iso.datetime({ precision: 3 });

const name = z
  .string()
  .check(
    z.minLength(1),
    z.maxLength(100),
    z.regex(/^\P{Cc}*$/u, 'a text without control characters'),
  );
const word = z.string().check(z.minLength(1), z.maxLength(256));
const words = z.optional(z.array(word).check(z.minLength(1), z.maxLength(100)));

const endpoint = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('https'),
    url: z.string().check(z.minLength(1), z.maxLength(2048)),
  }),
  z.strictObject({
    kind: z.literal('sqs'),
    queueUrl: z.string().check(z.minLength(1), z.maxLength(2048)),
  }),
]);
schemas.add(endpoint, {
  id: 'Endpoint',
  description:
    'Where deliveries go: an `https` URL, or the URL of an SQS queue that the stage names in `subscriberQueueArns`.',
});

const filter = z.strictObject({
  channels: words,
  kinds: z.optional(z.array(z.enum(EVENT_KINDS)).check(z.minLength(1))),
  types: words,
  statuses: words,
  directions: z.optional(z.array(z.enum(['inbound', 'outbound'])).check(z.minLength(1))),
  chats: z.optional(z.array(z.enum(CHATS)).check(z.minLength(1))),
  mediaEvents: z.optional(z.boolean()),
});
schemas.add(filter, {
  id: 'EventFilter',
  description:
    'An event is delivered that fits every list that is there. `channels` are phone number ids, sessions or WhatsApp Business Accounts. `types` are kinds of what was said (`text`, `image`, `choice`; `kind` of `Content`), types of messages in the provider’s words, echoes and history, of calls, or fields of account events, and say nothing of statuses; `statuses` (`sent`, `read`, `failed`) say something of statuses only. `chats`: with one person (`private`), in a group chat, a channel’s post, somebody’s status; it says nothing of account events that are of no chat. What became of the file of a message (`media.stored`, `media.failed`) goes to whom the message goes, in the format `standard`, unless `mediaEvents` is false.',
});

const changeable = {
  name: z.optional(name),
  tenant: z.optional(
    z
      .string()
      .check(z.regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'up to 63 lower case letters, digits and -')),
  ),
  endpoint: z.optional(endpoint),
  format: z.optional(z.enum(['standard', 'provider'])),
  filter: z.optional(filter),
  isOrdered: z.optional(z.boolean()),
  ratePerSecond: z.optional(z.nullable(z.int().check(z.minimum(1), z.maximum(10_000)))),
  concurrency: z.optional(z.nullable(z.int().check(z.minimum(1), z.maximum(1_000)))),
};

export const subscriberInput = z.strictObject({
  ...changeable,
  name,
  endpoint,
  isPaused: z.optional(z.boolean()),
});
schemas.add(subscriberInput, {
  id: 'SubscriberInput',
  description:
    'Without more than `name` and `endpoint`: every event, in the format `standard`, in order (`isOrdered`), without limits, not paused, for the tenant `default`.',
});

export const subscriberChange = z.strictObject(changeable);
schemas.add(subscriberChange, {
  id: 'SubscriberChange',
  description:
    'The members to change, each as a whole. `ratePerSecond` and `concurrency` null: no limit. To change `isOrdered` may cost the order of what is under way.',
});

const limit = z.nullable(z.int());

export const subscriberAnswer = z.strictObject({
  id: z.string(),
  name: z.string(),
  tenant: z.string(),
  endpoint,
  format: z.enum(['standard', 'provider']),
  filter,
  isOrdered: z.boolean(),
  ratePerSecond: limit,
  concurrency: limit,
  state: z.enum(['active', 'paused', 'failing', 'disabled']),
  createdAt: time,
  updatedAt: time,
});
schemas.add(subscriberAnswer, {
  id: 'Subscriber',
  description:
    'Who receives events. `failing`: its endpoint does not answer, events wait in order until it does. `disabled`: its endpoint answered 410, so nothing more is kept for it until it is resumed.',
});

export const subscribersAnswer = z.strictObject({ subscribers: z.array(subscriberAnswer) });
schemas.add(subscribersAnswer, { id: 'Subscribers', description: 'The oldest first.' });

export const secretAnswer = z.strictObject({
  secret: z.string(),
  previous: z.nullable(z.strictObject({ secret: z.string(), validUntil: time })),
});
schemas.add(secretAnswer, {
  id: 'SigningSecret',
  description:
    'What deliveries are signed with: for `standard` a secret of Standard Webhooks (`whsec_…`), for `provider` what goes for the app secret of Meta or the webhook secret of WasenderApi. After a rotation the one before is valid for 24 hours.',
});

export const addedAnswer = z.strictObject({ subscriber: subscriberAnswer, secret: z.string() });
schemas.add(addedAnswer, {
  id: 'AddedSubscriber',
  description: 'The new subscriber, and the secret by which it verifies its deliveries.',
});

export const testAnswer = z.strictObject({ eventId: z.string(), webhookId: z.string() });
schemas.add(testAnswer, {
  id: 'SentTest',
  description:
    'A test event is on its way. The deliveries show by `eventId` what became of it; the receiver knows it by `webhookId`.',
});

const delivery = z.strictObject({
  eventId: z.string(),
  what: z.nullable(z.string()),
  at: time,
  try: z.int(),
  outcome: z.enum(OUTCOMES),
  status: z.nullable(z.int()),
  latencyMs: z.number(),
  fault: z.nullable(z.string()),
});
schemas.add(delivery, {
  id: 'DeliveryTry',
  description:
    'One try to deliver an event. `what` says in a word or two what it was, such as `message choice`, and nothing of what was said. `status` is that of the answer, where one came; `gave-up`: the last of three days; `gone`: the endpoint answered 410.',
});

export const deliveriesAnswer = z.strictObject({
  deliveries: z.array(delivery),
  nextCursor: z.nullable(z.string()),
});
schemas.add(deliveriesAnswer, {
  id: 'Deliveries',
  description:
    'Newest first, of the last 7 days. A page may hold fewer than asked for, even none; it is the last one when `nextCursor` is null.',
});

export type DeliveriesAnswer = z.infer<typeof deliveriesAnswer>;
export type TestAnswer = z.infer<typeof testAnswer>;
export type SubscriberInput = z.infer<typeof subscriberInput>;
export type SubscriberChange = z.infer<typeof subscriberChange>;
export type SubscriberAnswer = z.infer<typeof subscriberAnswer>;
export type SecretAnswer = z.infer<typeof secretAnswer>;
export type AddedAnswer = z.infer<typeof addedAnswer>;
