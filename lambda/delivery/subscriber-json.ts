import { CHATS } from '../events/chat.ts';
import { ROUTED_KINDS } from '../events/routed-event.ts';
import {
  type Check,
  failedChecks,
  isFlag,
  isListOf,
  isObjectOf,
  isOneOf,
  isOptional,
  isText,
  isWhole,
} from '../shared/json/checks.ts';
import { readVersioned, writeVersioned } from '../shared/json/versioned.ts';
import type { EventFilter, Subscriber } from './subscriber.ts';

const KEPT = { what: 'subscriber', version: 1 };

/** A subscriber as its row keeps it. */
export function writeSubscriber(subscriber: Subscriber): string {
  return writeVersioned(KEPT, subscriber);
}

/**
 * Reads what `writeSubscriber` wrote. Throws on anything else, naming the members at fault: whoever
 * passed over a subscriber would lose what it is owed.
 */
export function readSubscriber(text: string): Subscriber {
  const subscriber = readVersioned(KEPT, text);
  if (isSubscriber(subscriber)) return subscriber;
  throw new Error(`no subscriber, by ${failedChecks(subscriber, SUBSCRIBER).join(', ')}`);
}

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

function isSubscriber(value: object): value is Subscriber {
  return failedChecks(value, SUBSCRIBER).length === 0;
}
