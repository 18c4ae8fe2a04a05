/** When deliveries may go out, as it was given to whoever asked. Times in ms since 1970. */
export type Pace =
  | {
      readonly kind: 'given';
      readonly firstMs: number;
      readonly intervalMs: number;
      readonly count: number;
    }
  /** Others have all times up to this one. */
  | { readonly kind: 'later'; readonly atMs: number };

/** Room for timers and networks: what goes out a little late may be a little nearer to what follows. */
const MARGIN = 1.05;

/** How late a time may be used: within the margin of a second, so that no second has more than the limit. */
export const LATE_MS = 40;

/** How far ahead times begin, so that whoever asked hears of the first before it is over. */
export const AHEAD_MS = 100;

/** What lies between two deliveries, so that no second, wherever it begins, has more than the limit. */
export function intervalMs(ratePerSecond: number): number {
  return (1000 * MARGIN) / ratePerSecond;
}
