import {
  type EventPlace,
  type Forgetting,
  type IsOfPerson,
  personEvents,
} from '../domain/forgetting.ts';
import type { DatedLink } from '../domain/name-eras.ts';
import { type Person, readPerson } from './read-person.ts';

/** The person who has a name by these links, found as `readPerson` finds them in the table. */
function knownPerson(contact: string, links: readonly DatedLink[]): Promise<Person> {
  const linksOf = async (_: string, name: string) => ({
    links: links.filter(({ from, to }) => from === name || to === name),
    isComplete: true,
  });
  return readPerson('', contact, { table: { linksOf } });
}

/** The links of several readings, each once, as of when it was first seen. */
export function mergedLinks(readings: Iterable<DatedLink>): readonly DatedLink[] {
  const merged = new Map<string, DatedLink>();
  for (const link of readings) {
    const key = JSON.stringify([link.from, link.relation, link.to]);
    const known = merged.get(key);
    if (known === undefined || link.seenAt < known.seenAt) merged.set(key, link);
  }
  return [...merged.values()];
}

/** One forgetting for each person, however often it was asked for: its first call knew the links. */
export function eachPersonOnce(forgettings: readonly Forgetting[]): readonly Forgetting[] {
  const people = Map.groupBy(forgettings, ({ channel, contact }) =>
    JSON.stringify([channel, contact]),
  );
  return [...people.values()].flatMap((calls) => {
    const [last] = calls.toSorted((one, other) => other.until - one.until);
    const links = mergedLinks(calls.flatMap((call) => call.links));
    return last === undefined ? [] : [{ ...last, links }];
  });
}

/** Everybody who is to be forgotten, by the links that are known of them. */
export interface ForgottenPeople {
  /** Tells what is to be forgotten. */
  readonly isForgotten: IsOfPerson<EventPlace & { readonly receivedAt: number }>;
  /** On which channel they have which names. */
  readonly names: readonly { readonly channel: string; readonly name: string }[];
  /** False where somebody has more names than are followed. */
  readonly isComplete: boolean;
}

/** @param linksOn further links of a channel */
export async function forgottenPeople(
  forgettings: readonly Forgetting[],
  linksOn: (channel: string) => readonly DatedLink[] = () => [],
): Promise<ForgottenPeople> {
  const people = await Promise.all(
    eachPersonOnce(forgettings).map(async ({ channel, contact, links, until }) => {
      const person = await knownPerson(contact, mergedLinks([...links, ...linksOn(channel)]));
      return { channel, until, person, isTheirs: personEvents(channel, person.periods) };
    }),
  );
  return {
    isForgotten: (event, recipients) =>
      people.some(
        ({ until, isTheirs }) => event.receivedAt <= until && isTheirs(event, recipients),
      ),
    names: people.flatMap(({ channel, person }) =>
      person.periods.map(({ name }) => ({ channel, name })),
    ),
    isComplete: people.every(({ person }) => person.isComplete),
  };
}
