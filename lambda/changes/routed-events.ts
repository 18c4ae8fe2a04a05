import { keptChat } from '../events/chat.ts';
import { eventId, kindOfEventId } from '../events/event.ts';
import { mediaEventId } from '../events/media-event.ts';
import type { RoutedEvent } from '../events/routed-event.ts';
import { present } from '../shared/json/fields.ts';
import {
  ATTRIBUTES as A,
  MEDIA_ATTRIBUTES,
  MESSAGE_SORT_KEY,
  PARTICIPANT_PREFIX,
  STATUS_PREFIXES,
  timeOfKey,
} from '../table/keys.ts';
import { statusWebhook } from '../table/status-webhook.ts';
import {
  type Item,
  isClaim,
  numberIn,
  origin,
  recipientOf,
  type StoredStatus,
  statusesOf,
  textIn,
  textOf,
  toStoredEvent,
} from '../table/stored-rows.ts';
import { isOutgoing, outgoingEvents } from './outgoing-events.ts';
import type { RowChange } from './row-change.ts';

/**
 * The events that a change of a row tells to subscribers: those that came, and what became of the file
 * of a message; what became of one that was sent from here. Throws on a row that nobody of ours wrote.
 */
export function routedEvents(change: RowChange): readonly RoutedEvent[] {
  return [...receivedEvents(change), ...mediaEvents(change), ...outgoingEvents(change)];
}

/**
 * The events that came from a provider, as a change of a row tells them: one for a new event, one for
 * each new status of a message.
 *
 * Links between names, renewals, deletions and rows of other kinds tell none; the statuses of a message
 * that was sent from here are told by the row of its wamid. Each event's payload
 * splits into the same event. Throws on a row that nobody of ours wrote.
 */
export function receivedEvents({ before, after, changedAt }: RowChange): readonly RoutedEvent[] {
  if (after === undefined || isClaim(after) || isOutgoing(after)) return [];
  const sortKey = textOf(after, A.sortKey);
  if (isStatusRow(sortKey)) {
    return statusesOf(after)
      .filter(({ name }) => before?.[`${STATUS_PREFIXES.time}${name}`] === undefined)
      .map((status) => statusEvent(after, sortKey, status, changedAt));
  }
  const kind = kindOfEventId(sortKey);
  return kind === undefined || before !== undefined ? [] : [storedEvent(after, kind)];
}

/** What became of a message's file, with all that the message's own event has. */
function mediaEvents({ before, after }: RowChange): readonly RoutedEvent[] {
  if (before === undefined || after === undefined) return [];
  const settledAt = numberIn(after, MEDIA_ATTRIBUTES.newsAt);
  if (settledAt === undefined || MEDIA_ATTRIBUTES.newsAt in before) return [];
  const { sk: eventId, media } = toStoredEvent(after);
  const kind = kindOfEventId(eventId);
  if (kind === undefined || media === undefined) return [];
  const told = { ...media, eventId, settledAt };
  return [{ ...storedEvent(after, kind), id: mediaEventId(eventId), media: told }];
}

function isStatusRow(sortKey: string): boolean {
  return sortKey === MESSAGE_SORT_KEY || sortKey.startsWith(PARTICIPANT_PREFIX);
}

function storedEvent(row: Item, kind: RoutedEvent['kind']): RoutedEvent {
  const { pk, sk, at, wamid, chat, payload, payloadKey, media: _, ...facts } = toStoredEvent(row);
  return {
    ...facts,
    kind,
    group: pk,
    id: sk,
    ...present({ wamid, chat }),
    occurredAt: timeOfKey(at),
    ...(payload === undefined ? { payloadKey: textOf(row, A.payloadKey) } : { payload }),
  };
}

function statusEvent(
  row: Item,
  sortKey: string,
  status: StoredStatus,
  changedAt: number,
): RoutedEvent {
  const { name, at: occurredAt, receivedAt = changedAt, detail, payloadKey } = status;
  const { provider, channel } = origin(row);
  const wamid = textOf(row, A.wamid);
  const participant = sortKey.startsWith(PARTICIPANT_PREFIX)
    ? sortKey.slice(PARTICIPANT_PREFIX.length)
    : undefined;
  const kept = {
    ...{ provider, channel, wamid, name, occurredAt, recipient: recipientOf(row) },
    ...present({
      participant,
      detail,
      account: textIn(row, A.account),
      displayPhoneNumber: textIn(row, A.displayPhoneNumber),
    }),
  };
  return {
    ...{ provider, channel, kind: 'status', type: name, direction: 'outbound' },
    group: textOf(row, A.partitionKey),
    id: eventId('status', [
      channel,
      wamid,
      name,
      ...(participant === undefined ? [] : [participant]),
    ]),
    ...{ wamid, occurredAt, receivedAt },
    ...present({ chat: keptChat(kept.recipient) }),
    ...(payloadKey === undefined ? { payload: statusWebhook(kept) } : { payloadKey }),
  };
}
