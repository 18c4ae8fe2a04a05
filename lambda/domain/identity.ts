import { type DatedLink, type Era, erasOf, kindOfName, type NameKind } from './name-eras.ts';
import { namesOfJid } from './wasender-jid.ts';

/** When a name was one contact's, in ms since 1970, both ends included. */
export interface NamePeriod {
  readonly kind: NameKind;
  readonly name: string;
  readonly from: number;
  readonly until: number;
  /** When a link first showed the name; undefined where none did. */
  readonly seenAt: number | undefined;
}

/** Whether a time, in ms since 1970, is of a period. */
export function isDuring(
  { from, until }: Pick<NamePeriod, 'from' | 'until'>,
  timeMs: number,
): boolean {
  return from <= timeMs && timeMs <= until;
}

/** A contact's name as stored, from what a reader of the API may write for it. */
export function contactNameOf(text: string): string {
  const { lid, phone, chatId } = namesOfJid(text);
  return lid ?? phone ?? chatId ?? text;
}

/**
 * The names of the contact who has a name now, each with the time that it was theirs.
 *
 * A phone number is recycled: it belongs to one contact after another, and to the latest of them
 * now. BSUIDs and LIDs are not: they stay with one contact, and follow each other only by `became`.
 * The name asked for is taken as still theirs, even where it was given up and nobody took it since.
 */
export function periodsOf(asked: string, links: readonly DatedLink[]): readonly NamePeriod[] {
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
