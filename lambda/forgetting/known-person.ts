import { type DatedLink, mergedLinks } from '../events/name-eras.ts';
import type { RoutedEvent } from '../events/routed-event.ts';
import { type Person, readPerson } from '../people/read-person.ts';
import { recipientsOf } from '../table/stored-event.ts';
import { type EventPlace, type Forgetting, type IsOfPerson, personEvents } from './forgetting.ts';

/** The person who has a name by these links, found as `readPerson` finds them in the table. */
function knownPerson(contact: string, links: readonly DatedLink[]): Promise<Person> {
  const linksOf = async (_: string, name: string) => ({
    links: links.filter(({ from, to }) => from === name || to === name),
    isComplete: true,
  });
  return readPerson('', contact, { table: { linksOf } });
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
  /** The same of an event that has all that is known of it. */
  readonly isTheirs: (event: RoutedEvent) => boolean;
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
      return { channel, until, person, isOf: personEvents(channel, person.periods) };
    }),
  );
  const isForgotten: ForgottenPeople['isForgotten'] = (event, recipients) =>
    people.some(({ until, isOf }) => event.receivedAt <= until && isOf(event, recipients));
  return {
    isForgotten,
    isTheirs: (event) => isForgotten(event, () => recipientsOf(event, event.payload)),
    names: people.flatMap(({ channel, person }) =>
      person.periods.map(({ name }) => ({ channel, name })),
    ),
    isComplete: people.every(({ person }) => person.isComplete),
  };
}
