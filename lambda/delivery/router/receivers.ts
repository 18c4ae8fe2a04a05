import type { IsTheirs } from '../../channels/tenancy.ts';
import { saidKindOf } from '../../content/said-kind.ts';
import type { RoutedEvent } from '../../events/routed-event.ts';
import { endpointStateOf } from '../endpoint-table.ts';
import { isToldIn, isWanted, type Subscriber } from '../subscriber.ts';
import type { FoundSubscriber } from '../subscriber-table.ts';
import { isOfTenant } from '../wanted.ts';

/** Who may be owed an event. */
export interface Receiver {
  readonly id: string;
  /** Undefined where its row cannot be read: it gets everything, and what it wants is asked at each try. */
  readonly subscriber: Subscriber | undefined;
  /** Whether it has a queue that is read: one of a release before this has to get it first. */
  readonly isMapped: boolean;
}

export function toReceiver({ id, subscriber, row }: FoundSubscriber): Receiver {
  return { id, subscriber, isMapped: endpointStateOf(row).mappingId !== undefined };
}

/** Who gets an event, of those whose tenant its channel is of. Those who paused get it too: it waits for them where it goes. */
export function receiversOf(
  event: RoutedEvent,
  receivers: readonly Receiver[],
  isTheirs: IsTheirs,
): readonly Receiver[] {
  const saidKind = saidKindOf(event);
  return receivers.filter(({ subscriber }) => {
    if (subscriber === undefined) return true;
    const { filter, format, disabledBecause } = subscriber;
    const isServed = disabledBecause === undefined && isToldIn(format, event);
    if (!isServed || !isWanted(filter, event, saidKind)) return false;
    // Where another release wrote the channel's row it waits in the queue, until each try can tell.
    return isOfTenant(subscriber, event, isTheirs) ?? true;
  });
}
