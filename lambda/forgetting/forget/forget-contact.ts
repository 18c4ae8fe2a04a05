import type { OptOutWriter } from '../../campaigns/opt-outs-table.ts';
import { type DatedLink, mergedLinks } from '../../events/name-eras.ts';
import { readLinkedPerson } from '../../people/linked-person.ts';
import { isDuring, type NamePeriod } from '../../people/name-periods.ts';
import type { Person } from '../../people/read-person.ts';
import { type PeriodSpan, spansOf } from '../../people/timeline-spans.ts';
import { sideBySide } from '../../shared/queue/side-by-side.ts';
import { isTrackKey } from '../../table/outgoing-keys.ts';
import type { TableReader } from '../../table/reader-table.ts';
import type { RowKey } from '../../table/stored-rows.ts';
import type { PutForgetting } from '../forgettings-table.ts';
import type { ForgottenRows } from '../forgotten-table.ts';
import { type ForgetWaitingDeps, forgetWaiting } from './forget-waiting.ts';

export interface ForgetContactDeps extends ForgetWaitingDeps {
  /** Resolves once it is durable that a person is to be forgotten, beyond their rows. */
  readonly remember: PutForgetting;
  readonly table: Pick<TableReader, 'linksOf' | 'eventKeys' | 'messageKeys'>;
  readonly rows: ForgottenRows;
  /** Takes from somebody the turns that they would have in campaigns. Resolves with how many. */
  readonly forgetInCampaigns: (
    channel: string,
    names: ReadonlySet<string>,
    signal: AbortSignal,
  ) => Promise<number>;
  /** Keeps that somebody was forgotten, for whoever sends campaigns of a tenant. */
  readonly leaveOut: OptOutWriter['forget'];
}

export interface ForgetRequest {
  readonly channel: string;
  readonly contact: string;
  /** Aborted when it is time to answer; what is left is for the next call. */
  readonly signal: AbortSignal;
  /** When the call ends at the latest, in ms since 1970. What it empties was received before that. */
  readonly endsAt: number;
}

/** What one call did. */
interface Forgotten {
  /** Messages, echoes, history, calls and account events of the contact. */
  readonly events: number;
  /** Sent messages, with what became of them. */
  readonly messages: number;
  /** Oversized payloads. */
  readonly payloads: number;
  /** Files that came with messages. */
  readonly files: number;
  readonly links: number;
  /** False where there is more to forget: call again. */
  readonly isComplete: boolean;
}

type Counts = { -readonly [Name in Exclude<keyof Forgotten, 'isComplete'>]: number };

/** Rows emptied side by side. */
const AT_ONCE = 16;
const PAGE_SIZE = 200;

/**
 * Empties all rows of the person who has a name now, under every name that links tell. The time in
 * which a number was somebody else's is left alone.
 *
 * What waits to be sent to them goes first, so that nothing goes out to them once this has ended.
 *
 * Before that it puts on record who they are: from then on nothing of theirs enters the archive, and
 * whoever empties that finds by it what to take out. Links go last, since by them the rest is found
 * again by a call that comes after this one.
 */
export async function forgetContact(
  { channel, contact, signal, endsAt }: ForgetRequest,
  deps: ForgetContactDeps,
): Promise<Forgotten> {
  const counts: Counts = { events: 0, messages: 0, payloads: 0, files: 0, links: 0 };
  const { person, links } = await readLinkedPerson(channel, contact, deps.table);
  try {
    await deps.remember({ channel, contact, links, until: endsAt }, signal);
    await leaveOut(channel, namesNow(person, deps), signal, deps);
    counts.messages += await deps.forgetInCampaigns(channel, namesNow(person, deps), signal);
    counts.messages += await forgetWaiting(channel, namesNow(person, deps), signal, deps);
    for (const span of spansOf(channel, person.periods)) {
      await forgetSpan(span, counts, signal, deps);
    }
    await forgetLinks(channel, person, counts, signal, deps);
  } catch (error) {
    if (!signal.aborted) throw error;
    return { ...counts, isComplete: false };
  }
  return { ...counts, isComplete: person.isComplete };
}

/** Of campaigns that found them before. First of all, since lanes read it before each few recipients. */
async function leaveOut(
  channelId: string,
  names: ReadonlySet<string>,
  signal: AbortSignal,
  { channel, leaveOut: put }: ForgetContactDeps,
): Promise<void> {
  const { tenant } = (await channel(channelId, signal)) ?? {};
  if (tenant === undefined) return;
  for (const name of names) await put(tenant, name, signal);
}

function namesNow({ names }: Person, { now }: ForgetContactDeps): ReadonlySet<string> {
  return new Set(names.filter((period) => isDuring(period, now())).map(({ name }) => name));
}

async function forgetSpan(
  span: PeriodSpan,
  counts: Counts,
  signal: AbortSignal,
  { table, rows }: ForgetContactDeps,
): Promise<void> {
  const paged = { ...span, pageSize: PAGE_SIZE };
  const forget = async (key: RowKey) => {
    // Added after the wait: others count meanwhile.
    const deleted = await rows.forgetRow(key, signal);
    counts.payloads += deleted?.payloads ?? 0;
    counts.files += deleted?.files ?? 0;
  };
  await sideBySide(table.eventKeys(paged), AT_ONCE, async (key) => {
    signal.throwIfAborted();
    await forget(key);
    counts.events += 1;
  });
  await sideBySide(table.messageKeys(paged), AT_ONCE, async (key) => {
    signal.throwIfAborted();
    // The partition of a campaign's message has those to others.
    const all = isTrackKey(key) ? [key] : await rows.messageRows(key.pk, signal);
    // The message itself last: it is what leads here.
    const [message, ...members] = all.toSorted(messageFirst);
    for (const key of members) await forget(key);
    if (message !== undefined) await forget(message);
    counts.messages += 1;
  });
}

function messageFirst(a: RowKey, b: RowKey): number {
  return a.sk < b.sk ? -1 : 1;
}

async function forgetLinks(
  channel: string,
  { names }: Person,
  counts: Counts,
  signal: AbortSignal,
  { table, rows }: ForgetContactDeps,
): Promise<void> {
  // Read again: some may have come while rows were emptied.
  const distinct = [...new Set(names.map(({ name }) => name))];
  const found = await Promise.all(distinct.map((name) => table.linksOf(channel, name)));
  for (const link of mergedLinks(found.flatMap(({ links }) => links))) {
    if (!joins(link, names)) continue;
    await rows.forgetLink(channel, link, signal);
    counts.links += 1;
  }
}

/** Whether both ends of a link were the person's when it was seen. */
function joins({ from, to, seenAt }: DatedLink, names: readonly NamePeriod[]): boolean {
  const had = (name: string) =>
    names.some((period) => period.name === name && isDuring(period, seenAt));
  return had(from) && had(to);
}
