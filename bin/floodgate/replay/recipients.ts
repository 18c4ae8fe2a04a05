import type { IsTheirs } from '../../../lambda/channels/tenancy.ts';
import { saidKindOf } from '../../../lambda/content/said-kind.ts';
import type { Subscriber } from '../../../lambda/delivery/subscriber.ts';
import { fitsFilter, isOfTenant } from '../../../lambda/delivery/wanted.ts';
import type { RoutedEvent } from '../../../lambda/events/routed-event.ts';
import { namedSubscriber } from '../subscriber/named-subscriber.ts';
import { UnavailableError, UsageError } from '../terminal/command.ts';

/** Who gets what is replayed. */
export interface Recipient {
  /** Of a subscriber, or the host of a URL. */
  readonly id: string;
  readonly name: string;
  /** Since when it gets events, in ms since 1970; undefined for a URL. */
  readonly createdAt?: number;
}

/**
 * The subscribers that are meant, by ids or names; all of them that have not ended their deliveries
 * where none is named.
 */
export function chooseSubscribers(
  all: readonly Subscriber[],
  named: readonly string[],
): readonly Subscriber[] {
  const chosen =
    named.length > 0 ? named.map((who) => namedSubscriber(all, who)) : all.filter(isServed);
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

/** Those whose tenant the channel is of. */
export function whoWants(
  subscribers: readonly Subscriber[],
  event: RoutedEvent,
  isTheirs: IsTheirs,
): readonly Subscriber[] {
  const saidKind = saidKindOf(event);
  return subscribers.filter(
    (one) => fitsFilter(one.filter, event, saidKind) && isOfTenant(one, event, isTheirs),
  );
}
