import { isRecord } from '../json/json-source.ts';

type BodyReading =
  /** The members beside the version, as they came. */
  { readonly ok: true; readonly members: object } | UnreadableBody;

export type UnreadableBody =
  /** Written by a later release, so a retry will find readers that know it. */
  | { readonly ok: false; readonly reason: 'newer' }
  /** `detail` says what is wrong with it without a word of its content. */
  | { readonly ok: false; readonly reason: 'malformed'; readonly detail: string };

/** The body of a queue message, in the characters that SQS takes. */
export function writeBody(version: number, members: object): string {
  return inCharactersOfSqs(JSON.stringify({ v: version, ...members }));
}

/** JSON that says the same without the characters outside SQS's set that JSON may have as they are. */
export function inCharactersOfSqs(json: string): string {
  return json.replace(/[\uFFFE\uFFFF]/g, (one) => `\\u${one.charCodeAt(0).toString(16)}`);
}

/** Reads the body of a queue message, as far as its version. */
export function readBody(body: string, newest: number, oldest = newest): BodyReading {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return malformed(`${body.length} characters that are no JSON`);
  }
  const { v: version, ...members } = isRecord(json) ? json : {};
  if (typeof version === 'number' && version > newest) return { ok: false, reason: 'newer' };
  const isKnown = typeof version === 'number' && version >= oldest && version <= newest;
  return isKnown ? { ok: true, members } : malformed('no version that is known');
}

export function malformed(detail: string): UnreadableBody {
  return { ok: false, reason: 'malformed', detail };
}
