import type { WebhookEvent } from './event.ts';
import { isRecord, type JsonSource, memberOf, parseJsonSource } from './json-source.ts';
import { wasenderEvent } from './wasender-events.ts';
import type { WebhookSplit } from './webhook-split.ts';

/** One item of a webhook's `data`. */
export interface WasenderItem {
  readonly name: string;
  readonly timestamp: unknown;
  readonly leaf: JsonSource;
  /** Source of the item, without secrets. */
  readonly content: string;
  /** Source of the whole webhook around that item alone. */
  readonly payload: string;
}

/** Members that are documented to hold the session's API key. */
const SECRETS = new Set(['sessionId', 'session_id', 'apiKey', 'api_key']);
const REDACTED = 'redacted';

/** From here on a secret is long enough to be nothing else wherever it stands. */
const UNMISTAKABLE_LENGTH = 16;

/** Members of `data` under which documentation or practice put the items, singly or in an array. */
const WRAPPERS = ['messages', 'message', 'keys', 'call'];

/**
 * Splits a webhook of WasenderApi into its events; the same event twice is one.
 *
 * The session's secrets are redacted from the payloads. The same event comes as an object or as an
 * array, under `data` or one member below: the form is kept, one item in it.
 */
export function splitWasenderWebhook(
  source: JsonSource,
  session: string,
  receivedAt: number,
): WebhookSplit {
  const name = memberOf(source.value, 'event');
  if (!isRecord(source.value)) return { ok: false, reason: 'the body is no JSON object' };
  if (typeof name !== 'string' || name === '') return { ok: false, reason: '"event" is no text' };
  const events = new Map<string, WebhookEvent>();
  for (const item of itemsOf(withoutSecrets(source), name)) {
    const event = wasenderEvent(item, session, receivedAt);
    if (!events.has(event.id)) events.set(event.id, event);
  }
  return { ok: true, events: [...events.values()] };
}

/** Removes a session's API key wherever it stands, be it under a name that nobody documented. */
function withoutSecrets(source: JsonSource): JsonSource {
  const data = source.members?.get('data');
  const secrets = [...(source.members ?? []), ...(data?.members ?? [])]
    .filter(([key, { value }]) => SECRETS.has(key) && typeof value === 'string')
    .map(([, { text }]) => text.slice(1, -1))
    .filter((secret) => secret.length >= UNMISTAKABLE_LENGTH);
  if (secrets.length === 0) return source;
  const redact = (text: string, secret: string) => text.replaceAll(secret, REDACTED);
  return parseJsonSource(secrets.reduce(redact, source.text));
}

function itemsOf(source: JsonSource, name: string): WasenderItem[] {
  const members = source.members ?? new Map<string, JsonSource>();
  const timestamp = members.get('timestamp')?.value;
  const around = [...members].filter(([key]) => key !== 'data').map(redactedMember);
  const data = members.get('data');
  const below = data === undefined ? [wholeWebhook(source)] : itemsIn(data);
  return below.map(({ leaf, content, wrap }) => {
    const inner = data === undefined ? [] : [`"data":${wrap(content)}`];
    return { name, timestamp, leaf, content, payload: object([...around, ...inner]) };
  });
}

interface Found {
  readonly leaf: JsonSource;
  readonly content: string;
  readonly wrap: (content: string) => string;
}

function wholeWebhook(leaf: JsonSource): Found {
  return { leaf, content: redactedSource(leaf), wrap: (content) => content };
}

function itemsIn(data: JsonSource): Found[] {
  if (data.elements !== undefined) return data.elements.map((leaf) => found(leaf, inArray));
  const members = data.members;
  const wrapper = members === undefined ? undefined : wrapperOf(members);
  if (members === undefined || wrapper === undefined) return [found(data, (content) => content)];
  const [name, wrapped] = wrapper;
  const others = [...members].filter(([key]) => key !== name).map(redactedMember);
  const form = wrapped.elements === undefined ? (content: string) => content : inArray;
  // What stands beside the items is told once, with the first of them.
  return (wrapped.elements ?? [wrapped]).map((leaf, index) =>
    found(leaf, (content) =>
      object([...(index === 0 ? others : []), `"${name}":${form(content)}`]),
    ),
  );
}

function found(leaf: JsonSource, wrap: Found['wrap']): Found {
  return { leaf, content: redactedSource(leaf), wrap };
}

function wrapperOf(members: ReadonlyMap<string, JsonSource>): [string, JsonSource] | undefined {
  if (members.has('key')) return undefined;
  for (const name of WRAPPERS) {
    const member = members.get(name);
    if (typeof member?.value === 'object' && member.value !== null) return [name, member];
  }
  return undefined;
}

function redactedSource(node: JsonSource): string {
  const members = node.members;
  const isClean = members === undefined || ![...members.keys()].some((key) => SECRETS.has(key));
  return isClean ? node.text : object([...members].map(redactedMember));
}

function redactedMember([key, { text }]: readonly [string, JsonSource]): string {
  return `${JSON.stringify(key)}:${SECRETS.has(key) ? JSON.stringify(REDACTED) : text}`;
}

function inArray(content: string): string {
  return `[${content}]`;
}

function object(members: readonly string[]): string {
  return `{${members.join(',')}}`;
}
