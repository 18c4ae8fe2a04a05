import { keptChat } from '../events/chat.ts';
import { contactGroup, type Provider } from '../events/event.ts';
import { nameOf } from '../events/naming.ts';
import {
  type OutgoingWord,
  outgoingEventId,
  type RoutedOutgoing,
  writeRoutedOutgoing,
} from '../events/outgoing-event.ts';
import type { RoutedEvent } from '../events/routed-event.ts';
import { present } from '../shared/json/fields.ts';
import { failureByStatus } from '../table/failure-of.ts';
import { ATTRIBUTES as A, CONTENT_SORT_KEY, OUTGOING_PREFIX } from '../table/keys.ts';
import { readOutgoing } from '../table/outgoing-json.ts';
import { isRecordKey, outgoingKeyOf } from '../table/outgoing-keys.ts';
import { namesOfRecipient, type OutgoingState } from '../table/outgoing-message.ts';
import { type OutgoingRecord, stateOf, toRecord } from '../table/outgoing-record.ts';
import {
  type Item,
  keyOf,
  numberIn,
  providerIn,
  recipientOf,
  textOf,
} from '../table/stored-rows.ts';
import type { RowChange } from './row-change.ts';

/** Whether a row is of a message that somebody asked to send. */
export function isOutgoing(row: Item): boolean {
  return textOf(row, A.partitionKey).startsWith(OUTGOING_PREFIX);
}

/**
 * What a change of a row tells of a message that was sent from here: that it was taken, and what became
 * of it. `delivered` and `read` are told by its statuses alone.
 *
 * A row that was forgotten tells nothing, nor does one that does not say whose message it is: that is of
 * an earlier release, or a forged mark left it.
 */
export function outgoingEvents(change: RowChange): readonly RoutedEvent[] {
  const { after } = change;
  if (after === undefined || !isOutgoing(after) || A.forgottenAt in after) return [];
  const sortKey = textOf(after, A.sortKey);
  if (sortKey === CONTENT_SORT_KEY) return change.before === undefined ? [takenEvent(after)] : [];
  return isRecordKey(keyOf(after)) && A.via in after ? recordEvents(after, change) : [];
}

/**
 * An event that says whose message a row is of, whatever has become of it: for whoever looks for what is
 * somebody's. Undefined where the row does not say it.
 */
export function ownerEvent(row: Item): RoutedEvent | undefined {
  if (A.outgoing in row) return takenEvent(row);
  const key = outgoingKeyOf(keyOf(row));
  const at = numberIn(row, A.stateAt);
  if (key === undefined || at === undefined || !(A.via in row)) return undefined;
  const told = { id: key.id, state: 'queued', attempt: 1, to: recipientOf(row) } as const;
  const parts = { provider: providerIn(row, A.via), channel: key.channel, told } as const;
  return outgoingEvent({ ...parts, word: 'queued', occurredAt: at, receivedAt: at });
}

function takenEvent(content: Item): RoutedEvent {
  const { id, channel, provider, to, createdAt } = readOutgoing(content);
  const told = { id, state: 'queued', attempt: 1, to: namesOfRecipient(to) } as const;
  const times = { occurredAt: createdAt, receivedAt: createdAt };
  return outgoingEvent({ provider, channel, told, word: 'queued', ...times });
}

/** What is told of a message, and when that came about. */
interface News {
  readonly word: OutgoingWord;
  readonly state: RoutedOutgoing['state'];
  readonly occurredAt: number;
  readonly receivedAt: number;
  readonly error?: RoutedOutgoing['error'];
  readonly isByStatus?: boolean;
}

function recordEvents(row: Item, { before, changedAt }: RowChange): readonly RoutedEvent[] {
  const key = outgoingKeyOf(keyOf(row));
  if (key === undefined) return [];
  const provider = providerIn(row, A.via);
  const record = toRecord(row);
  const news = newsOf(record, before && toRecord(before), provider, changedAt);
  return news.map(({ word, state, error, ...rest }) => {
    const { attempt = 1, wamid } = record;
    const told = { id: key.id, state, attempt, to: recipientOf(row), ...present({ error }) };
    return outgoingEvent({ provider, channel: key.channel, told, word, wamid, ...rest });
  });
}

function newsOf(
  now: OutgoingRecord,
  before: OutgoingRecord | undefined,
  provider: Provider,
  changedAt: number,
): readonly News[] {
  const { stateAt = changedAt } = now;
  const ours = { occurredAt: stateAt, receivedAt: stateAt };
  const state = stateOf(now);
  const wasIn = before && stateOf(before);
  const isNewlyTaken = isTaken(now) && !isTaken(before);
  const taken = now.state === 'held' ? now.state : 'sent';
  return [
    ...(isNewlyTaken ? [{ word: 'sent', state: taken, ...takenAt(now, ours) } as const] : []),
    ...(state === wasIn ? [] : newsOfState(state, wasIn, ours)),
  ].map((news) =>
    news.word === 'failed' ? { ...news, ...failureOf(now, provider, changedAt) } : news,
  );
}

/** What a new state tells, where it is no news of the provider's having taken it. */
function newsOfState(
  state: OutgoingState,
  wasIn: OutgoingState | undefined,
  ours: Times,
): readonly News[] {
  switch (state) {
    case 'failed':
    case 'cancelled':
    case 'expired':
      return [{ word: 'failed', state, ...ours }];
    case 'uncertain':
      return [{ word: state, state, ...ours }];
    case 'queued':
      // A try that was refused and is made again is no news.
      return wasIn === 'uncertain' ? [{ word: state, state, ...ours }] : [];
    default:
      return [];
  }
}

/** Whether the provider took it, by its answer or as its statuses tell. */
function isTaken(record: OutgoingRecord | undefined): boolean {
  const { state, wamid } = record ?? {};
  return wamid !== undefined || state === 'sent' || state === 'held';
}

type Times = Pick<News, 'occurredAt' | 'receivedAt'>;

function takenAt({ sentAt, statuses }: OutgoingRecord, ours: Times): Times {
  if (sentAt !== undefined) return { ...ours, occurredAt: sentAt };
  const [first] = statuses.toSorted((one, other) => one.at - other.at);
  return first === undefined ? ours : { ...ours, occurredAt: first.at };
}

/** Why it failed: as the provider refused it, or as that status says. */
function failureOf(record: OutgoingRecord, provider: Provider, changedAt: number): Partial<News> {
  const told = failureByStatus(record, provider);
  if (told === undefined) return present({ error: record.error });
  const { at: occurredAt, receivedAt = changedAt } = told.status;
  return { occurredAt, receivedAt, error: told.error, isByStatus: true };
}

interface Parts extends Times {
  readonly provider: Provider;
  readonly channel: string;
  readonly told: RoutedOutgoing;
  readonly word: OutgoingWord;
  readonly wamid?: string | undefined;
  readonly isByStatus?: boolean;
}

/** In order with all else of its contact. */
function outgoingEvent(parts: Parts): RoutedEvent {
  const { provider, channel, told, word, wamid, occurredAt, receivedAt, isByStatus } = parts;
  return {
    ...{ provider, channel, kind: 'outgoing', type: word, direction: 'outbound' },
    group: contactGroup(channel, nameOf(told.to) ?? ''),
    id: outgoingEventId(channel, told, word, isByStatus === true),
    ...{ occurredAt, receivedAt, payload: writeRoutedOutgoing(told) },
    ...present({ wamid, chat: keptChat(told.to) }),
  };
}
