/** When a campaign may send to the people of a zone. */
interface Opening {
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

/** The clocks of time zones. To make one costs more than to look at it a thousand times, so they are kept. */
export interface ZoneClocks {
  /**
   * When a zone is open next, in ms since 1970: `now` where it is; infinite where it never is, for its time
   * zones have no hour in common.
   *
   * What is true of each time zone must be so at once: who may be in several gets nothing while one is quiet.
   */
  readonly opensAt: (opening: Opening, now: number) => number;
  /**
   * The instant of a time of day in a zone. One that the clock passes over, as summer begins, is the time
   * that it is set to; one that comes twice is the later, since it must have come for everybody.
   */
  readonly instantOf: (localTime: string, zone: string) => number;
}

export function zoneClocks(): ZoneClocks {
  const offsets = new Map<string, OffsetAt>();
  const offsetOf = (zone: string) => {
    const known = offsets.get(zone);
    if (known !== undefined) return known;
    const offset = offsetIn(zone);
    offsets.set(zone, offset);
    return offset;
  };
  const startIn = (localTime: string, zone: string) => instantOf(localTime, offsetOf(zone));
  return {
    instantOf: startIn,
    opensAt: ({ startAt, quiet, timeZones }, now) => {
      const zones = timeZones.length === 0 ? ['UTC'] : timeZones;
      const starts = startAt === undefined ? [] : zones.map((zone) => startIn(startAt, zone));
      const first = Math.max(now, ...starts);
      return quiet === undefined ? first : firstOpen(quiet, zones.map(offsetOf), first);
    },
  };
}

/** The first time, from one on, at which it is quiet by none of the clocks. */
function firstOpen(
  quiet: NonNullable<Opening['quiet']>,
  clocks: readonly OffsetAt[],
  from: number,
): number {
  let at = from;
  while (at <= from + LONGEST_MS) {
    const time = at;
    const next = Math.max(...clocks.map((offsetOf) => quietUntil(quiet, offsetOf, time)));
    if (next <= at) return at;
    at = next;
  }
  return Number.POSITIVE_INFINITY;
}

/** How far a zone's clock is ahead of UTC at a time, in ms. */
type OffsetAt = (at: number) => number;

/** Whether a name is one of a time zone. */
export function isTimeZone(name: string): boolean {
  try {
    return formatOf(name) !== undefined;
  } catch {
    return false;
  }
}

function instantOf(localTime: string, offsetOf: OffsetAt): number {
  const wall = Date.parse(`${localTime}Z`);
  const before = wall - offsetOf(wall - DAY_MS);
  const after = wall - offsetOf(wall + DAY_MS);
  const fits = [before, after].filter((at) => at + offsetOf(at) === wall);
  return fits.length > 0
    ? Math.max(...fits)
    : changeBetween(offsetOf, wall - DAY_MS, wall + DAY_MS);
}

/** When a clock is set, of a stretch in which it is. */
function changeBetween(offsetOf: OffsetAt, from: number, until: number): number {
  const offset = offsetOf(from);
  let [low, high] = [from, until];
  while (high - low > MINUTE_MS) {
    const middle = Math.floor((low + high) / 2 / MINUTE_MS) * MINUTE_MS;
    if (middle <= low) break;
    if (offsetOf(middle) === offset) low = middle;
    else high = middle;
  }
  return high;
}

/** The same time where it is not quiet by a clock. */
function quietUntil(
  { from, to }: NonNullable<Opening['quiet']>,
  offsetOf: OffsetAt,
  now: number,
): number {
  const [begin, end] = [minutesOf(from), minutesOf(to)];
  const minute = minuteOfDay(offsetOf, now);
  const isQuiet = begin < end ? minute >= begin && minute < end : minute >= begin || minute < end;
  if (!isQuiet) return now;
  const left = (end - minute + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES;
  const guess = now - (now % MINUTE_MS) + left * MINUTE_MS;
  // The clock may be set in between: then it is looked at again from there.
  const wrong = (minuteOfDay(offsetOf, guess) - end + DAY_MINUTES) % DAY_MINUTES;
  if (wrong === 0) return guess;
  const early = wrong > DAY_MINUTES / 2 ? 0 : wrong;
  return Math.max(now + MINUTE_MS, guess - early * MINUTE_MS);
}

const DAY_MINUTES = 1440;

/** Of `HH:MM`. */
export function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

function minuteOfDay(offsetOf: OffsetAt, at: number): number {
  return Math.floor(((((at + offsetOf(at)) % DAY_MS) + DAY_MS) % DAY_MS) / MINUTE_MS);
}

function offsetIn(zone: string): OffsetAt {
  const format = formatOf(zone);
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
    const day = [part('year'), part('month') - 1, part('day')] as const;
    const wall = Date.UTC(...day, part('hour'), part('minute'), part('second'));
    return wall - (at - (((at % 1000) + 1000) % 1000));
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
}
