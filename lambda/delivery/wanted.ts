import type { IsTheirs } from '../channels/tenancy.ts';
import { saidKindOf } from '../content/said-kind.ts';
import type { RoutedEvent } from '../events/routed-event.ts';
import { withChat } from '../table/stored-event.ts';
import { type EventFilter, isToldIn, isWanted, type Subscriber } from './subscriber.ts';
import { isTestEvent } from './test-event.ts';

/**
 * Whether a filter lets an event through. What earlier releases stored does not say its chat: then the
 * payload does.
 */
export function fitsFilter(
  filter: EventFilter,
  event: RoutedEvent,
  saidKind = saidKindOf(event),
): boolean {
  return isWanted(filter, filter.chats === undefined ? event : withChat(event), saidKind);
}

/**
 * Whether the events of a channel are a subscriber's to get; undefined where nobody can say, since another
 * release wrote the channel. A test is of whoever asks for it.
 */
export function isOfTenant(
  { tenant }: Pick<Subscriber, 'tenant'>,
  event: Pick<RoutedEvent, 'channel' | 'type'>,
  isTheirs: IsTheirs,
): boolean | undefined {
  return isTestEvent(event) || isTheirs(tenant, event.channel);
}

/** Whether a subscriber wants, as it is now, what was handed on for it. */
export function isStillWanted({ format, filter }: Subscriber, event: RoutedEvent): boolean {
  return isTestEvent(event) || (isToldIn(format, event) && fitsFilter(filter, event));
}
