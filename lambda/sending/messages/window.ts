import { MARKETING } from '../../campaigns/opt-out-news.ts';
import type { OptOutReader } from '../../campaigns/opt-outs-table.ts';
import { isOptOut, kindOfId, opensWindow, WINDOW_MS } from '../../events/conversation.ts';
import { contactGroup } from '../../events/event.ts';
import { mergeNewestFirst, take } from '../../events/newest-first.ts';
import { isDuring } from '../../people/name-periods.ts';
import { namesOf, readPerson } from '../../people/read-person.ts';
import { type PeriodSpan, spansOf } from '../../people/timeline-spans.ts';
import { readFacts } from '../../reading/conversation-facts.ts';
import { readOptOuts } from '../../reading/read-contact.ts';
import { isoTime } from '../../reading/status-answers.ts';
import { timeKey } from '../../table/keys.ts';
import { lastKeyAt, type TableReader } from '../../table/reader-table.ts';

export interface ConversationDeps {
  readonly table: Pick<
    TableReader,
    'linksOf' | 'eventKeys' | 'messageKeys' | 'rows' | 'eventsById'
  >;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export type Window =
  | { readonly isOpen: true }
  /** In ms since 1970; undefined where the contact never opened it. */
  | { readonly isOpen: false; readonly since: number | undefined };

/** Of a contact's last events, those that are looked at first: mostly one is enough. */
const FEW = 5;

/**
 * Whether the contact wrote or called within 24 hours.
 *
 * Under the given name first. Only where that shows no open window are all names of the contact read.
 */
export async function readWindow(
  channel: string,
  name: string,
  deps: ConversationDeps,
): Promise<Window> {
  const nowMs = deps.now();
  const own = {
    group: contactGroup(channel, name),
    from: timeKey(nowMs - WINDOW_MS),
    until: lastKeyAt(nowMs),
  };
  if (await isOpened(own, deps)) return { isOpen: true };
  const { periods } = await readPerson(channel, name, deps);
  const { facts } = await readFacts(spansOf(channel, periods), deps);
  const openedAt = facts.opening?.occurredAt;
  if (openedAt === undefined) return { isOpen: false, since: undefined };
  const closesAt = openedAt + WINDOW_MS;
  return closesAt > nowMs ? { isOpen: true } : { isOpen: false, since: closesAt };
}

async function isOpened(span: PeriodSpan, { table }: ConversationDeps): Promise<boolean> {
  const keysOf = mergeNewestFirst([table.eventKeys({ ...span, pageSize: FEW })]);
  const found = await take(keysOf, FEW);
  const keys = found.filter(({ sk }) => ['message', 'call'].includes(kindOfId(sk)));
  if (keys.length === 0) return false;
  const { events } = await table.rows(keys);
  return [...events.values()].some((event) => opensWindow({ ...event, kind: kindOfId(event.sk) }));
}

export interface OptOutDeps extends ConversationDeps {
  readonly leftOut: OptOutReader['leftOut'];
}

/**
 * When a contact chose to get no more marketing of a tenant, in ISO 8601; undefined where that is not so.
 *
 * Under any of their names: by a word of theirs or what a provider said, or by their last choice in
 * WhatsApp, be it older than what is kept of that.
 */
export async function readOptOut(
  of: { readonly channel: string; readonly tenant: string; readonly name: string },
  deps: OptOutDeps,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { periods } = await readPerson(of.channel, of.name, deps);
  const current = periods.filter((period) => isDuring(period, deps.now()));
  const names = [...new Set([of.name, ...namesOf(current)])];
  const [{ optOuts }, leftOut] = await Promise.all([
    readOptOuts(spansOf(of.channel, periods), deps),
    deps.leftOut(of.tenant, names, signal),
  ]);
  const [first] = [...leftOut.values()].flatMap(({ optedOutAt }) => optedOutAt ?? []);
  if (first !== undefined) return isoTime(first);
  return optOuts.find(({ category, value }) => category === MARKETING && isOptOut(value))?.at;
}
