/** Where the page says the key that it was opened with. */
export const KEY_HEADER = 'x-floodgate-key';

/** A path of the console, taken apart. */
export interface ConsolePath {
  /** Whether something is read or done, or a file of a message is asked for; undefined for a part of the page. */
  readonly kind: 'read' | 'do' | 'file' | undefined;
  /** Of what is asked for; empty for the page itself. */
  readonly name: string;
}

const PATH = /^\/(?:console\/(?:(read|do|file)(?:\/|$))?([\w.-]*))?$/;

/** Undefined for what is none of the console's: an HTTP API has no route `/`, and Floodgate's none under `/console/`. */
export function consolePath(path: string): ConsolePath | undefined {
  const match = PATH.exec(path);
  if (match === null) return undefined;
  const [, kind, name = ''] = match;
  const isKnown = kind === 'read' || kind === 'do' || kind === 'file';
  return { kind: isKnown ? kind : undefined, name };
}
