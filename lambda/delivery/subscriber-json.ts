import { CHATS } from '../events/chat.ts';
import { ROUTED_KINDS } from '../events/routed-event.ts';
import {
  type Check,
  isFlag,
  isListOf,
  isObjectOf,
  isOneOf,
  isOptional,
  isText,
  isWhole,
} from '../shared/json/checks.ts';
import { keptJson } from '../shared/json/kept-json.ts';
import type { EventFilter, Subscriber } from './subscriber.ts';

const isHttps = isObjectOf({ kind: isOneOf('https'), url: isText });
const isSqs = isObjectOf({ kind: isOneOf('sqs'), queueUrl: isText });
const isTextList = isOptional(isListOf(isText));

const FILTER = {
  channels: isTextList,
  kinds: isOptional(isListOf(isOneOf(...ROUTED_KINDS))),
  types: isTextList,
  statuses: isTextList,
  directions: isOptional(isListOf(isOneOf('inbound', 'outbound'))),
  chats: isOptional(isListOf(isOneOf(...CHATS))),
  mediaEvents: isOptional(isFlag),
} satisfies Record<keyof EventFilter, Check>;

const SUBSCRIBER = {
  id: isText,
  name: isText,
  tenant: isText,
  endpoint: (value) => isHttps(value) || isSqs(value),
  format: isOneOf('standard', 'provider'),
  filter: isObjectOf(FILTER),
  isOrdered: isFlag,
  isPaused: isFlag,
  ratePerSecond: isOptional(isWhole),
  concurrency: isOptional(isWhole),
  retryHours: isOptional(isWhole),
  refusalIsFinal: isOptional(isFlag),
  secretVersion: isWhole,
  previousSecretUntil: isOptional(isWhole),
  disabledBecause: isOptional(isOneOf('gone')),
  createdAt: isWhole,
  updatedAt: isWhole,
} satisfies Record<keyof Subscriber, Check>;

const kept = keptJson<Subscriber>({ what: 'subscriber', version: 1 }, SUBSCRIBER);

/** A subscriber as its row keeps it. */
export const writeSubscriber = kept.write;

/**
 * Reads what `writeSubscriber` wrote. Throws on anything else, naming the members at fault: whoever
 * passed over a subscriber would lose what it is owed.
 */
export const readSubscriber = kept.read;
