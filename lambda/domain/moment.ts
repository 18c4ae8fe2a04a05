const MOMENT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** Reads ISO 8601 such as `2026-11-20` or `2026-11-20T10:30`, UTC where it names no zone, in ms since 1970. */
export function parseMoment(text: string): number | undefined {
  const [whole, time, , , zone] = MOMENT.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const isLocal = time !== undefined && zone === undefined;
  const moment = Date.parse(isLocal ? `${whole}Z` : whole);
  return Number.isNaN(moment) ? undefined : moment;
}
