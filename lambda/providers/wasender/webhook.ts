import type { WebhookEvent } from '../../events/event.ts';
import {
  isRecord,
  type JsonSource,
  memberOf,
  parseJsonSource,
  replaceStrings,
} from '../../shared/json/json-source.ts';
import { collectEvents, type WebhookSplit, wholeWebhook } from '../webhook-split.ts';
import { wasenderEvent } from './events.ts';
import type { WasenderItem } from './item.ts';

/** Members that are documented to hold the session's API key. */
const SECRETS = new Set(['sessionId', 'session_id', 'apiKey', 'api_key']);
const REDACTED = 'redacted';

/** From here on a secret is long enough to be nothing else wherever it stands. */
const UNMISTAKABLE_LENGTH = 16;

/** A longer one is no key. To look for it could take minutes, where the text is nearly the same. */
const MAX_KEY_LENGTH = 256;

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
  if (!isRecord(source.value)) return { ok: false, reason: 'the body is no JSON object' };
  const clean = withoutSecrets(source);
  const name = memberOf(clean.value, 'event');
  if (typeof name !== 'string' || name === '') return { ok: false, reason: '"event" is no text' };
  const { text } = clean;
  return collectEvents(eventsOf(clean, name, session, receivedAt), text.length, () =>
    wholeWebhook('wasender', session, text, receivedAt),
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
  const data = memberOf(source.value, 'data');
  const secrets = [source.value, data]
    .flatMap((holder) => [...SECRETS].map((name) => memberOf(holder, name)))
    .filter((secret) => typeof secret === 'string')
    .filter(({ length }) => length >= UNMISTAKABLE_LENGTH && length <= MAX_KEY_LENGTH);
  let before = '';
  const clean = replaceStrings(source.text, (string, between) => {
    const isSecret = between.trim() === ':' && SECRETS.has(textOfString(before));
    before = string;
    return isSecret ? JSON.stringify(REDACTED) : redactedString(string, secrets);
  });
  return clean === source.text ? source : parseJsonSource(clean);
}

function redactedString(source: string, secrets: readonly string[]): string {
  const text = secrets.length === 0 ? '' : textOfString(source);
  return secrets.some((secret) => text.includes(secret))
    ? JSON.stringify(secrets.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text))
    : source;
}

function textOfString(source: string): string {
  return source.includes('\\') ? String(JSON.parse(source)) : source.slice(1, -1);
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
  const before = around.map((member) => `${member},`).join('');
  for (const { leaf, wrap } of itemsIn(data)) {
    const content = redactedSource(leaf);
    const payload = `{${before}"data":${wrap(content)}}`;
    yield { name, timestamp, leaf, content, payload };
  }
}

interface Found {
  readonly leaf: JsonSource;
  readonly wrap: (content: string) => string;
}

function itemsIn(data: JsonSource): readonly Found[] {
  const asItIs = (content: string) => content;
  if (data.elements !== undefined) return data.elements.map((leaf) => ({ leaf, wrap: inArray }));
  const members = data.members;
  const wrapper = members === undefined ? undefined : wrapperOf(members);
  if (members === undefined || wrapper === undefined) return [{ leaf: data, wrap: asItIs }];
  const [name, wrapped] = wrapper;
  const others = [...members].filter(([key]) => key !== name).map(redactedMember);
  const form = wrapped.elements === undefined ? asItIs : inArray;
  const leaves = wrapped.elements ?? [wrapped];
  if (leaves.length === 0 && others.length > 0) return [{ leaf: data, wrap: asItIs }];
  // What stands beside the items is told once, with the first of them.
  return leaves.map((leaf, index) => ({
    leaf,
    wrap: (content) => object([...(index === 0 ? others : []), `"${name}":${form(content)}`]),
  }));
}

function wrapperOf(members: ReadonlyMap<string, JsonSource>): [string, JsonSource] | undefined {
  if (members.has('key')) return undefined;
  for (const name of WRAPPERS) {
    const member = members.get(name);
    if (typeof member?.value === 'object' && member.value !== null) return [name, member];
  }
  return undefined;
}

/** The names that are known for secrets hide numbers and lists as well. */
function redactedSource(node: JsonSource): string {
  const members = node.members;
  if (members === undefined || ![...members.keys()].some((key) => SECRETS.has(key)))
    return node.text;
  return object([...members].map(redactedMember));
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
