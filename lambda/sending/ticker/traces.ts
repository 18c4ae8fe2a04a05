import { contentOf } from '../../content/content.ts';
import { metaMessageContent } from '../../content/meta.ts';
import type { Content } from '../../content/schema.ts';
import { wordsOfContent } from '../../content/words.ts';
import { contactGroup } from '../../events/event.ts';
import { readMark } from '../../events/outgoing-mark.ts';
import { readPerson } from '../../people/read-person.ts';
import { isWithin, spansOf } from '../../people/timeline-spans.ts';
import { callbackDataOf } from '../../reading/status-answers.ts';
import { timeKey } from '../../table/keys.ts';
import { pointerKeyOf } from '../../table/outgoing-keys.ts';
import type { OutgoingMessage } from '../../table/outgoing-message.ts';
import { lastKeyAt, rowId, type TableReader } from '../../table/reader-table.ts';
import type { StoredEvent } from '../../table/stored-rows.ts';

export interface TracesDeps {
  readonly table: Pick<TableReader, 'linksOf' | 'messageKeys' | 'eventKeys' | 'rows'>;
  readonly now: () => number;
}

/**
 * The wamids of what may be a message, of those that are none of our other messages.
 *
 * @param askedAt when the provider was asked to send it, in ms since 1970
 */
export type FindTraces = (
  message: OutgoingMessage,
  askedAt: number,
  signal: AbortSignal,
) => Promise<readonly string[]>;

export function findTraces(deps: TracesDeps): FindTraces {
  return async (message, askedAt) => {
    const find = message.provider === 'meta' ? failuresOf : echoesOf;
    const wamids = [...new Set(await find(message, askedAt, deps))];
    const keyOf = (wamid: string) => pointerKeyOf(message.channel, wamid);
    const { pointers } = await deps.table.rows(wamids.map(keyOf));
    return wamids.filter((wamid) => !pointers.has(rowId(keyOf(wamid))));
  };
}

/** By then whoever sends another message to the same contact has said which wamid that one has. */
const SETTLED_MS = 60_000;
const PAGE = 50;

/** Providers tell times in whole seconds. */
function wholeSecondKey(timeMs: number): string {
  return timeKey(timeMs - (timeMs % 1000));
}

/** Of messages to the same recipient that failed since then, those without our mark. */
async function failuresOf(
  { channel, to }: OutgoingMessage,
  askedAt: number,
  { table, now }: TracesDeps,
): Promise<readonly string[]> {
  const from = wholeSecondKey(askedAt);
  const group = contactGroup(channel, to.name);
  const span = { group, from, until: lastKeyAt(now()), pageSize: PAGE };
  const { messages } = await table.rows(await Array.fromAsync(table.messageKeys(span)));
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
  { channel, to, body }: OutgoingMessage,
  askedAt: number,
  deps: TracesDeps,
): Promise<readonly string[]> {
  const until = askedAt + ECHO_MS;
  if (deps.now() < until) return [];
  const { periods } = await readPerson(channel, to.name, deps);
  const from = wholeSecondKey(askedAt);
  const found = await Promise.all(
    spansOf(channel, periods).map(async (span) => {
      const within = { ...span, from, until: lastKeyAt(until), pageSize: PAGE };
      const keys = await Array.fromAsync(deps.table.eventKeys(within));
      return keys.filter((key) => key.sk.startsWith('echo.') && isWithin(key, span));
    }),
  );
  const { events } = await deps.table.rows(found.flat());
  const content = metaMessageContent(JSON.parse(body));
  return [...events.values()].flatMap((event) => {
    const isSame = areSame(contentOfEcho(event), content);
    return isSame && event.wamid !== undefined ? [event.wamid] : [];
  });
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
