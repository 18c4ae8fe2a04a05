/** Tag of an object of the archive that was written anew: in how many days it is deleted. */
export const DAYS_LEFT_TAG = 'days-left';

/** As many as lifecycle rules are needed. */
const STEPS = 10;

const DAY_MS = 86_400_000;

/**
 * The numbers of days for which an object that is written anew can be kept. A bucket counts from when
 * an object was written; what stands in it is older.
 */
export function daysLeftSteps(archiveDays: number): readonly number[] {
  const steps = Array.from({ length: STEPS }, (_, step) =>
    Math.ceil((archiveDays * (step + 1)) / STEPS),
  );
  return [...new Set(steps)];
}

/** For how long to keep an object of an hour: to the end of its days, rounded up to a step. */
export function daysLeft(key: string, archiveDays: number, nowMs: number): number {
  const [, day = '', hour = ''] = /dt=(\d{4}-\d\d-\d\d)\/hour=(\d\d)\//.exec(key) ?? [];
  const writtenAt = Date.parse(`${day}T${hour}:00Z`);
  const left = archiveDays - Math.floor((nowMs - writtenAt) / DAY_MS);
  return daysLeftSteps(archiveDays).find((step) => step >= left) ?? archiveDays;
}
