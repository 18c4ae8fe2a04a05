/** Shorter texts stand everywhere by chance. */
const MIN_LENGTH = 5;

/** How often something may be encoded in something encoded: JSON in JSON in base64. */
const MAX_DEPTH = 4;

/** Those of the private texts that stand in what was written, in the clear or encoded. */
export function leaksIn(written: readonly string[], privateTexts: Iterable<string>): string[] {
  const seen = new Set<string>();
  for (const line of written) decodeInto(seen, line, MAX_DEPTH);
  const all = normalized([...seen].join('\n'));
  const digits = all.replace(/(?<=\d)[\s().+/-]+(?=\d)/g, '');
  return [...new Set(privateTexts)].filter((text) => {
    const sought = normalized(text);
    return sought.length >= MIN_LENGTH && (all.includes(sought) || digits.includes(sought));
  });
}

function normalized(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

function decodeInto(seen: Set<string>, text: string, depth: number): void {
  if (seen.has(text)) return;
  seen.add(text);
  if (depth === 0) return;
  for (const decode of DECODERS) {
    for (const decoded of decode(text)) decodeInto(seen, decoded, depth - 1);
  }
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

type Decoder = (text: string) => string[];

const DECODERS: readonly Decoder[] = [
  (text) =>
    text.includes('\\')
      ? [
          text.replace(/\\(?:u([0-9a-f]{4})|(.))/gi, (_, code?: string, letter = '') =>
            code === undefined
              ? (ESCAPES[letter] ?? letter)
              : String.fromCharCode(Number.parseInt(code, 16)),
          ),
        ]
      : [],
  (text) =>
    /%[0-9a-f]{2}/i.test(text)
      ? [text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => readable(run.replaceAll('%', ''), 'hex'))]
      : [],
  // What is cut off in front may begin anywhere in a byte or in three.
  (text) => runs(text, /[0-9a-f]{10,}/gi).flatMap((run) => atOffsets(run, 2, 'hex')),
  (text) => runs(text, /[\w+/-]{8,}/g).flatMap((run) => atOffsets(run, 4, 'base64')),
];

function runs(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([run]) => run);
}

function atOffsets(run: string, offsets: number, encoding: 'hex' | 'base64'): string[] {
  return Array.from({ length: offsets }, (_, offset) => readable(run.slice(offset), encoding));
}

/** Without what is no text, so that only text is looked into further. */
function readable(encoded: string, encoding: 'hex' | 'base64'): string {
  return Buffer.from(encoded, encoding)
    .toString('utf8')
    .replace(/[\p{Cc}\ufffd]+/gu, '\n');
}

/** Members whose values are words of the providers, and say nothing of anybody. */
const PUBLIC_MEMBERS = new Set([
  ...['object', 'field', 'messaging_product', 'event', 'type', 'status', 'pricing_model'],
  ...['category', 'mime_type', 'mimetype', 'recipient_type', 'addressingMode', 'title', 'message'],
  ...['details', 'href', 'direction', 'action', 'phase'],
]);

/** Members whose words may each be known. */
const NAMES = new Set(['name', 'username', 'pushName', 'formatted_name', 'notify']);

/** All texts and long numbers of a body, with the parts by which they could be known. */
export function privateTextsOf(body: string): string[] {
  const texts: string[] = [];
  JSON.parse(body, (key, value: unknown) => {
    if (typeof value === 'string' && !PUBLIC_MEMBERS.has(key)) {
      texts.push(value, ...partsOf(value), ...(NAMES.has(key) ? value.split(/[\s,.]+/) : []));
    }
    if (typeof value === 'number' && value > 1e9) texts.push(String(value));
    return value;
  });
  return [...new Set(texts)].filter(isTelling);
}

function partsOf(text: string): string[] {
  const withoutPrefix = text.replace(/^wamid\./, '');
  const digits = /^\+?\d{11,15}(?=$|[@:])/.exec(text)?.[0].slice(-10) ?? '';
  const emails = text.match(/[\p{L}\d.-]+@[\p{L}\d.-]+/gu) ?? [];
  return [withoutPrefix, digits, ...emails];
}

/** Times are in every line, and the digits of short numbers by chance. */
function isTelling(text: string): boolean {
  return text.length >= MIN_LENGTH && !/^(\d{1,7}|1[67]\d{8}(\d{3})?)$/.test(text);
}
