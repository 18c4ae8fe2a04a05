import { contentOf } from '../../content/content.ts';
import { metaMessageContent } from '../../content/meta.ts';
import type { Content } from '../../content/schema.ts';
import { wordsOfContent } from '../../content/words.ts';
import type { TimelineKey } from '../../events/newest-first.ts';
import { readMark } from '../../events/outgoing-mark.ts';
import type { Person } from '../../people/read-person.ts';
import { spansOf } from '../../people/timeline-spans.ts';
import { callbackDataOf } from '../../reading/status-answers.ts';
import { pointerKeyOf } from '../../table/outgoing-keys.ts';
import type { OutgoingMessage } from '../../table/outgoing-message.ts';
import type { TimelineSpan } from '../../table/query-table.ts';
import { rowId, type TableReader } from '../../table/reader-table.ts';
import type { StoredEvent } from '../../table/stored-rows.ts';

export interface TracesDeps {
  readonly table: Pick<TableReader, 'messageKeys' | 'eventKeys' | 'rows'>;
  readonly now: () => number;
}

interface Asked {
  /** When the provider was asked to send it, in ms since 1970. */
  readonly askedAt: number;
  /** Whom it goes to. */
  readonly person: Person;
}

/** The wamids of what may be a message, of those that are none of our other messages. */
export type FindTraces = (
  message: OutgoingMessage,
  asked: Asked,
  signal: AbortSignal,
) => Promise<readonly string[]>;

export function findTraces(deps: TracesDeps): FindTraces {
  return async (message, asked) => {
    const find = message.provider === 'meta' ? failuresOf : echoesOf;
    const wamids = [...new Set(await find(message, asked, deps))];
    const keyOf = (wamid: string) => pointerKeyOf(message.channel, wamid);
    const { pointers } = await deps.table.rows(wamids.map(keyOf));
    return wamids.filter((wamid) => !pointers.has(rowId(keyOf(wamid))));
  };
}

/** By then whoever sends another message to the same contact has said which wamid that one has. */
const SETTLED_MS = 60_000;
const PAGE = 50;

/** Of messages to the same person that failed since then, those without our mark. */
async function failuresOf(
  { channel }: OutgoingMessage,
  { askedAt, person }: Asked,
  { table, now }: TracesDeps,
): Promise<readonly string[]> {
  const keys = await keysWithin(table.messageKeys, channel, person, askedAt, now());
  const { messages } = await table.rows(keys);
  return [...messages.values()].flatMap(({ wamid, statuses }) => {
    const failure = statuses.find(({ name }) => name === 'failed');
    const isMarked = readMark(callbackDataOf(statuses) ?? '') !== undefined;
    if (failure === undefined || isMarked) return [];
    const { receivedAt = failure.at } = failure;
    return receivedAt <= now() - SETTLED_MS ? [wamid] : [];
  });
}

/** WasenderApi tells within that what it sent. */
const ECHO_MS = 2 * 60_000;

/** Of what the session sent to the same contact within two minutes, what says the same. */
async function echoesOf(
  { channel, body }: OutgoingMessage,
  { askedAt, person }: Asked,
  { table, now }: TracesDeps,
): Promise<readonly string[]> {
  const until = askedAt + ECHO_MS;
  if (now() < until) return [];
  const keys = await keysWithin(table.eventKeys, channel, person, askedAt, until);
  const { events } = await table.rows(keys.filter(({ sk }) => sk.startsWith('echo.')));
  const content = metaMessageContent(JSON.parse(body));
  return [...events.values()].flatMap((event) => {
    const isSame = areSame(contentOfEcho(event), content);
    return isSame && event.wamid !== undefined ? [event.wamid] : [];
  });
}

/** Under all names of a person, each while it was theirs. */
async function keysWithin(
  keysOf: (span: TimelineSpan) => AsyncIterable<TimelineKey>,
  channel: string,
  { periods }: Person,
  fromMs: number,
  untilMs: number,
): Promise<readonly TimelineKey[]> {
  // Providers tell times in whole seconds.
  const from = fromMs - (fromMs % 1000);
  const known = periods
    .map((period) => ({
      ...period,
      from: Math.max(period.from, from),
      until: Math.min(period.until, untilMs),
    }))
    .filter((period) => period.from <= period.until);
  const found = await Promise.all(
    spansOf(channel, known).map((span) => Array.fromAsync(keysOf({ ...span, pageSize: PAGE }))),
  );
  return found.flat();
}

function contentOfEcho({ provider, payload }: StoredEvent): Content | undefined {
  if (payload === undefined) return undefined;
  return contentOf({ provider, kind: 'echo', webhook: JSON.parse(payload) });
}

/** Whether two bodies of Meta's say the same, as far as words tell it. */
export function isSameContent(one: string, other: string): boolean {
  return areSame(metaMessageContent(JSON.parse(one)), metaMessageContent(JSON.parse(other)));
}

function areSame(one: Content | undefined, other: Content | undefined): boolean {
  if (one === undefined || other === undefined || one.kind !== other.kind) return false;
  const words = wordsOfContent(one);
  return words !== null && words === wordsOfContent(other);
}
