import type { Campaign } from './campaign.ts';
import { ALL_ZONES } from './part.ts';

/** Where a country has no time of its own that is known. */
const NOWHERE = ['UTC'] as const;

/**
 * IANA names of the times of day of a zone: those that a country has, as the runtime knows them, or that of the
 * campaign, which all people at once go by.
 */
export function timeZonesOf(
  zone: string,
  { timeZone }: Pick<Campaign, 'timeZone'>,
): readonly string[] {
  if (zone === ALL_ZONES) return [timeZone];
  try {
    return new Intl.Locale(`und-${zone}`).getTimeZones() ?? NOWHERE;
  } catch {
    return NOWHERE;
  }
}
