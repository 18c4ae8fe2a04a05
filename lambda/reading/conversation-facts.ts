import { kindOfId, opensWindow, showsPresence, WINDOW_MS } from '../events/conversation.ts';
import type { EventKind } from '../events/event.ts';
import { mergeNewestFirst, type TimelineKey, take } from '../events/newest-first.ts';
import { type PeriodSpan, timeOf } from '../people/timeline-spans.ts';
import { type Profile, profileOf } from '../providers/webhook-content.ts';
import { pastTime } from '../shared/json/fields.ts';
import { readJsonSource } from '../shared/json/json-source.ts';
import { rowId, type TableReader } from '../table/reader-table.ts';
import type { StoredEvent } from '../table/stored-rows.ts';

export interface FactsDeps {
  readonly table: Pick<TableReader, 'eventKeys' | 'rows'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface DatedEvent extends StoredEvent {
  readonly kind: EventKind;
  readonly occurredAt: number;
}

/** What a contact's latest events tell: each member is from the latest event that tells it. */
export interface ConversationFacts {
  readonly any?: DatedEvent;
  readonly present?: DatedEvent;
  readonly opening?: DatedEvent;
  readonly profile?: Profile;
}

/** Events at a time; the first ones mostly tell all. */
const CHUNK = 40;
const MAX_CHUNKS = 12;

/** Reads a contact's events, newest first, until all is known that they can tell. */
export async function readFacts(
  spans: readonly PeriodSpan[],
  deps: FactsDeps,
): Promise<{ readonly facts: ConversationFacts; readonly isComplete: boolean }> {
  const keys = mergeNewestFirst(
    spans.map((span) => deps.table.eventKeys({ ...span, pageSize: CHUNK + 1 })),
  );
  let facts: ConversationFacts = {};
  const echoes: TimelineKey[] = [];
  for (let chunk = 0; chunk < MAX_CHUNKS; chunk += 1) {
    const some = await take(keys, CHUNK);
    const { events } = await deps.table.rows(some.filter(({ sk }) => kindOfId(sk) !== 'echo'));
    for (const key of some) facts = learn(facts, events.get(rowId(key)));
    echoes.push(...some.filter(({ sk }) => kindOfId(sk) === 'echo'));
    const last = some.at(-1);
    if (some.length < CHUNK || last === undefined) {
      return { facts: await withEcho(facts, echoes, deps), isComplete: true };
    }
    if (isSettled(facts, timeOf(last.at), deps.now())) return { facts, isComplete: true };
  }
  return { facts: await withEcho(facts, echoes, deps), isComplete: false };
}

/** Echoes tell nothing of a contact but, where there is nothing else, that there is one. */
async function withEcho(
  facts: ConversationFacts,
  echoes: readonly TimelineKey[],
  { table }: FactsDeps,
): Promise<ConversationFacts> {
  if (facts.any !== undefined || echoes.length === 0) return facts;
  const { events } = await table.rows(echoes.slice(0, CHUNK));
  return [...events.values()].reduce(learn, facts);
}

function learn(facts: ConversationFacts, row: StoredEvent | undefined): ConversationFacts {
  if (row === undefined) return facts;
  // Earlier releases took a provider's word for a time in the future.
  const occurredAt = pastTime(timeOf(row.at), row.receivedAt);
  const event = { ...row, kind: kindOfId(row.sk), occurredAt };
  const profile = facts.profile ?? ownProfile(event);
  return {
    any: event,
    ...(showsPresence(event) && { present: event }),
    ...(opensWindow(event) && { opening: event }),
    ...facts,
    ...(profile !== undefined && { profile }),
  };
}

function ownProfile(event: DatedEvent): Profile | undefined {
  if (!showsPresence(event) || event.payload === undefined) return undefined;
  const reading = readJsonSource(event.payload);
  return reading.ok ? profileOf(reading.source.value) : undefined;
}

function isSettled({ present, opening, profile }: ConversationFacts, atMs: number, nowMs: number) {
  const isWindowKnown = opening !== undefined || atMs <= nowMs - WINDOW_MS;
  return isWindowKnown && present !== undefined && profile !== undefined;
}
