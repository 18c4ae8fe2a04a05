import { type DatedLink, kindOfName, linkId } from '../events/name-eras.ts';
import type { TableReader } from '../table/reader-table.ts';
import { type NamePeriod, periodsOf } from './name-periods.ts';

export interface PersonDeps {
  readonly table: Pick<TableReader, 'linksOf'>;
}

export interface Person {
  /** Where the contact's rows may lie. */
  readonly periods: readonly NamePeriod[];
  /** Those of them that are known to be the contact's. */
  readonly names: readonly NamePeriod[];
  /** Whether any link was found. */
  readonly isLinked: boolean;
  /** False where names were left out. */
  readonly isComplete: boolean;
}

/** Each of a person's names once. */
export function namesOf(periods: readonly NamePeriod[]): readonly string[] {
  return [...new Set(periods.map(({ name }) => name))];
}

/** A contact changes number or BSUID a few times in the life of a row; the rest is not followed. */
const MAX_NAMES = 10;

/**
 * Finds the names of a contact and when they were theirs, name by name along the links.
 *
 * Digits that no link knows as a phone may be those of a LID.
 */
export async function readPerson(
  channel: string,
  contact: string,
  deps: PersonDeps,
): Promise<Person> {
  const person = await follow(channel, contact, deps);
  if (person.isLinked || kindOfName(contact) !== 'phone') return person;
  const asLid = await follow(channel, `${contact}@lid`, deps);
  return {
    ...asLid,
    periods: [...person.periods, ...asLid.periods],
    names: asLid.isLinked ? asLid.names : person.names,
  };
}

async function follow(channel: string, contact: string, deps: PersonDeps): Promise<Person> {
  const read = new Set<string>();
  const links = new Map<string, DatedLink>();
  let isComplete = true;
  for (;;) {
    const periods = periodsOf(contact, [...links.values()]);
    const names = new Set(periods.map(({ name }) => name));
    const unread = [...names.difference(read)];
    const next = unread.slice(0, MAX_NAMES - read.size);
    isComplete &&= next.length === unread.length;
    if (next.length === 0) {
      const known = periods.filter(({ name }) => read.has(name));
      return { periods: known, names: known, isLinked: links.size > 0, isComplete };
    }
    const found = await Promise.all(next.map((name) => deps.table.linksOf(channel, name)));
    isComplete &&= found.every((part) => part.isComplete);
    for (const link of found.flatMap((part) => part.links)) links.set(linkId(link), link);
    for (const name of next) read.add(name);
  }
}
