import type { Provider } from '../../../lambda/events/event.ts';
import { parseMoment } from '../../../lambda/shared/json/moment.ts';
import { UsageError } from './command.ts';

/** A whole number from `least` on. */
export function readWhole(option: string, text: string, least: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value) || value < least) {
    throw new UsageError(`${option} takes a whole number from ${least} on, not "${text}"`);
  }
  return value;
}

const MOST_UPDATES = 1000;

/** How many updates one webhook has at most. */
export function readBatch(option: string, text: string): number {
  const value = readWhole(option, text, 1);
  if (value <= MOST_UPDATES) return value;
  throw new UsageError(
    `${option} takes a whole number from 1 to ${MOST_UPDATES}, as many updates as Meta puts into a webhook, not "${text}"`,
  );
}

/** A share of a whole: `10%` or `0.1`. */
export function readShare(option: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text);
  const value = Number(match?.[1] ?? Number.NaN) / (match?.[2] === '%' ? 100 : 1);
  if (!(value <= 1))
    throw new UsageError(`${option} takes a share such as 10% or 0.1, not "${text}"`);
  return value;
}

/** Events a second, or `max`. */
export function readRate(option: string, text: string): number | 'max' {
  if (text === 'max') return text;
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw new UsageError(`${option} takes webhooks a second or "max", not "${text}"`);
}

export function readUrl(option: string, text: string): string {
  const protocol = URL.canParse(text) ? new URL(text).protocol : '';
  if (protocol === 'http:' || protocol === 'https:') return text;
  throw new UsageError(`${option} takes an address such as http://127.0.0.1:3000, not "${text}"`);
}

export function readProvider(option: string, text: string): Provider {
  if (text === 'meta' || text === 'wasender') return text;
  throw new UsageError(`${option} is meta or wasender, not "${text}"`);
}

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Whether a moment is told by how long ago it is. */
export function isAgo(text: string): boolean {
  return /^\d{1,6}[smhd]$/.test(text);
}

/** A moment such as `2026-11-20`, `2026-11-20T10:30` (UTC) or, so long ago, `2h`. In ms since 1970. */
export function readMoment(option: string, text: string, nowMs: number): number {
  if (isAgo(text)) return nowMs - readDuration(option, text);
  const moment = parseMoment(text);
  if (moment !== undefined) return moment;
  throw new UsageError(
    `${option} takes a moment such as 2026-11-20, 2026-11-20T10:30Z or, so long ago, 2h; not "${text}"`,
  );
}

/** A span of time such as `90s`, `15m`, `2h` or `3d`, in ms. */
export function readDuration(option: string, text: string): number {
  const [, digits, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const unitMs = UNIT_MS[unit];
  if (unitMs !== undefined) return Number(digits) * unitMs;
  throw new UsageError(`${option} takes a time such as 90s, 15m, 2h or 3d, not "${text}"`);
}

/** The words of an option that may be given again, or hold several by commas; undefined where it was not given. */
export function readWords(typed: readonly string[] | undefined): readonly string[] | undefined {
  return typed?.flatMap((one) => one.split(',').map((word) => word.trim()));
}
