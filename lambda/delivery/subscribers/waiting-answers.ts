import { type Answered, refusal } from '../../answers/json-answer.ts';
import { contactParameters } from '../../answers/parameters.ts';
import { contactGroup } from '../../events/event.ts';
import { eventIdOf } from '../../events/webhook-id.ts';
import { namesOf, type PersonDeps, readPerson } from '../../people/read-person.ts';
import type { Operation } from '../../table/operation-row.ts';
import type { WaitingDelivery } from '../history-table.ts';
import { DEFAULT_RETRY_HOURS, deliveryDelaySeconds } from '../retry.ts';
import type { Subscriber } from '../subscriber.ts';
import type { SubscriberReader } from '../subscriber-table.ts';
import type { WaitingDeliveries } from '../waiting-table.ts';
import { unknown } from './manage.ts';
import type { DeliveryAnswer, DropAnswer, DropInput } from './schemas.ts';

export interface WaitingAnswerDeps {
  readonly table: Pick<SubscriberReader, 'get'>;
  readonly waiting: WaitingDeliveries;
  /** The links between names, by which a contact's groups are found. */
  readonly person: (signal: AbortSignal) => PersonDeps;
  /** Resolves once it is kept who did it. */
  readonly record: (operation: Operation, by: string, signal: AbortSignal) => Promise<void>;
}

/** Tells what waits of one event. */
export async function showDelivery(
  id: string,
  event: string,
  { table, waiting }: WaitingAnswerDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const stored = await table.get(id, signal);
  if (stored === undefined) return unknown(id);
  const eventId = eventIdOf(event);
  const known = await waiting.ofEvent(id, eventId, signal);
  const body: DeliveryAnswer = {
    eventId,
    waiting: known.waiting.map((one) => waitingAnswer(one, stored.subscriber)),
    droppedAt: known.droppedUntil === undefined ? null : isoTime(known.droppedUntil),
  };
  return { status: 200, body };
}

function waitingAnswer(
  { routedAt, tries, firstTriedAt, lastTriedAt, fault }: WaitingDelivery,
  { retryHours = DEFAULT_RETRY_HOURS }: Subscriber,
): DeliveryAnswer['waiting'][number] {
  const longestDelaySeconds = deliveryDelaySeconds(Math.max(1, tries), 1);
  return {
    ...{ tries, fault, handedOnAt: isoTime(routedAt) },
    firstTriedAt: isoTime(firstTriedAt),
    lastTriedAt: isoTime(lastTriedAt),
    nextTryBy: isoTime(lastTriedAt + longestDelaySeconds * 1000),
    triedUntil: isoTime(firstTriedAt + retryHours * 3_600_000),
  };
}

/** Drops what waits of an event or of a contact: first the record, then the drop. */
export async function dropDeliveries(
  id: string,
  input: DropInput,
  caller: string,
  deps: WaitingAnswerDeps,
  signal: AbortSignal,
): Promise<Answered> {
  if ((await deps.table.get(id, signal)) === undefined) return unknown(id);
  const target = await targetOf(input, deps, signal);
  if (!target.ok) return refusal('invalid_parameter', target.reason);
  const { eventsOrGroups, isComplete, told } = target;
  const meant = new Set(eventsOrGroups);
  const known = await deps.waiting.all(id, signal);
  const waiting = known.filter(({ eventId, groups }) =>
    [eventId, ...groups].some((one) => meant.has(one)),
  ).length;
  const details = { subscriberId: id, ...told, waiting };
  await deps.record({ action: 'deliveries-dropped', why: input.why, details }, caller, signal);
  await deps.waiting.drop(id, eventsOrGroups, signal);
  const body: DropAnswer = { waiting, isComplete };
  return { status: 200, body };
}

type Target =
  | {
      readonly ok: true;
      readonly eventsOrGroups: readonly string[];
      readonly isComplete: boolean;
      /** For the record: no contact's name. */
      readonly told: object;
    }
  | { readonly ok: false; readonly reason: string };

async function targetOf(
  { eventId, channel, contact }: DropInput,
  { person }: WaitingAnswerDeps,
  signal: AbortSignal,
): Promise<Target> {
  const isOfContact = channel !== undefined && contact !== undefined;
  if (
    (eventId === undefined) !== isOfContact ||
    (channel === undefined) !== (contact === undefined)
  ) {
    return { ok: false, reason: 'the body takes either eventId, or channel and contact' };
  }
  if (eventId !== undefined) {
    const one = eventIdOf(eventId);
    return { ok: true, eventsOrGroups: [one], isComplete: true, told: { eventId: one } };
  }
  const who = contactParameters({ channel, contact });
  if (!who.ok) return who;
  const { periods, isComplete } = await readPerson(who.channel, who.contact, person(signal));
  const groups = namesOf(periods).map((name) => contactGroup(who.channel, name));
  const told = { channel: who.channel, names: groups.length };
  return { ok: true, eventsOrGroups: groups, isComplete, told };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
