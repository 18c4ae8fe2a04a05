import { ALL_ZONES } from './part.ts';

/** Where a country has no time of its own that is known. */
const NOWHERE = ['UTC'] as const;

/** IANA names of the times of day that a country has, as the runtime knows them; none for all people at once. */
export function timeZonesOf(zone: string): readonly string[] {
  if (zone === ALL_ZONES) return [];
  try {
    return new Intl.Locale(`und-${zone}`).getTimeZones() ?? NOWHERE;
  } catch {
    return NOWHERE;
  }
}
