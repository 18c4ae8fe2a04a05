import fc from 'fast-check';
import { type JsonTree, type Place, placesIn, treeOf, writeTree } from './json-tree.ts';

/** Source of scalars that a serializer would not write, or a reader may stumble over. */
const SCALARS = [
  ...['null', 'true', 'false', '0', '-0', '1e400', '-1', '1.5e-7', '12345678901234567890'],
  ...['99999999999999', '1795212000', '12345678901234567', '""', '" "', '"0"', '"-1"'],
  ...[
    '"\\ud800"',
    '"\\udfff\\ud800"',
    '"\uffff\ufffe"',
    '"\\ufffe"',
    '"\\u0000"',
    '"\u007f\u0085"',
  ],
  ...['"\\"sessionId\\":\\"x\\""', '"\\\\"', '"a\\"b"', '"\ufeff"', '"\\u0031234567890123456"'],
  ...['"read"', '"status"', '"x@lid"', '":@"', '"@"', '"12@g.us"', '"messages.update"'],
  ...['"1795212000000"', '"99999999999999"', '"+"', '"5215550001111"', '"redacted"'],
];

/** Keys that mean something here, to JavaScript, or to nobody. */
const KEYS = [
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype', '', '\\u0000'],
  ...['object', 'entry', 'changes', 'value', 'field', 'metadata', 'phone_number_id', 'contacts'],
  ...['messages', 'statuses', 'errors', 'history', 'threads', 'standby', 'calls', 'id', 'from'],
  ...['wa_id', 'user_id', 'status', 'type', 'timestamp', 'time', 'group_id', 'recipient_id'],
  ...['event', 'data', 'key', 'keys', 'message', 'call', 'remoteJid', 'fromMe', 'update'],
  ...['sessionId', 'session_id', 'apiKey', 'api_key', 'sess\\u0069onId', 'receipt', 'participant'],
  ...['v', 'group', 'kind', 'channel', 'links', 'name', 'detail', 'payload', 'payloadKey', 'wamid'],
  ...['occurredAt', 'receivedAt', 'provider', 'direction', 'contact', 'userId', 'chatId', 'phone'],
].map((key) => `"${key}"`);

const aScalar = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...SCALARS) },
  {
    weight: 2,
    arbitrary: fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
  },
  // Longer than any identifier may be, than the details of a status, and than what a row holds.
  { weight: 1, arbitrary: fc.constantFrom(513, 513, 20_000, 400_000).map(longText) },
);

function longText(length: number): string {
  return `"${'1'.repeat(length)}"`;
}

const aKey = fc.constantFrom(...KEYS);
const aTree: fc.Arbitrary<JsonTree> = fc.oneof(
  { weight: 4, arbitrary: aScalar },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }).map(treeOf) },
  { weight: 1, arbitrary: fc.constantFrom<JsonTree>('[]', '{}', '[[]]', '[null,{}]') },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(20, 1000, 100_000), fc.constantFrom('[', '{"a":', '[{"messages":'))
      .map(([depth, open]) => `${open.repeat(depth)}0${closing(open).repeat(depth)}`),
  },
);

/** The brackets that close those of a text. */
function closing(text: string): string {
  const opened = [...text].filter((one) => '[{'.includes(one));
  return opened.reduceRight((closed, one) => closed + (one === '[' ? ']' : '}'), '');
}

type Change = (place: Place, root: JsonTree) => void;

const aChange: fc.Arbitrary<Change> = fc.oneof(
  fc.constant<Change>((place) => place.replace()),
  fc.constant<Change>((place) => place.replace(place.tree, structuredClone(place.tree))),
  aTree.map<Change>((tree) => (place) => place.replace(structuredClone(tree))),
  aTree.map<Change>((tree) => (place) => place.replace(place.tree, structuredClone(tree))),
  aKey.map<Change>((key) => (place) => place.rename(key)),
  fc.constant<Change>((place) => place.replace([place.tree])),
  aKey.map<Change>((key) => (place) => place.replace({ members: [[key, place.tree]] })),
  fc.tuple(aKey, aTree).map<Change>(
    ([key, tree]) =>
      ({ tree: within }) =>
        insert(within, key, structuredClone(tree)),
  ),
  // A part of the webhook where another belongs.
  fc.nat().map<Change>((at) => (place, root) => {
    const other = pick(placesIn(root), at);
    if (other !== undefined) place.replace(structuredClone(other.tree));
  }),
  fc.constantFrom(2, 12, 120, 120, 1500).map<Change>((times) => (place) => {
    const length = Math.min(times, MAX_LENGTH / (1 + writeTree(place.tree).length));
    place.replace(...Array.from({ length }, (_, n) => numbered(place.tree, n)));
  }),
);

/** A copy with an id of its own, where it has one. */
function numbered(tree: JsonTree, n: number): JsonTree {
  const copy = structuredClone(tree);
  if (typeof copy === 'string' || Array.isArray(copy)) return copy;
  for (const member of copy.members) {
    if (member[0] === '"id"') member[1] = `"id-${n}"`;
    if (member[0] === '"key"') member[1] = numbered(member[1], n);
  }
  return copy;
}

function insert(within: JsonTree, key: string, tree: JsonTree): void {
  if (typeof within === 'string') return;
  if (Array.isArray(within)) within.push(tree);
  else within.members.push([key, tree]);
}

function pick<T>(list: readonly T[], at: number): T | undefined {
  return list[at % list.length];
}

/** Characters that a change may make of a webhook, so that several do not make gigabytes. */
const MAX_LENGTH = 200_000;

/** A tree with some changes made, anywhere. */
export function aChangedTree(shapes: readonly string[]): fc.Arbitrary<JsonTree> {
  const changes = fc.array(fc.tuple(fc.nat(), aChange), { maxLength: 6 });
  return fc.tuple(fc.constantFrom(...shapes), changes).map(([shape, made]) => {
    const root: JsonTree = treeOf(JSON.parse(shape));
    for (const [at, change] of made) {
      if (writeTree(root).length > MAX_LENGTH) break;
      const place = pick(placesIn(root), at);
      if (place !== undefined) change(place, root);
    }
    return root;
  });
}

/** JSON near to what is expected: nearly always valid, seldom what it should be. */
export function nearJson(shapes: readonly string[]): fc.Arbitrary<string> {
  const space = fc.oneof(
    { weight: 5, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constantFrom(' ', '\r\n\t', ' '.repeat(300)) },
  );
  return fc.tuple(aChangedTree(shapes), space, fc.boolean()).map(([tree, between, isEscaped]) => {
    const text = writeTree(tree, between);
    return isEscaped ? text.replace(/[\u0080-\uffff]/g, escapeCharacter) : text;
  });
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Bytes near to those of a text, or any. */
export function nearBytes(text: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  const prefixes = fc.constantFrom('\ufeff', '\u0000', ' ', '\ufffe', ")]}',\n", '[', '"');
  return fc.oneof(
    { weight: 12, arbitrary: text.map((one) => Buffer.from(one)) },
    {
      weight: 1,
      arbitrary: fc.tuple(prefixes, text).map(([prefix, one]) => Buffer.from(prefix + one)),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(text, fc.nat())
        .map(([one, length]) => Buffer.from(one).subarray(0, length % (one.length + 1))),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(text, fc.nat(), fc.nat(255)).map(([one, at, byte]) => {
        const bytes = Buffer.from(one);
        if (bytes.length > 0) bytes.writeUInt8(byte, at % bytes.length);
        return bytes;
      }),
    },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }).map((one) => Buffer.from(one)) },
  );
}
