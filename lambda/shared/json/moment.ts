const MOMENT = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** Reads ISO 8601 such as `2026-11-20` or `2026-11-20T10:30`, UTC where it names no zone, in ms since 1970. */
export function parseMoment(text: string): number | undefined {
  const [whole, day = '', time, , , zone] = MOMENT.exec(text) ?? [];
  if (whole === undefined || !isDay(day)) return undefined;
  const isLocal = time !== undefined && zone === undefined;
  const moment = Date.parse(isLocal ? `${whole}Z` : whole);
  return Number.isNaN(moment) ? undefined : moment;
}

/** Whether a calendar has it: `Date.parse` takes 29 February of any year for the day after the 28th. */
function isDay(day: string): boolean {
  const start = Date.parse(day);
  return !Number.isNaN(start) && new Date(start).toISOString().startsWith(day);
}

const DAY_MS = 86_400_000;

/** The day in UTC, such as `2026-11-20`. */
export function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

/** All days (UTC) from one time to another, both included, the latest first. */
export function daysBetween(fromMs: number, untilMs: number): readonly string[] {
  const last = Math.floor(untilMs / DAY_MS);
  const count = Math.max(last - Math.floor(fromMs / DAY_MS) + 1, 0);
  return Array.from({ length: count }, (_, days) => dayOf((last - days) * DAY_MS));
}
