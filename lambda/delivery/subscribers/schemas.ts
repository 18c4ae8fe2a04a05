import * as z from 'zod/mini';
import { schemas, tenantName } from '../../answers/schemas.ts';
import { CHATS } from '../../events/chat.ts';
import { ROUTED_KINDS } from '../../events/routed-event.ts';
import { OUTCOMES } from '../log-table.ts';

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
    'Where deliveries go: an `https` URL, or the URL of an SQS queue that the stage names in `subscriberQueueArns`. A queue has to be there when it is named, and for a caller of one tenant it is not there where another tenant’s subscriber names it.',
});

const filter = z.strictObject({
  channels: words,
  kinds: z.optional(z.array(z.enum(ROUTED_KINDS)).check(z.minLength(1))),
  types: words,
  statuses: words,
  directions: z.optional(z.array(z.enum(['inbound', 'outbound'])).check(z.minLength(1))),
  chats: z.optional(z.array(z.enum(CHATS)).check(z.minLength(1))),
  mediaEvents: z.optional(z.boolean()),
});
schemas.add(filter, {
  id: 'EventFilter',
  description:
    'An event is delivered that fits every list that is there. `channels` are phone number ids, sessions or WhatsApp Business Accounts. `types` are kinds of what was said (`text`, `image`, `choice`; `kind` of `Content`), types of messages in the provider’s words, echoes and history, of calls, or fields of account events, and say nothing of statuses; `statuses` (`sent`, `read`, `failed`) say something of statuses only. `chats`: with one person (`private`), in a group chat, a channel’s post, somebody’s status; it says nothing of account events that are of no chat. `kinds`: without it all but `outgoing`, which is what became of messages that are sent from here, in the format `standard`; `types` and `statuses` say nothing of that. What became of the file of a message (`media.stored`, `media.failed`) goes to whom the message goes, in the format `standard`, unless `mediaEvents` is false.',
});

const changeable = {
  name: z.optional(name),
  tenant: z.optional(tenantName),
  endpoint: z.optional(endpoint),
  format: z.optional(z.enum(['standard', 'provider'])),
  filter: z.optional(filter),
  isOrdered: z.optional(z.boolean()),
  ratePerSecond: z.optional(z.nullable(z.int().check(z.minimum(1), z.maximum(10_000)))),
  concurrency: z.optional(z.nullable(z.int().check(z.minimum(2), z.maximum(1_000)))),
  retryHours: z.optional(z.int().check(z.minimum(1), z.maximum(312))),
  refusalIsFinal: z.optional(z.boolean()),
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
    'No two of a tenant have the same `name`. Without more than `name` and `endpoint`: every event, in the format `standard`, in order (`isOrdered`), without a rate, not paused, for the tenant `default`. `ratePerSecond` holds in any second, wherever it begins. `concurrency`: deliveries under way at most, from 2 on. `retryHours`: how long a delivery is tried, from its first try (72). `refusalIsFinal`: a delivery that is answered 4xx, other than 408, 425 and 429, is not tried again.',
});

export const subscriberChange = z.strictObject(changeable);
schemas.add(subscriberChange, {
  id: 'SubscriberChange',
  description:
    'The members to change, each as a whole. `ratePerSecond` null: no limit; `concurrency` null: 100 deliveries under way. To change `isOrdered` may cost the order of what is under way.',
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
  retryHours: z.int(),
  refusalIsFinal: z.boolean(),
  state: z.enum(['active', 'paused', 'failing', 'disabled']),
  waiting: z.nullable(z.int()),
  waitingSince: z.nullable(time),
  createdAt: time,
  updatedAt: time,
});
schemas.add(subscriberAnswer, {
  id: 'Subscriber',
  description:
    'Who receives events. `failing`: its endpoint answers nobody; it is tried every minute, and events wait in order until it answers. `waiting`: about how many deliveries its queue holds, those under way included; null where the queue does not say. `waitingSince`: since when something has been waiting longer than the way takes, to a minute. `disabled`: its endpoint answered 410, so nothing more is kept for it until it is resumed.',
});

export const subscribersAnswer = z.strictObject({
  subscribers: z.array(subscriberAnswer),
  unreadable: z.array(z.string()),
});
schemas.add(subscribersAnswer, {
  id: 'Subscribers',
  description:
    'The oldest first. `unreadable`: ids of those that another release wrote and this one cannot read. Their events wait; they can be removed, and nothing else.',
});

export const secretAnswer = z.strictObject({
  secret: z.string(),
  previous: z.nullable(z.strictObject({ secret: z.string(), validUntil: time })),
});
schemas.add(secretAnswer, {
  id: 'SigningSecret',
  description:
    'What deliveries are signed with: for `standard` a secret of Standard Webhooks (`whsec_…`), for `provider` what goes for the app secret of Meta or the webhook secret of WasenderApi. After a rotation the one before is valid for 24 hours.',
});

export const addedAnswer = z.strictObject({
  subscriber: subscriberAnswer,
  secret: z.string(),
  notes: z.array(z.string()),
});
schemas.add(addedAnswer, {
  id: 'AddedSubscriber',
  description:
    'The new subscriber, the secret by which it verifies its deliveries, and for people what to know of its endpoint, such as that a standard queue keeps no order.',
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
  answer: z.nullable(z.string()),
});
schemas.add(delivery, {
  id: 'DeliveryTry',
  description:
    'One try to deliver an event. `what` says in a word or two what it was, such as `message choice`, and nothing of what was said. `status` is that of the answer, where one came, and `answer` how that begins, redacted, of a failure; `gave-up`: the last of three days; `gone`: the endpoint answered 410.',
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

const waitingDelivery = z.strictObject({
  handedOnAt: time,
  tries: z.int(),
  firstTriedAt: time,
  lastTriedAt: time,
  fault: z.string(),
  nextTryBy: time,
  triedUntil: time,
});
schemas.add(waitingDelivery, {
  id: 'WaitingDelivery',
  description:
    'A delivery that failed and waits for its next try: at the latest at `nextTryBy`, unless its endpoint asked for more time or all of its subscriber waits. The first try that fails from `triedUntil` on is the last.',
});

export const deliveryAnswer = z.strictObject({
  eventId: z.string(),
  waiting: z.array(waitingDelivery),
  droppedAt: z.nullable(time),
});
schemas.add(deliveryAnswer, {
  id: 'DeliveryState',
  description:
    'What is known of an event on its way to a subscriber. `waiting` is empty where it went out, was given up, or was not tried yet; it has several where the event was handed on several times. `droppedAt`: what was handed on before is dropped.',
});

export const dropInput = z.strictObject({
  eventId: z.optional(word),
  channel: z.optional(word),
  contact: z.optional(word),
  why: z.string().check(z.minLength(1), z.maxLength(500)),
});
schemas.add(dropInput, {
  id: 'DropInput',
  description:
    'Either `eventId`, an event’s id or `webhook-id`, or `channel` and `contact`, whose names are all followed. `why` goes on the record, with the caller; without a name, please.',
});

export const dropAnswer = z.strictObject({ waiting: z.int(), isComplete: z.boolean() });
schemas.add(dropAnswer, {
  id: 'Dropped',
  description:
    'What was handed on until now and has failed, or waits for longer than ten minutes, goes out no more. `waiting`: how many of these are known to have failed; those that wait behind them are not known. Each is dropped when its turn comes. `isComplete` is false where the contact has more names than are followed.',
});

export type SubscribersAnswer = z.infer<typeof subscribersAnswer>;
export type DeliveryAnswer = z.infer<typeof deliveryAnswer>;
export type DropInput = z.infer<typeof dropInput>;
export type DropAnswer = z.infer<typeof dropAnswer>;
export type DeliveriesAnswer = z.infer<typeof deliveriesAnswer>;
export type TestAnswer = z.infer<typeof testAnswer>;
export type SubscriberInput = z.infer<typeof subscriberInput>;
export type SubscriberChange = z.infer<typeof subscriberChange>;
export type SubscriberAnswer = z.infer<typeof subscriberAnswer>;
export type SecretAnswer = z.infer<typeof secretAnswer>;
export type AddedAnswer = z.infer<typeof addedAnswer>;
