import { CHATS } from '../events/chat.ts';
import { EVENT_KINDS } from '../events/event.ts';
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
import { isRecord } from '../shared/json/json-source.ts';
import type { EventFilter, Subscriber } from './subscriber.ts';

/** Raised when readers of the previous version could misread a subscriber. */
const SUBSCRIBER_VERSION = 1;

/** A subscriber as its row keeps it. */
export function writeSubscriber(subscriber: Subscriber): string {
  return JSON.stringify({ v: SUBSCRIBER_VERSION, ...subscriber });
}

/**
 * Reads what `writeSubscriber` wrote. Throws on anything else, naming the members at fault: whoever
 * passed over a subscriber would lose what it is owed.
 */
export function readSubscriber(text: string): Subscriber {
  const { v: version, ...subscriber } = parse(text);
  if (version !== SUBSCRIBER_VERSION) {
    throw new Error(`subscriber of version ${version}, but ${SUBSCRIBER_VERSION} is known`);
  }
  if (isSubscriber(subscriber)) return subscriber;
  throw new Error(`no subscriber, by ${failedChecks(subscriber, SUBSCRIBER).join(', ')}`);
}

/** Without the words of a `SyntaxError`, which quotes what it could not read. */
function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(text);
    return isRecord(json) ? json : {};
  } catch {
    throw new Error(`${text.length} characters that are no JSON of a subscriber`);
  }
}

const isHttps = isObjectOf({ kind: isOneOf('https'), url: isText });
const isSqs = isObjectOf({ kind: isOneOf('sqs'), queueUrl: isText });
const isTextList = isOptional(isListOf(isText));

const FILTER = {
  channels: isTextList,
  kinds: isOptional(isListOf(isOneOf(...EVENT_KINDS))),
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
