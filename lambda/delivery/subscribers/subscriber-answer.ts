import { endpointStateOf } from '../endpoint-table.ts';
import { DEFAULT_RETRY_HOURS } from '../retry.ts';
import type { StoredSubscriber } from '../subscriber-table.ts';
import type { SubscriberAnswer } from './schemas.ts';

/** @param waiting deliveries in its queue; undefined where that is not known */
export function subscriberAnswer(
  stored: StoredSubscriber,
  waiting: number | undefined,
): SubscriberAnswer {
  const { subscriber } = stored;
  const { id, name, tenant, endpoint, format, filter, isOrdered } = subscriber;
  return {
    ...{ id, name, tenant, endpoint, format, isOrdered },
    filter: Object.fromEntries(Object.entries(filter)),
    ratePerSecond: subscriber.ratePerSecond ?? null,
    concurrency: subscriber.concurrency ?? null,
    retryHours: subscriber.retryHours ?? DEFAULT_RETRY_HOURS,
    refusalIsFinal: subscriber.refusalIsFinal ?? false,
    state: stateOf(stored),
    waiting: waiting ?? null,
    waitingSince: waitingSinceOf(stored),
    createdAt: new Date(subscriber.createdAt).toISOString(),
    updatedAt: new Date(subscriber.updatedAt).toISOString(),
  };
}

function stateOf({ subscriber, row }: StoredSubscriber): SubscriberAnswer['state'] {
  if (subscriber.disabledBecause !== undefined) return 'disabled';
  if (subscriber.isPaused) return 'paused';
  return endpointStateOf(row).downSince === undefined ? 'active' : 'failing';
}

function waitingSinceOf({ row }: StoredSubscriber): string | null {
  const { waitingSince, downSince = waitingSince } = endpointStateOf(row);
  return downSince === undefined ? null : new Date(downSince).toISOString();
}
