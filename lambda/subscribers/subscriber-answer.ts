import type { StoredSubscriber } from '../adapters/subscriber-table.ts';
import { ATTRIBUTES as A } from '../adapters/table-rows.ts';
import type { SubscriberAnswer } from './schemas.ts';

export function subscriberAnswer(stored: StoredSubscriber): SubscriberAnswer {
  const { subscriber } = stored;
  const { id, name, tenant, endpoint, format, filter, isOrdered } = subscriber;
  return {
    ...{ id, name, tenant, endpoint, format, isOrdered },
    filter: Object.fromEntries(Object.entries(filter)),
    ratePerSecond: subscriber.ratePerSecond ?? null,
    concurrency: subscriber.concurrency ?? null,
    state: stateOf(stored),
    createdAt: new Date(subscriber.createdAt).toISOString(),
    updatedAt: new Date(subscriber.updatedAt).toISOString(),
  };
}

function stateOf({ subscriber, row }: StoredSubscriber): SubscriberAnswer['state'] {
  if (subscriber.disabledBecause !== undefined) return 'disabled';
  if (subscriber.isPaused) return 'paused';
  // What waits because it was paused, or for a limit, is not held up by the endpoint.
  return row[A.openedBecause]?.S === 'failing' ? 'failing' : 'active';
}
