import { isRecord } from './json-source.ts';

/** What a row keeps as JSON, and of which version. */
export interface Kept {
  /** What it is called in an error. */
  readonly what: string;
  /** Raised when readers of the previous version could misread it. */
  readonly version: number;
}

export function writeVersioned({ version }: Kept, value: object): string {
  return JSON.stringify({ v: version, ...value });
}

/** Reads the members of what `writeVersioned` wrote. Throws on another version, or on what is no JSON. */
export function readVersioned({ what, version }: Kept, text: string): object {
  const { v, ...members } = parse(what, text);
  if (v === version) return members;
  throw new Error(`${what} of version ${v}, but ${version} is known`);
}

/** Without the words of a `SyntaxError`, which quotes what it could not read. */
function parse(what: string, text: string): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(text);
    return isRecord(json) ? json : {};
  } catch {
    throw new Error(`${text.length} characters that are no JSON of a ${what}`);
  }
}
