import type { QueuedEvent } from '../events/envelope.ts';
import {
  type ContactNames,
  contactGroup,
  type StatusUpdate,
  statusGroup,
} from '../events/event.ts';
import { MARK_PREFIX, type OutgoingMark, readMark } from '../events/outgoing-mark.ts';
import { present } from '../shared/json/fields.ts';
import { memberOf, readJsonSource } from '../shared/json/json-source.ts';
import { PermanentError } from '../shared/queue/failure.ts';
import { chargeAssignments } from './charge.ts';
import { ATTRIBUTES as A, MESSAGE_SORT_KEY, PARTICIPANT_PREFIX, STATUS_PREFIXES } from './keys.ts';
import { recordKeyOf } from './outgoing-keys.ts';
import { type PlacedUpdate, placedUpdate, renewal } from './placed-update.ts';
import type { StoredStatus } from './stored-rows.ts';
import {
  type Assignment,
  numberValue,
  setAlways,
  setExpression,
  setKnown,
  setOnce,
  textValue,
  timeValue,
} from './update-expression.ts';
import { keyAttributes, recipientAttributes, rowKey, type Update } from './writes.ts';

/** The updates of one status, which leave the same rows in whatever order statuses come. */
export interface StatusUpdates {
  /** Of the message, whose place in the timeline is that of its earliest status. */
  readonly message: PlacedUpdate;
  /** Made after that, of the group chat's member whom the status is about. */
  readonly participant?: Update;
  /** Likewise, of our own row of a message that we sent. */
  readonly outgoing?: Update;
}

export function statusUpdates(event: QueuedEvent, expiresAt: number): StatusUpdates {
  const { status, wamid } = event;
  if (status === undefined || wamid === undefined) {
    throw new PermanentError('a status without a message or a name');
  }
  const origin = assignmentsOfOrigin(event, status, wamid);
  const recipient = recipientOf(event.contact, status);
  const ofMessage = [
    ...origin,
    ...assignmentsOfNames(recipient),
    ...placeInTimeline(event.channel, recipient),
  ];
  const stored = statusOf(event, status);
  const ofStatus = keptStatus(stored);
  const key = rowKey(event.group, MESSAGE_SORT_KEY);
  const times = { occurredAt: event.occurredAt, expiresAt };
  if (status.participant === undefined) {
    const ofOutgoing = [...toldStatuses([stored]), renewal(expiresAt)];
    const outgoing = updateOfOutgoing(event, status, wamid, ofOutgoing);
    const message = placedUpdate(key, times, [...ofMessage, ...ofStatus]);
    return { message, ...present({ outgoing }) };
  }
  // Whoever follows the table's changes sees one row at a time: it tells all that there is to say.
  const names = assignmentsOfNames(event.contact);
  const ofParticipant = [...origin, ...names, ...ofStatus, renewal(expiresAt)];
  return {
    message: placedUpdate(key, times, ofMessage),
    participant: {
      Key: rowKey(event.group, `${PARTICIPANT_PREFIX}${status.participant}`),
      ...setExpression(ofParticipant),
    },
  };
}

/**
 * What the mark of a message that we sent tells of it, whatever we know of it ourselves: it has a wamid,
 * so that it went out.
 *
 * The row's key is made of the status's own channel: a mark that somebody forged on theirs reaches no other.
 */
function updateOfOutgoing(
  { channel }: QueuedEvent,
  { name, detail = '' }: StatusUpdate,
  wamid: string,
  assignments: readonly Assignment[],
): Update | undefined {
  const mark = markIn(detail);
  if (mark === undefined) return undefined;
  const { ExpressionAttributeValues, ...set } = setExpression([
    ...setKnown({ [A.wamid]: wamid }),
    ...assignments,
  ]);
  const { isOfThisOffer, value } = offerCondition(channel, wamid);
  const ofAttempt = name === 'failed' ? attemptCondition(mark, wamid) : NO_CONDITION;
  return {
    Key: keyAttributes(recordKeyOf({ channel, id: mark.id })),
    ...set,
    ConditionExpression: `attribute_not_exists(${A.forgottenAt}) AND ${isOfThisOffer}${ofAttempt.and}`,
    ExpressionAttributeValues: { ...ExpressionAttributeValues, ...value, ...ofAttempt.values },
  };
}

/**
 * That no later attempt is under way, of which a failure of this one tells nothing. It may be one that nobody knew the
 * wamid of: it was uncertain, and sent once more.
 */
function attemptCondition({ attempt }: OutgoingMark, wamid: string) {
  return {
    and: ` AND (attribute_not_exists(${A.attempt}) OR ${A.attempt} <= :marked OR ${A.wamid} = :wamid)`,
    values: { ':marked': numberValue(attempt), ':wamid': textValue(wamid) },
  };
}

const NO_CONDITION = { and: '', values: {} };

/**
 * That a wamid is not that of an attempt which failed, and after which the message was offered again: what is
 * told of that one late, or once more, would end the other.
 */
export function offerCondition(channel: string, wamid: string) {
  return {
    // The JSON of the recipient names the groups of those attempts, which are digests.
    isOfThisOffer: `NOT contains(${A.recipient}, :told)`,
    value: { ':told': textValue(statusGroup(channel, wamid)) },
  };
}

/** Our mark among the members of a status. @param detail their JSON */
export function markIn(detail: string): OutgoingMark | undefined {
  // Most statuses have none, and to parse each would cost more than to store it.
  if (!detail.includes(MARK_PREFIX)) return undefined;
  const reading = readJsonSource(detail);
  const data = reading.ok ? memberOf(reading.source.value, 'biz_opaque_callback_data') : undefined;
  return typeof data === 'string' ? readMark(data) : undefined;
}

function assignmentsOfOrigin(
  event: QueuedEvent,
  status: StatusUpdate,
  wamid: string,
): Assignment[] {
  return setKnown({
    [A.provider]: event.provider,
    [A.channel]: event.channel,
    [A.wamid]: wamid,
    [A.account]: status.account,
    [A.displayPhoneNumber]: status.displayPhoneNumber,
  });
}

function statusOf(event: QueuedEvent, { name, detail }: StatusUpdate): StoredStatus {
  const { occurredAt: at, receivedAt, payloadKey } = event;
  const kept = payloadKey === undefined ? detail : undefined;
  return { name, at, receivedAt, detail: kept, payloadKey };
}

/** A status as the row of its wamid has it. */
function keptStatus({ name, at, receivedAt, detail, payloadKey }: StoredStatus): Assignment[] {
  return [
    setOnce(`${STATUS_PREFIXES.time}${name}`, timeValue(at)),
    ...(receivedAt === undefined
      ? []
      : [setOnce(`${STATUS_PREFIXES.receivedAt}${name}`, timeValue(receivedAt))]),
    ...setKnown({
      [`${STATUS_PREFIXES.detail}${name}`]: detail,
      [`${STATUS_PREFIXES.payloadKey}${name}`]: payloadKey,
    }),
  ];
}

/**
 * The same, as the row of one of our messages has it. What a status says beside is in the row of its wamid,
 * and would take this one over a write unit; but why a message failed is told of this one, and
 * by a word what it costs.
 */
export function toldStatuses(statuses: readonly StoredStatus[]): Assignment[] {
  // Each says what the message costs, and once is enough: an update names no attribute twice.
  const byAttribute = new Map<string, Assignment>();
  for (const one of statuses.flatMap(toldStatus)) {
    if (!byAttribute.has(one.attribute)) byAttribute.set(one.attribute, one);
  }
  return [...byAttribute.values()];
}

function toldStatus({ name, at, receivedAt, ...beside }: StoredStatus): Assignment[] {
  const nothing = { detail: undefined, payloadKey: undefined };
  return [
    ...keptStatus({ name, at, receivedAt, ...(name === 'failed' ? beside : nothing) }),
    ...chargeAssignments(beside.detail),
  ];
}

/** Whom the message went to: of a group chat's events, the other names are the member's. */
function recipientOf(contact: ContactNames, { participant }: StatusUpdate): ContactNames {
  if (contact.chatId !== undefined) return { chatId: contact.chatId };
  return participant === undefined ? contact : {};
}

function assignmentsOfNames(contact: ContactNames): Assignment[] {
  return setKnown(recipientAttributes(contact));
}

/** A phone number gives way to a lasting name, whichever status brought it. */
function placeInTimeline(
  channel: string,
  { chatId, userId, lid, phone }: ContactNames,
): Assignment[] {
  const place = (name: string) => textValue(contactGroup(channel, name));
  const lastingName = chatId ?? userId ?? lid;
  if (lastingName !== undefined) return [setAlways(A.timelinePk, place(lastingName))];
  return phone === undefined ? [] : [setOnce(A.timelinePk, place(phone))];
}
