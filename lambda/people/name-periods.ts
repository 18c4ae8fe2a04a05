import { accountNumber, alternateNumber } from '../events/alternate-numbers.ts';
import {
  type DatedLink,
  type Era,
  erasOf,
  kindOfName,
  mergedLinks,
  type NameKind,
} from '../events/name-eras.ts';

/** When a name was one contact's, in ms since 1970, both ends included. */
export interface NamePeriod {
  readonly kind: NameKind;
  readonly name: string;
  readonly from: number;
  readonly until: number;
  /** When a link first showed the name; undefined where none did. */
  readonly seenAt: number | undefined;
  /** The number of which this is the other form; undefined where it is a name of its own. */
  readonly alternateOf?: string;
}

/** Whether a time, in ms since 1970, is of a period. */
export function isDuring(
  { from, until }: Pick<NamePeriod, 'from' | 'until'>,
  timeMs: number,
): boolean {
  return from <= timeMs && timeMs <= until;
}

/**
 * The names of the contact who has a name now, each with the time that it was theirs.
 *
 * A phone number is recycled: it belongs to one contact after another, and to the latest of them
 * now. BSUIDs and LIDs are not: they stay with one contact, and follow each other only by `became`.
 * The name asked for is taken as still theirs, even where it was given up and nobody took it since.
 *
 * The two numbers that some countries' accounts are known under are one number, whose time is one.
 */
export function periodsOf(asked: string, links: readonly DatedLink[]): readonly NamePeriod[] {
  const numberOf = firstForms(asked, links);
  const ofAccounts = links
    .map((link) => ({ ...link, from: numberOf(link.from), to: numberOf(link.to) }))
    .filter(({ from, to }) => from !== to);
  return accountPeriods(asked, mergedLinks(ofAccounts)).flatMap((period) =>
    withAlternate(period, links),
  );
}

/** Writes each number in one form: as it is asked for, else as it was seen first. */
function firstForms(asked: string, links: readonly DatedLink[]): (name: string) => string {
  const forms = new Map([[accountNumber(asked), asked]]);
  for (const { from, to } of links.toSorted((a, b) => a.seenAt - b.seenAt)) {
    for (const name of [from, to]) {
      if (!forms.has(accountNumber(name))) forms.set(accountNumber(name), name);
    }
  }
  return (name) => forms.get(accountNumber(name)) ?? name;
}

function withAlternate(period: NamePeriod, links: readonly DatedLink[]): readonly NamePeriod[] {
  const alternate = alternateNumber(period.name);
  if (alternate === undefined) return [period];
  const inForm = (name: string) => ({ ...period, name, seenAt: firstSeen(name, period, links) });
  return [inForm(period.name), { ...inForm(alternate), alternateOf: period.name }];
}

function firstSeen(
  name: string,
  period: NamePeriod,
  links: readonly DatedLink[],
): number | undefined {
  const times = links
    .filter(({ from, to, seenAt }) => (from === name || to === name) && isDuring(period, seenAt))
    .map(({ seenAt }) => seenAt);
  return times.length === 0 ? undefined : Math.min(...times);
}

function accountPeriods(asked: string, links: readonly DatedLink[]): readonly NamePeriod[] {
  const byName = Map.groupBy(joinedEras(asked, links), ({ name }) => name);
  return [...byName].flatMap(([name, eras]) => {
    const periods = eras
      .filter(({ from, until }) => from <= until)
      .toSorted((a, b) => a.from - b.from)
      .reduce(joinAdjacent, []);
    return name === asked ? leftOpen(periods) : periods;
  });
}

/** The latest era of the name asked for, and all that links join to it. */
function joinedEras(asked: string, links: readonly DatedLink[]): ReadonlySet<Era> {
  const known = new Map<string, readonly Era[]>();
  const erasNamed = (name: string) => {
    const eras = known.get(name) ?? erasOf(name, links);
    known.set(name, eras);
    return eras;
  };
  const joined = new Set(erasNamed(asked).slice(-1));
  for (const { name, links: own } of joined) {
    for (const link of own) {
      const other = erasNamed(link.from === name ? link.to : link.from);
      for (const era of other.filter(({ links: its }) => its.includes(link))) joined.add(era);
    }
  }
  return joined;
}

function joinAdjacent(periods: readonly NamePeriod[], era: Era): readonly NamePeriod[] {
  const { name, from, until } = era;
  const last = periods.at(-1);
  if (last !== undefined && last.until + 1 >= from)
    return [...periods.slice(0, -1), { ...last, until }];
  const seenAt =
    era.links.length === 0 ? undefined : Math.min(...era.links.map((link) => link.seenAt));
  return [...periods, { kind: kindOfName(name), name, from, until, seenAt }];
}

function leftOpen(periods: readonly NamePeriod[]): readonly NamePeriod[] {
  return periods.map((period, index) =>
    index === periods.length - 1 ? { ...period, until: Infinity } : period,
  );
}
