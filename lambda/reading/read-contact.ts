import type { ContactParameters } from '../answers/parameters.ts';
import { isOptOut, WINDOW_MS } from '../events/conversation.ts';
import type { Provider } from '../events/event.ts';
import { kindOfName } from '../events/name-eras.ts';
import { mergeNewestFirst, take } from '../events/newest-first.ts';
import type { NamePeriod } from '../people/name-periods.ts';
import { type PersonDeps, readPerson } from '../people/read-person.ts';
import { isWithin, type PeriodSpan, sourcesOf, spansOf, timeOf } from '../people/timeline-spans.ts';
import { preferenceOf } from '../providers/webhook-content.ts';
import { readJsonSource } from '../shared/json/json-source.ts';
import { rowId, type TableReader } from '../table/reader-table.ts';
import type { SentMessage } from '../table/stored-rows.ts';
import {
  type ConversationFacts,
  type DatedEvent,
  type FactsDeps,
  readFacts,
} from './conversation-facts.ts';
import type { ContactAnswer } from './schemas.ts';
import { isoTime } from './status-answers.ts';

export interface ReadContactDeps extends PersonDeps, FactsDeps {
  readonly table: Pick<
    TableReader,
    'linksOf' | 'eventKeys' | 'messageKeys' | 'rows' | 'eventsById'
  >;
}

/** Reads who a contact is and how they may be written to; undefined where nothing is known. */
export async function readContact(
  { channel, contact }: ContactParameters,
  deps: ReadContactDeps,
): Promise<ContactAnswer | undefined> {
  const person = await readPerson(channel, contact, deps);
  const spans = spansOf(channel, person.periods);
  const [{ facts, isComplete }, choices, names] = await Promise.all([
    readFacts(spans, deps),
    readOptOuts(spans, deps),
    usedNames(channel, person.names, deps),
  ]);
  const sent = facts.any === undefined ? await latestSent(spans, deps) : undefined;
  if (!person.isLinked && facts.any === undefined && sent === undefined) return undefined;
  const isChat = kindOfName(contact) === 'chatId';
  return {
    channel,
    contact,
    names: names.map(({ kind, name, until, seenAt, alternateOf }) => ({
      kind,
      name,
      since: seenAt === undefined ? null : isoTime(seenAt),
      until: until === Infinity ? null : isoTime(until),
      alternateOf: alternateOf ?? null,
    })),
    profile: isChat ? null : profileAnswer(facts),
    lastSeen: facts.present === undefined ? null : isoTime(facts.present.occurredAt),
    window: isChat ? null : windowAnswer(facts.opening, (facts.any ?? sent)?.provider, deps.now()),
    optOuts: choices.optOuts,
    isComplete: person.isComplete && isComplete && choices.isComplete,
  };
}

/** The names without the other forms of numbers under which nothing is stored. */
async function usedNames(
  channel: string,
  names: readonly NamePeriod[],
  { table }: ReadContactDeps,
): Promise<readonly NamePeriod[]> {
  const used = await Promise.all(
    names.map(async (name) => {
      if (name.alternateOf === undefined || name.seenAt !== undefined) return true;
      const keys = mergeNewestFirst(sourcesOf(table, spansOf(channel, [name]), 1));
      return (await take(keys, 1)).length > 0;
    }),
  );
  return names.filter((_, index) => used[index]);
}

function profileAnswer({ profile }: ConversationFacts): ContactAnswer['profile'] {
  return profile === undefined
    ? null
    : { name: profile.name ?? null, username: profile.username ?? null };
}

function windowAnswer(
  opening: DatedEvent | undefined,
  provider: Provider | undefined,
  nowMs: number,
): ContactAnswer['window'] {
  if (provider === 'wasender') return null;
  const closesAt = opening === undefined ? 0 : opening.occurredAt + WINDOW_MS;
  if (opening === undefined || closesAt <= nowMs) return { openUntil: null, openedBy: null };
  return {
    openUntil: isoTime(closesAt),
    openedBy: {
      id: opening.sk,
      kind: opening.kind === 'call' ? 'call' : 'message',
      type: opening.type,
      occurredAt: isoTime(opening.occurredAt),
    },
  };
}

/** The latest choice in each category. They are few, and found by their kind however old they are. */
export async function readOptOuts(
  spans: readonly PeriodSpan[],
  deps: { readonly table: Pick<TableReader, 'eventsById'> },
): Promise<Pick<ContactAnswer, 'optOuts' | 'isComplete'>> {
  const groups = [...new Set(spans.map(({ group }) => group))];
  const found = await Promise.all(groups.map((group) => deps.table.eventsById(group, 'account.')));
  const latest = new Map<string, ContactAnswer['optOuts'][number]>();
  const events = found
    .flatMap((part) => part.events)
    .filter((event) => spans.some((span) => isWithin(event, span)))
    .toSorted((a, b) => (a.at < b.at ? -1 : 1));
  for (const { type, payload, at } of events) {
    const reading = readJsonSource(type === 'user_preferences' ? (payload ?? '') : '');
    const preference = reading.ok ? preferenceOf(reading.source.value) : undefined;
    if (preference === undefined) continue;
    const { category, value } = preference;
    latest.set(category, { category, value, isOptOut: isOptOut(value), at: isoTime(timeOf(at)) });
  }
  return {
    optOuts: [...latest.values()],
    isComplete: found.every((part) => part.isComplete),
  };
}

/** Of a contact who never wrote, messages are all that is known. */
async function latestSent(
  spans: readonly PeriodSpan[],
  deps: ReadContactDeps,
): Promise<SentMessage | undefined> {
  const some = 25;
  const keys = await take(
    mergeNewestFirst(spans.map((span) => deps.table.messageKeys({ ...span, pageSize: some }))),
    some,
  );
  const { messages } = await deps.table.rows(keys);
  return keys.map((key) => messages.get(rowId(key))).find((message) => message !== undefined);
}
