/** A time and a place at which tests are run. */
export interface Clock {
  /** In ISO 8601; the machine's time where there is none. */
  readonly from?: string;
  readonly timeZone: string;
}

/**
 * The environment in which a program, and all that it starts, has another clock: one that goes on as
 * the machine's does, from that time on.
 *
 * @param nowMs the machine's time, in ms since 1970
 */
export function environmentOf(
  { from, timeZone }: Clock,
  library: string | undefined,
  nowMs: number,
): Readonly<Record<string, string>> {
  if (from === undefined || library === undefined) return { TZ: timeZone };
  const aheadSeconds = Math.round((Date.parse(from) - nowMs) / 1000);
  return {
    TZ: timeZone,
    LD_PRELOAD: library,
    // By how much it differs, as each process would begin anew with a time.
    FAKETIME: `${aheadSeconds < 0 ? '' : '+'}${aheadSeconds}`,
    FAKETIME_DISABLE_SHM: '1',
    // Timers go by this one: moved, they would fire at once or never.
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    // Files keep the machine's times for everybody: Node.js asks the system itself for them.
    NO_FAKE_STAT: '1',
  };
}

export function describeClock({ from, timeZone }: Clock): string {
  return `${from ?? 'the machine’s time'}, ${timeZone}`;
}
