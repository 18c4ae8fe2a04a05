import type { WebhookEvent } from './event.ts';
import { isRecord, type JsonSource, memberOf, parseJsonSource } from './json-source.ts';
import { wasenderEvent } from './wasender-events.ts';
import { collectEvents, type WebhookSplit, wholeWebhook } from './webhook-split.ts';

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
  const clean = withoutSecrets(source);
  return collectEvents(eventsOf(clean, name, session, receivedAt), () =>
    wholeWebhook('wasender', session, redactedText(clean.text), receivedAt),
  );
}

function* eventsOf(
  source: JsonSource,
  name: string,
  session: string,
  receivedAt: number,
): Iterable<WebhookEvent> {
  for (const item of itemsOf(source, name)) yield wasenderEvent(item, session, receivedAt);
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

function* itemsOf(source: JsonSource, name: string): Iterable<WasenderItem> {
  const members = source.members;
  const timestamp = memberOf(source.value, 'timestamp');
  const data = members?.get('data');
  if (members === undefined || data === undefined) {
    const content = redactedSource(source);
    yield { name, timestamp, leaf: source, content, payload: content };
    return;
  }
  const around = [...members].filter(([key]) => key !== 'data').map(redactedMember);
  for (const { leaf, content, wrap } of itemsIn(data)) {
    const payload = object([...around, `"data":${wrap(content)}`]);
    yield { name, timestamp, leaf, content, payload };
  }
}

interface Found {
  readonly leaf: JsonSource;
  readonly content: string;
  readonly wrap: (content: string) => string;
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
  if (members === undefined) return redactedText(node.text);
  const isClean = ![...members.keys()].some((key) => SECRETS.has(key));
  return isClean ? node.text : object([...members].map(redactedMember));
}

/** In JSON that is not taken apart. Inside a text the quotes would be escaped. */
function redactedText(text: string): string {
  const names = [...SECRETS].join('|');
  return text.replace(new RegExp(`"(${names})"(\\s*:\\s*)"[^"]*"`, 'g'), `"$1"$2"${REDACTED}"`);
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
