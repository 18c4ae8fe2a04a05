import type { RoutedEvent } from '../domain/delivery.ts';
import { EVENT_KINDS, eventId } from '../domain/event.ts';
import { present } from '../domain/fields.ts';
import { statusWebhook } from '../domain/status-webhook.ts';
import {
  type Item,
  origin,
  recipientOf,
  type StoredStatus,
  statusesOf,
  textIn,
  textOf,
  toStoredEvent,
} from './stored-rows.ts';
import {
  ATTRIBUTES as A,
  MESSAGE_SORT_KEY,
  PARTICIPANT_PREFIX,
  STATUS_PREFIXES,
  timeOfKey,
} from './table-rows.ts';

/** What one write did to one row. */
export interface RowChange {
  /** Undefined where the row is new. */
  readonly before: Item | undefined;
  /** Undefined where the row was deleted. */
  readonly after: Item | undefined;
  /** When it was written, in ms since 1970. */
  readonly changedAt: number;
}

/**
 * The events that a change of a row tells: one for a new event, one for each new status of a message.
 *
 * Links between names, renewals, deletions and rows of other kinds tell none. Each event's payload
 * splits into the same event. Throws on a row that nobody of ours wrote.
 */
export function routedEvents({ before, after, changedAt }: RowChange): readonly RoutedEvent[] {
  if (after === undefined) return [];
  const sortKey = textOf(after, A.sortKey);
  if (isStatusRow(sortKey)) {
    return statusesOf(after)
      .filter(({ name }) => before?.[`${STATUS_PREFIXES.time}${name}`] === undefined)
      .map((status) => statusEvent(after, sortKey, status, changedAt));
  }
  const kind = EVENT_KINDS.find((name) => sortKey.startsWith(`${name}.`));
  return kind === undefined || before !== undefined ? [] : [storedEvent(after, kind)];
}

function isStatusRow(sortKey: string): boolean {
  return sortKey === MESSAGE_SORT_KEY || sortKey.startsWith(PARTICIPANT_PREFIX);
}

function storedEvent(row: Item, kind: RoutedEvent['kind']): RoutedEvent {
  const { pk, sk, at, wamid, payload, payloadKey, ...facts } = toStoredEvent(row);
  return {
    ...facts,
    kind,
    group: pk,
    id: sk,
    ...present({ wamid }),
    occurredAt: timeOfKey(at),
    ...(payload === undefined ? { payloadKey: textOf(row, A.payloadKey) } : { payload }),
  };
}

function statusEvent(
  row: Item,
  sortKey: string,
  { name, at: occurredAt, detail, payloadKey }: StoredStatus,
  changedAt: number,
): RoutedEvent {
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
    ...{ wamid, occurredAt, receivedAt: changedAt },
    ...(payloadKey === undefined ? { payload: statusWebhook(kept) } : { payloadKey }),
  };
}
