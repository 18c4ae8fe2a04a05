import type { Participant } from '../adapters/stored-rows.ts';
import type { TableReader } from '../adapters/table-reader.ts';
import { RawJson } from '../domain/raw-json.ts';
import { currentStatus } from '../domain/status.ts';
import type { MessageParameters } from './parameters.ts';
import type { MessageAnswer, ParticipantAnswer } from './schemas.ts';
import {
  callbackDataOf,
  namesAnswer,
  type StatusDeps,
  type StatusOrigin,
  statusAnswers,
} from './status-answers.ts';

export interface ReadMessageDeps extends StatusDeps {
  readonly table: Pick<TableReader, 'sentMessage'>;
}

/** Reads what became of an outbound message; undefined where no status of it is known. */
export async function readMessage(
  { channel, wamid }: MessageParameters,
  deps: ReadMessageDeps,
): Promise<MessageAnswer | undefined> {
  const found = await deps.table.sentMessage(channel, wamid);
  if (found === undefined) return undefined;
  const { message, participants } = found;
  const statuses = await statusAnswers(message.statuses, message, deps);
  const all = [message, ...participants].flatMap((part) => part.statuses);
  return {
    channel: message.channel,
    provider: message.provider,
    wamid: message.wamid,
    contact: namesAnswer(message.recipient),
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
