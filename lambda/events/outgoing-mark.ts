import { hash } from 'node:crypto';

/** One attempt to send one of our messages. */
export interface OutgoingMark {
  readonly id: string;
  readonly attempt: number;
}

/** What every mark begins with. */
export const MARK_PREFIX = 'fg1.';

const MARK = /^fg1\.(msg_[\w-]{22}|cmp_[\w-]{22}(?:\.\d{1,8}){3})\.(\d{1,4})\.([0-9a-f]{4})$/;

/** What goes out as `biz_opaque_callback_data`, and comes back with the statuses of what it went out with. */
export function markOf(id: string, attempt: number): string {
  return `${MARK_PREFIX}${id}.${attempt}.${checkOf(id, attempt)}`;
}

/** Undefined for what others made. The check is against chance: whoever wants to can make a mark. */
export function readMark(text: string): OutgoingMark | undefined {
  const [, id, digits, check] = MARK.exec(text) ?? [];
  if (id === undefined || digits === undefined) return undefined;
  const attempt = Number(digits);
  return check === checkOf(id, attempt) ? { id, attempt } : undefined;
}

function checkOf(id: string, attempt: number): string {
  return hash('sha256', `${id}.${attempt}`, 'hex').slice(0, 4);
}
