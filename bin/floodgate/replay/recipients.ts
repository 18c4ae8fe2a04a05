import type { RoutedEvent } from '../../../lambda/domain/delivery.ts';
import { isWanted, type Subscriber } from '../../../lambda/domain/subscriber.ts';
import { UnavailableError, UsageError } from '../command.ts';

/** Who gets what is replayed. */
export interface Recipient {
  /** Of a subscriber, or the host of a URL. */
  readonly id: string;
  readonly name: string;
}

/**
 * The subscribers that are meant, by ids or names; all of them that have not ended their deliveries
 * where none is named.
 */
export function chooseSubscribers(
  all: readonly Subscriber[],
  named: readonly string[],
): readonly Subscriber[] {
  const chosen = named.length > 0 ? named.map((who) => findOne(all, who)) : all.filter(isServed);
  const [disabled] = chosen.filter((one) => !isServed(one));
  if (disabled !== undefined) {
    throw new UsageError(
      `the endpoint of "${disabled.name}" answered 410, so nothing is delivered: resume it first`,
    );
  }
  if (chosen.length > 0) return [...new Set(chosen)];
  throw new UnavailableError('there is no subscriber: add one, or say --to-url');
}

export function isServed({ disabledBecause }: Subscriber): boolean {
  return disabledBecause === undefined;
}

export function whoWants(
  subscribers: readonly Subscriber[],
  event: RoutedEvent,
): readonly Subscriber[] {
  return subscribers.filter(({ filter }) => isWanted(filter, event));
}

function findOne(all: readonly Subscriber[], who: string): Subscriber {
  const found = all.filter(({ id, name }) => id === who || name === who);
  const [one, ...others] = found;
  if (one === undefined) {
    const known = all.map(({ name }) => `"${name}"`).join(', ');
    throw new UsageError(`there is no subscriber "${who}": there is ${known || 'none'}`);
  }
  if (others.length === 0) return one;
  const ids = found.map(({ id }) => id).join(', ');
  throw new UsageError(`${found.length} subscribers are called "${who}": say which of ${ids}`);
}
