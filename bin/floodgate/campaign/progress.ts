import type { CampaignShown } from '../../../lambda/sending/campaigns/schemas.ts';

/** Lanes say twenty by twenty how far they are, and figures one by one. */
export function doneOf({ figures }: Pick<CampaignShown, 'figures'>): number {
  if (figures === null) return 0;
  const { recipients, waiting, again } = figures;
  if (again.waiting > 0) return again.recipients - again.waiting;
  return Math.min(Math.max(recipients - waiting, countedOf(figures)), recipients);
}

/** Of how many: of those who are offered it again, while some of them wait. */
export function allOf({ recipients, again }: NonNullable<CampaignShown['figures']>): number {
  return again.waiting > 0 ? again.recipients : recipients;
}

/** Whether what was sent is in the figures. */
export function isCounted({ figures }: Pick<CampaignShown, 'figures'>): boolean {
  return figures === null || countedOf(figures) >= figures.recipients - figures.waiting;
}

function countedOf({ states, passed }: NonNullable<CampaignShown['figures']>): number {
  const of = (counts: Readonly<Record<string, number>>) =>
    Object.values(counts).reduce((sum, count) => sum + count, 0);
  return of(states) + of(passed);
}

/** As long as a pace is measured over. */
const WINDOW_MS = 10_000;

/**
 * Tells how many a second get done, by those of the last ten seconds.
 *
 * @returns takes the time in ms and how many are done, each time it is looked
 */
export function paceMeter(): (nowMs: number, done: number) => number {
  const looks: { readonly at: number; readonly done: number }[] = [];
  return (at, done) => {
    looks.push({ at, done });
    // The newest that is old enough, and all since.
    while ((looks[1]?.at ?? at) <= at - WINDOW_MS) looks.shift();
    const [first = { at, done }] = looks;
    const seconds = (at - first.at) / 1000;
    return seconds === 0 ? 0 : Math.round((10 * (done - first.done)) / seconds) / 10;
  };
}
