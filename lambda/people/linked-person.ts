import { type DatedLink, mergedLinks } from '../events/name-eras.ts';
import type { TableReader } from '../table/reader-table.ts';
import { type Person, readPerson } from './read-person.ts';

/** The contact who has a name, and all links around their names: also those of others tell periods. */
export async function readLinkedPerson(
  channel: string,
  contact: string,
  table: Pick<TableReader, 'linksOf'>,
): Promise<{ readonly person: Person; readonly links: readonly DatedLink[] }> {
  const links: DatedLink[] = [];
  const linksOf: typeof table.linksOf = async (...name) => {
    const found = await table.linksOf(...name);
    links.push(...found.links);
    return found;
  };
  const person = await readPerson(channel, contact, { table: { linksOf } });
  return { person, links: mergedLinks(links) };
}
