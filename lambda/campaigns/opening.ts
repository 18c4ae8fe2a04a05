/** When a campaign may send to the people of a zone. */
export interface Opening {
  /** A time of day such as `2026-12-01T09:00` that must have come in all of the time zones. */
  readonly startAt?: string | undefined;
  /** Times of day between which nothing goes out, such as `21:00` and `08:00`. */
  readonly quiet?: { readonly from: string; readonly to: string } | undefined;
  /** IANA names; none for UTC. */
  readonly timeZones: readonly string[];
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Zones that share no hour of a day never open. */
const LONGEST_MS = 3 * DAY_MS;

/**
 * When a zone is open next, in ms since 1970: `now` where it is; infinite where it never is, for its time
 * zones have no hour in common.
 *
 * What is true of each time zone must be so at once: who may be in several gets nothing while one is quiet.
 */
export function opensAt({ startAt, quiet, timeZones }: Opening, now: number): number {
  const zones = timeZones.length === 0 ? ['UTC'] : timeZones;
  const starts = startAt === undefined ? [] : zones.map((zone) => instantOf(startAt, zone));
  const first = Math.max(now, ...starts);
  if (quiet === undefined) return first;
  let at = first;
  while (at <= first + LONGEST_MS) {
    const time = at;
    const next = Math.max(...zones.map((zone) => quietUntil(quiet, zone, time)));
    if (next <= at) return at;
    at = next;
  }
  return Number.POSITIVE_INFINITY;
}

/** Whether a name is one of a time zone. */
export function isTimeZone(name: string): boolean {
  try {
    return formatOf(name) !== undefined;
  } catch {
    return false;
  }
}

/**
 * The instant of a time of day in a zone. One that the clock passes over, as summer begins, is the time that
 * it is set to; one that comes twice is the later, since it must have come for everybody.
 */
export function instantOf(localTime: string, zone: string): number {
  const wall = Date.parse(`${localTime}Z`);
  const before = wall - offsetOf(zone, wall - DAY_MS);
  const after = wall - offsetOf(zone, wall + DAY_MS);
  const fits = [before, after].filter((at) => at + offsetOf(zone, at) === wall);
  return fits.length > 0 ? Math.max(...fits) : changeBetween(zone, wall - DAY_MS, wall + DAY_MS);
}

/** When the clock of a zone is set, of a stretch in which it is. */
function changeBetween(zone: string, from: number, until: number): number {
  const offset = offsetOf(zone, from);
  let [low, high] = [from, until];
  while (high - low > MINUTE_MS) {
    const middle = Math.floor((low + high) / 2 / MINUTE_MS) * MINUTE_MS;
    if (middle <= low) break;
    if (offsetOf(zone, middle) === offset) low = middle;
    else high = middle;
  }
  return high;
}

/** The same time where it is not quiet in a zone. */
function quietUntil(
  { from, to }: NonNullable<Opening['quiet']>,
  zone: string,
  now: number,
): number {
  const [begin, end] = [minutesOf(from), minutesOf(to)];
  const minute = minuteOfDay(zone, now);
  const isQuiet = begin < end ? minute >= begin && minute < end : minute >= begin || minute < end;
  if (!isQuiet) return now;
  const left = (end - minute + 1440) % 1440 || 1440;
  const guess = now - (now % MINUTE_MS) + left * MINUTE_MS;
  // The clock may be set in between: it is looked at again there, minute by minute.
  const wrong = (minuteOfDay(zone, guess) - end + 1440) % 1440;
  return wrong === 0
    ? guess
    : Math.max(now + MINUTE_MS, guess - (wrong > 720 ? 0 : wrong) * MINUTE_MS);
}

/** Of `HH:MM`. */
export function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

function minuteOfDay(zone: string, at: number): number {
  return Math.floor(((((at + offsetOf(zone, at)) % DAY_MS) + DAY_MS) % DAY_MS) / MINUTE_MS);
}

/** How far a zone's clock is ahead of UTC then, in ms. */
function offsetOf(zone: string, at: number): number {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const wall = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return wall - (at - (((at % 1000) + 1000) % 1000));
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  formats.set(timeZone, format);
  return format;
}
