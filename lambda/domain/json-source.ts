/**
 * JSON that remembers its source text, so that a part of a webhook can be handed on exactly as it
 * came: numbers beyond 2^53, escapes and unknown members included, at any depth.
 */
export interface JsonSource {
  /** The parsed value. */
  readonly value: unknown;
  /** The source text of the value, byte for byte. */
  readonly text: string;
  /** Members in source order, last one of equal keys; undefined where the value is no object. */
  readonly members: ReadonlyMap<string, JsonSource> | undefined;
  /** Elements in order; undefined where the value is no array. */
  readonly elements: readonly JsonSource[] | undefined;
}

/** Parses JSON. Throws `SyntaxError` for what is not JSON. */
export function parseJsonSource(text: string): JsonSource {
  const value: unknown = JSON.parse(text);
  return new Located(text, skipSpace(text, 0), text.length, value);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Own member of an object, so that `__proto__` and the like are data and never behaviour. */
export function memberOf(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** A place in already validated JSON. Children are located on demand: nobody asks below the events. */
class Located implements JsonSource {
  readonly value: unknown;
  readonly #source: string;
  readonly #start: number;
  readonly #end: number;

  constructor(source: string, start: number, end: number, value: unknown) {
    this.#source = source;
    this.#start = start;
    this.#end = end;
    this.value = value;
  }

  get text(): string {
    return this.#source.slice(this.#start, this.#end).trimEnd();
  }

  get members(): ReadonlyMap<string, JsonSource> | undefined {
    if (!isRecord(this.value)) return undefined;
    const members = new Map<string, JsonSource>();
    let at = skipSpace(this.#source, this.#start + 1);
    while (this.#source.charCodeAt(at) !== CLOSE_BRACE) {
      const keyEnd = skipString(this.#source, at);
      const key: unknown = JSON.parse(this.#source.slice(at, keyEnd));
      const start = skipSpace(this.#source, skipSpace(this.#source, keyEnd) + 1);
      const end = skipValue(this.#source, start);
      const name = String(key);
      members.set(name, new Located(this.#source, start, end, memberOf(this.value, name)));
      at = nextItem(this.#source, end);
    }
    return members;
  }

  get elements(): readonly JsonSource[] | undefined {
    if (!Array.isArray(this.value)) return undefined;
    const elements: JsonSource[] = [];
    let at = skipSpace(this.#source, this.#start + 1);
    for (const value of this.value) {
      const end = skipValue(this.#source, at);
      elements.push(new Located(this.#source, at, end, value));
      at = nextItem(this.#source, end);
    }
    return elements;
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const SPACE = 0x20;

function skipSpace(source: string, at: number): number {
  let next = at;
  while (source.charCodeAt(next) <= SPACE) next += 1;
  return next;
}

/** The start of the next item, or the closing bracket. */
function nextItem(source: string, end: number): number {
  const at = skipSpace(source, end);
  return source.charCodeAt(at) === COMMA ? skipSpace(source, at + 1) : at;
}

function skipString(source: string, start: number): number {
  let end = source.indexOf('"', start + 1);
  while (isEscaped(source, end)) end = source.indexOf('"', end + 1);
  return end + 1;
}

function isEscaped(source: string, at: number): boolean {
  let backslashes = 0;
  while (source.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}

function skipValue(source: string, start: number): number {
  const first = source.charCodeAt(start);
  if (first === QUOTE) return skipString(source, start);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return skipContainer(source, start);
  const scalar = /[^\s,\]}]+/y;
  scalar.lastIndex = start;
  scalar.test(source);
  return scalar.lastIndex;
}

/** Counts brackets instead of recursing: a body may be nested 100,000 deep. */
function skipContainer(source: string, start: number): number {
  let depth = 0;
  let at = start;
  for (;;) {
    const code = source.charCodeAt(at);
    if (code === QUOTE) {
      at = skipString(source, at);
      continue;
    }
    if (code === OPEN_BRACE || code === OPEN_BRACKET) depth += 1;
    if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth -= 1;
    at += 1;
    if (depth === 0) return at;
  }
}
