/**
 * JSON that remembers its source text, so that a part of a webhook can be handed on exactly as it
 * came: numbers beyond 2^53, escapes and unknown members included, at any depth.
 */
export interface JsonSource {
  /** The parsed value. */
  readonly value: unknown;
  /** The source text of the value, byte for byte. */
  readonly text: string;
  /**
   * Members in source order; undefined where the value is no object, or one that names a member
   * twice: whoever reads one of the two would lose the other.
   */
  readonly members: ReadonlyMap<string, JsonSource> | undefined;
  /** Elements in order; undefined where the value is no array. */
  readonly elements: readonly JsonSource[] | undefined;
}

export type JsonReading =
  | { readonly ok: true; readonly source: JsonSource }
  /** Where parsing stopped, as far as the engine says, without a word of the content. */
  | { readonly ok: false; readonly reason: string };

const POSITION = / in JSON at position (\d+) \(line \d+ column \d+\)$/;

/** Reads JSON that a stranger wrote. */
export function readJsonSource(text: string): JsonReading {
  try {
    return { ok: true, source: parseJsonSource(text) };
  } catch (error) {
    // The engine's message quotes the text, though never at its end: the position is all that may be told.
    const position = POSITION.exec(String(error))?.[1];
    const place = position === undefined ? '' : ` at position ${position}`;
    return { ok: false, reason: `the body is no JSON${place}` };
  }
}

/** Parses JSON. Throws `SyntaxError` for what is not JSON. */
export function parseJsonSource(text: string): JsonSource {
  const value: unknown = JSON.parse(text);
  const start = skipSpace(text, 0);
  const source = { text, closings: findClosings(text, start) };
  return new Located(source, start, skipValue(source, start), value);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Own member of an object, so that `__proto__` and the like are data and never behaviour. */
export function memberOf(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/**
 * JSON text with each of its strings, be it a key or a value, replaced.
 *
 * @param change gets a string's source, and what stands between the string before it and this one
 */
export function replaceStrings(
  json: string,
  change: (source: string, between: string) => string,
): string {
  const parts: string[] = [];
  let end = 0;
  for (let at = json.indexOf('"'); at !== -1; at = json.indexOf('"', end)) {
    const between = json.slice(end, at);
    end = skipString(json, at);
    parts.push(between, change(json.slice(at, end), between));
  }
  return parts.join('') + json.slice(end);
}

/** Validated JSON text, and for each bracket that opens near the root the place after its closing. */
interface Indexed {
  readonly text: string;
  /** By the place of what opens. A map would take a hundred bytes for each of a million brackets. */
  readonly closings: Readonly<Int32Array>;
}

/** A place in it. Children are located on demand: nobody asks below the events. */
class Located implements JsonSource {
  readonly value: unknown;
  readonly #source: Indexed;
  readonly #start: number;
  readonly #end: number;

  constructor(source: Indexed, start: number, end: number, value: unknown) {
    this.#source = source;
    this.#start = start;
    this.#end = end;
    this.value = value;
  }

  get text(): string {
    return this.#source.text.slice(this.#start, this.#end);
  }

  get members(): ReadonlyMap<string, JsonSource> | undefined {
    if (!isRecord(this.value)) return undefined;
    const { text } = this.#source;
    const members = new Map<string, JsonSource>();
    let at = skipSpace(text, this.#start + 1);
    while (text.charCodeAt(at) !== CLOSE_BRACE) {
      const keyEnd = skipString(text, at);
      const key = String(JSON.parse(text.slice(at, keyEnd)));
      const start = skipSpace(text, skipSpace(text, keyEnd) + 1);
      const end = skipValue(this.#source, start);
      if (members.has(key)) return undefined;
      members.set(key, new Located(this.#source, start, end, memberOf(this.value, key)));
      at = nextItem(text, end);
    }
    return members;
  }

  get elements(): readonly JsonSource[] | undefined {
    if (!Array.isArray(this.value)) return undefined;
    const elements: JsonSource[] = [];
    let at = skipSpace(this.#source.text, this.#start + 1);
    for (const value of this.value) {
      const end = skipValue(this.#source, at);
      elements.push(new Located(this.#source, at, end, value));
      at = nextItem(this.#source.text, end);
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

/** Deeper than any event: a `history` message lies 12 brackets down. */
const INDEXED_DEPTH = 16;

/** One pass without recursion: a body may be nested 100,000 deep. */
function findClosings(text: string, start: number): Int32Array {
  const brackets = new Brackets(text.length);
  for (let at = start; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = skipString(text, at) - 1;
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        brackets.open(at);
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        brackets.close(at);
        break;
    }
  }
  return brackets.closings;
}

class Brackets {
  readonly closings: Int32Array;
  readonly #open: number[] = [];
  #depth = 0;

  constructor(length: number) {
    this.closings = new Int32Array(length);
  }

  open(at: number): void {
    if (this.#depth < INDEXED_DEPTH) this.#open.push(at);
    this.#depth += 1;
  }

  close(at: number): void {
    this.#depth -= 1;
    const opened = this.#depth < INDEXED_DEPTH ? this.#open.pop() : undefined;
    if (opened !== undefined) this.closings[opened] = at + 1;
  }
}

function skipValue({ text, closings }: Indexed, start: number): number {
  if (text.charCodeAt(start) === QUOTE) return skipString(text, start);
  return closings[start] || skipScalar(text, start);
}

function skipScalar(text: string, start: number): number {
  const scalar = /[^\s,\]}]*/y;
  scalar.lastIndex = start;
  scalar.test(text);
  return scalar.lastIndex;
}

function skipString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end + 1;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}

function skipSpace(text: string, at: number): number {
  let next = at;
  while (text.charCodeAt(next) <= SPACE) next += 1;
  return next;
}

/** The start of the next item, or the closing bracket. */
function nextItem(text: string, end: number): number {
  const at = skipSpace(text, end);
  return text.charCodeAt(at) === COMMA ? skipSpace(text, at + 1) : at;
}
