import type { MessageParameters } from '../answers/parameters.ts';
import { soleAddress } from '../events/chat.ts';
import { claimPartition, claimRank } from '../events/message-identity.ts';
import { isOutgoingId } from '../events/outgoing-id.ts';
import { currentStatus } from '../events/status.ts';
import { userOfWamid } from '../events/wamid.ts';
import { messageRows } from '../people/message-rows.ts';
import { namesOf, readPerson } from '../people/read-person.ts';
import { RawJson } from '../shared/json/raw-json.ts';
import { namesOfRecipient } from '../table/outgoing-message.ts';
import { rowId, type TableReader } from '../table/reader-table.ts';
import { mergedMessage } from '../table/sent-message.ts';
import type { Participant, SentMessage, StoredEvent } from '../table/stored-rows.ts';
import { outgoingAnswerOf } from './outgoing-answer.ts';
import { outgoingEntry } from './outgoing-entry.ts';
import { outgoingIdOf, pointersOf, readOutgoing } from './outgoing-rows.ts';
import { readParticipants } from './read-participants.ts';
import type { MessageAnswer, ParticipantAnswer } from './schemas.ts';
import {
  callbackDataOf,
  namesAnswer,
  type StatusDeps,
  type StatusOrigin,
  statusAnswers,
} from './status-answers.ts';
import { type EntryDeps, eventEntry } from './timeline-entry.ts';

export interface ReadMessageDeps extends EntryDeps {
  readonly table: Pick<TableReader, 'participantsIn' | 'rows' | 'claimsIn' | 'linksOf'>;
}

/**
 * Reads a message, whoever wrote it; undefined where nothing of it is known.
 *
 * Meta calls one message by several wamids: it is looked for by its token, and under all names of the
 * user whom the wamid names.
 */
export async function readMessage(
  parameters: MessageParameters,
  deps: ReadMessageDeps,
): Promise<MessageAnswer | undefined> {
  if (isOutgoingId(parameters.wamid)) return await readOwn(parameters, deps);
  const { event, sent } = await findMessage(parameters, deps);
  const origin = sent?.message ?? event;
  if (origin === undefined) return undefined;
  const entry = event === undefined ? null : await eventEntry(event, sent?.message, deps);
  return {
    channel: origin.channel,
    provider: origin.provider,
    wamid: origin.wamid ?? parameters.wamid,
    direction: event?.direction ?? 'outbound',
    contact: entry?.contact ?? namesAnswer(sent?.message.recipient ?? {}),
    ...(await statusMembers(sent, deps)),
    outgoing: await outgoingOf(sent?.message ?? event, deps),
    entry,
  };
}

/** A message that was sent from here, by our own id. */
async function readOwn(
  { channel, wamid: id }: MessageParameters,
  deps: ReadMessageDeps,
): Promise<MessageAnswer | undefined> {
  const outgoing = (await readOutgoing([{ channel, id }], [], deps.table)).get(id);
  if (outgoing === undefined) return undefined;
  const { message, record, sent } = outgoing;
  const participants = sent === undefined ? [] : await readParticipants(channel, [sent], deps);
  const told = sent ?? { ...NOTHING_SENT, ...message, recipient: namesOfRecipient(message.to) };
  const known = { ...told, statuses: record?.statuses ?? [] };
  const entry = await outgoingEntry(outgoing, deps);
  return {
    ...{ channel, provider: message.provider, wamid: entry.wamid, direction: 'outbound' },
    contact: entry.contact,
    ...(await statusMembers({ message: known, participants }, deps)),
    outgoing: entry.outgoing,
    entry,
  };
}

const NOTHING_SENT = {
  ...{ pk: '', sk: '', wamid: '', at: '', account: undefined, displayPhoneNumber: undefined },
};

/** What was asked for, of what was sent from here. */
async function outgoingOf(
  row: SentMessage | StoredEvent | undefined,
  { table }: ReadMessageDeps,
): Promise<MessageAnswer['outgoing']> {
  if (row === undefined) return null;
  const { pointers } = await table.rows(pointersOf(row));
  const id = outgoingIdOf(row, pointers);
  if (id === undefined) return null;
  const outgoing = (await readOutgoing([{ channel: row.channel, id }], [], table)).get(id);
  return outgoing === undefined ? null : outgoingAnswerOf(outgoing.message, outgoing.record);
}

interface Found {
  readonly event: StoredEvent | undefined;
  readonly sent: SentWithParticipants | undefined;
}

interface SentWithParticipants {
  readonly message: SentMessage;
  readonly participants: readonly Participant[];
}

async function findMessage(
  { channel, wamid }: MessageParameters,
  deps: ReadMessageDeps,
): Promise<Found> {
  const { table } = deps;
  const user = userOfWamid(wamid);
  const names = user === undefined ? [] : namesOf((await readPerson(channel, user, deps)).periods);
  const found = await messageRows(table, { channel, wamid }, names);
  const message = mergedMessage(found.sent);
  // A message in a group of WasenderApi is claimed by that, which its wamid does not tell.
  const isKnown = message !== undefined && soleAddress(message.recipient) === undefined;
  return {
    event: found.event ?? (isKnown ? undefined : await claimedEvent(table, channel, wamid)),
    sent: message && {
      message,
      participants: await readParticipants(channel, found.sent, deps),
    },
  };
}

/** What claims of earlier releases tell of a message that came without its content. */
async function claimedEvent(
  table: ReadMessageDeps['table'],
  channel: string,
  wamid: string,
): Promise<StoredEvent | undefined> {
  const found = await Promise.all(
    (['inbound', 'outbound'] as const).map((direction) =>
      table.claimsIn(claimPartition({ channel, direction, wamid })),
    ),
  );
  const owners = found
    .flat()
    .toSorted((one, other) => claimRank(other) - claimRank(one))
    .map(({ owner }) => owner);
  const { events } = await table.rows(owners);
  return owners.map((owner) => events.get(rowId(owner))).find((event) => event !== undefined);
}

async function statusMembers(sent: SentWithParticipants | undefined, deps: StatusDeps) {
  if (sent === undefined) return NO_STATUSES;
  const { message, participants } = sent;
  const statuses = await statusAnswers(message.statuses, message, deps);
  const all = [message, ...participants].flatMap((part) => part.statuses);
  return {
    account: message.account ?? null,
    displayPhoneNumber: message.displayPhoneNumber ?? null,
    status: currentStatus(message.statuses.map(({ name }) => name)) ?? null,
    statuses,
    errors: statuses.find(({ errors }) => errors instanceof RawJson)?.errors ?? [],
    pricing: statuses.findLast(({ pricing }) => pricing !== null)?.pricing ?? null,
    callbackData: callbackDataOf(all),
    participants: await Promise.all(
      participants.map((participant) => participantAnswer(participant, message, deps)),
    ),
  };
}

const NO_STATUSES = {
  ...{ account: null, displayPhoneNumber: null, status: null, statuses: [], errors: [] },
  ...{ pricing: null, callbackData: null, participants: [] },
};

async function participantAnswer(
  { name, contact, statuses }: Participant,
  origin: StatusOrigin,
  deps: StatusDeps,
): Promise<ParticipantAnswer> {
  return {
    name,
    contact: namesAnswer(contact),
    status: currentStatus(statuses.map((status) => status.name)) ?? null,
    statuses: await statusAnswers(statuses, origin, deps),
  };
}
