import { namesOf, type Person } from '../../people/read-person.ts';
import { sideBySide } from '../../shared/queue/side-by-side.ts';
import type { OutgoingMessage } from '../../table/outgoing-message.ts';
import type { OutgoingRecord } from '../../table/outgoing-record.ts';
import type { Claims } from '../claim-table.ts';
import type { Doubt, Lanes } from '../lane-table.ts';
import type { LaneName, Outbox } from '../outbox-table.ts';
import { type FindTraces, isSameContent } from './traces.ts';

/** All names of whom a message goes to. */
type FindPerson = (
  message: Pick<OutgoingMessage, 'channel' | 'to'>,
  signal: AbortSignal,
) => Promise<Person>;

export interface TraceDeps {
  readonly outbox: Pick<Outbox, 'read'>;
  readonly claims: Pick<Claims, 'link' | 'point'>;
  readonly lanes: Pick<Lanes, 'removeDoubt'>;
  readonly findPerson: FindPerson;
  /** Looks for what the provider told of a message without saying that it is that. */
  readonly findTraces: FindTraces;
  readonly now: () => number;
}

export interface DoubtOfLane {
  readonly lane: LaneName;
  readonly doubt: Doubt;
}

/** A message of which nobody knows whether it went out. */
interface OpenDoubt {
  readonly message: OutgoingMessage;
  readonly attempt: number;
  /** When the provider was asked. */
  readonly askedAt: number;
}

const AT_ONCE = 10;

/**
 * Ends doubts of the last hour by what the provider told: the one failure, or the one echo of the same
 * words, that belongs to none of our messages. Where more than one message or trace may be meant, nothing
 * is decided. What is no doubt any more is kept as that.
 *
 * @param doubts all of the channel and the hour
 */
export async function traceDoubts(
  channel: string,
  doubts: readonly DoubtOfLane[],
  signal: AbortSignal,
  deps: TraceDeps,
): Promise<void> {
  const open: OpenDoubt[] = [];
  await sideBySide(doubts, AT_ONCE, async ({ lane, doubt }) => {
    const stored = await deps.outbox.read({ channel, id: doubt.id }, signal);
    const { message, record } = stored ?? {};
    if (message === undefined || record === undefined) return;
    if (isOpen(record)) open.push(openDoubt(message, record, doubt));
    if (record.wamid === undefined) return;
    // Once more, where a run before this one got no further.
    await deps.claims.point(message, record.wamid, signal);
    await deps.lanes.removeDoubt(lane, doubt, signal);
  });
  const recipients = await findRecipients(open, signal, deps);
  await sideBySide(recipients, AT_ONCE, async (recipient) => {
    // A name that was left out may be what another message went to.
    if (!recipient.person.isComplete) return;
    const same = recipients.filter(({ names }) => !names.isDisjointFrom(recipient.names));
    const toSame = same.flatMap((one) => one.doubts);
    await traceOf(recipient, toSame, signal, deps);
  });
}

/** Whom messages went to by one name. */
interface DoubtfulRecipient {
  readonly doubts: readonly OpenDoubt[];
  readonly person: Person;
  readonly names: ReadonlySet<string>;
}

async function findRecipients(
  open: readonly OpenDoubt[],
  signal: AbortSignal,
  { findPerson }: TraceDeps,
): Promise<readonly DoubtfulRecipient[]> {
  const found: DoubtfulRecipient[] = [];
  const byName = Map.groupBy(open, ({ message }) => message.to.name);
  await sideBySide(byName.values(), AT_ONCE, async (doubts) => {
    const [first] = doubts;
    if (first === undefined) return;
    const person = await findPerson(first.message, signal);
    found.push({ doubts, person, names: new Set(namesOf(person.periods)) });
  });
  return found;
}

export function isOpen({ state, wamid, statuses }: OutgoingRecord): boolean {
  return state === 'uncertain' && wamid === undefined && statuses.length === 0;
}

function openDoubt(message: OutgoingMessage, record: OutgoingRecord, doubt: Doubt): OpenDoubt {
  const { attempt = doubt.attempt, claimedAt: askedAt = doubt.since } = record;
  return { message, attempt, askedAt };
}

/** @param toSame all doubts of the same person, under whichever name */
async function traceOf(
  { doubts, person }: DoubtfulRecipient,
  toSame: readonly OpenDoubt[],
  signal: AbortSignal,
  deps: TraceDeps,
): Promise<void> {
  for (const doubt of doubts) {
    const { message, attempt, askedAt } = doubt;
    const others = toSame.filter((other) => other !== doubt && mayBeMeant(other, doubt));
    if (others.length > 0) continue;
    const traces = await deps.findTraces(message, { askedAt, person }, signal);
    const [wamid] = traces;
    if (wamid === undefined || traces.length > 1) continue;
    if (await deps.claims.link(message, { attempt, wamid }, signal)) {
      await deps.claims.point(message, wamid, signal);
    }
  }
}

/** Whether a trace of one may be that of the other: of a failure Meta says to whom alone. */
function mayBeMeant({ message: other }: OpenDoubt, { message }: OpenDoubt): boolean {
  return message.provider === 'meta' || isSameContent(other.body, message.body);
}
