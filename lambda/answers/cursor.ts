import { digest } from '../events/event.ts';

/** Raised when a cursor's positions would mean something else. */
const CURSOR_VERSION = 1;

const CURSOR = /^(\d+)\.([\w-]+)\.([\w-]{16})$/;

export type CursorReading =
  | { readonly ok: true; readonly position: string }
  | { readonly ok: false; readonly reason: string };

/** A place in a list, such as one contact's timeline, opaque to who gets it. */
export function writeCursor(position: string, channel: string, contact: string): string {
  const place = Buffer.from(position).toString('base64url');
  return `${CURSOR_VERSION}.${place}.${checkOf(position, channel, contact)}`;
}

export function readCursor(cursor: string, channel: string, contact: string): CursorReading {
  const [, version, place, check] = CURSOR.exec(cursor) ?? [];
  if (version === undefined || place === undefined) {
    return { ok: false, reason: 'the cursor is none that this API gave' };
  }
  if (Number(version) !== CURSOR_VERSION) {
    return { ok: false, reason: 'the cursor is of another version: start again without it' };
  }
  const position = Buffer.from(place, 'base64url').toString();
  return check === checkOf(position, channel, contact)
    ? { ok: true, position }
    : { ok: false, reason: 'the cursor was changed, or is of another list' };
}

/** Against mistakes; who forges it sees another page of what they may read anyway. */
function checkOf(position: string, channel: string, contact: string): string {
  return digest(['cursor', String(CURSOR_VERSION), channel, contact, position]).slice(0, 16);
}
