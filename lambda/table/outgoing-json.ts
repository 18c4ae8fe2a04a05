import {
  type Check,
  failedChecks,
  isObjectOf,
  isOneOf,
  isOptional,
  isText,
  isWhole,
} from '../shared/json/checks.ts';
import { readVersioned, writeVersioned } from '../shared/json/versioned.ts';
import { CATEGORIES, MESSAGE_CLASSES, type OutgoingMessage } from './outgoing-message.ts';

const KEPT = { what: 'message', version: 1 };

/** A message that waits, as far as a lane needs it to choose. */
export interface WaitingMessage extends Pick<OutgoingMessage, 'id' | 'class' | 'notAfter' | 'to'> {
  /** Which attempt it waits for, from 1 on. */
  readonly attempt: number;
  /** Of one that was tried: until then it holds its place, in ms since 1970. */
  readonly notBefore?: number;
}

const isRecipient = isObjectOf({ kind: isOneOf('phone', 'userId', 'group'), name: isText });

const OUTGOING = {
  id: isText,
  channel: isText,
  provider: isOneOf('meta', 'wasender'),
  to: isRecipient,
  body: isText,
  category: isOneOf(...CATEGORIES),
  class: isOneOf(...MESSAGE_CLASSES),
  notAfter: isWhole,
  createdAt: isWhole,
} satisfies Record<keyof OutgoingMessage, Check>;

const WAITING = {
  id: isText,
  class: isOneOf(...MESSAGE_CLASSES),
  notAfter: isWhole,
  to: isRecipient,
  attempt: isWhole,
  notBefore: isOptional(isWhole),
} satisfies Record<keyof WaitingMessage, Check>;

export function writeOutgoing(message: OutgoingMessage): string {
  return writeVersioned(KEPT, message);
}

/** Throws on what `writeOutgoing` did not write, naming the members at fault. */
export function readOutgoing(text: string): OutgoingMessage {
  const message = readVersioned(KEPT, text);
  if (isOutgoing(message)) return message;
  throw new Error(`no message to send, by ${failedChecks(message, OUTGOING).join(', ')}`);
}

export function writeWaiting(waiting: WaitingMessage): string {
  const { id, class: messageClass, notAfter, to, attempt, notBefore } = waiting;
  const members = { id, class: messageClass, notAfter, to, attempt, notBefore };
  return writeVersioned(KEPT, members);
}

/** Throws on what `writeWaiting` did not write, likewise. */
export function readWaiting(text: string): WaitingMessage {
  const waiting = readVersioned(KEPT, text);
  if (isWaiting(waiting)) return waiting;
  throw new Error(`no message that waits, by ${failedChecks(waiting, WAITING).join(', ')}`);
}

/** How the first attempt of a message waits. */
export function firstWait({
  id,
  class: messageClass,
  notAfter,
  to,
}: OutgoingMessage): WaitingMessage {
  return { id, class: messageClass, notAfter, to, attempt: 1 };
}

function isOutgoing(value: object): value is OutgoingMessage {
  return failedChecks(value, OUTGOING).length === 0;
}

function isWaiting(value: object): value is WaitingMessage {
  return failedChecks(value, WAITING).length === 0;
}
