import { DEFAULT_TENANT } from '../../channels/channel.ts';
import { present } from '../../shared/json/fields.ts';
import type { Subscriber } from '../subscriber.ts';
import type { SubscriberChange, SubscriberInput } from './schemas.ts';

/** How long the secret before a rotation is valid beside the new one. */
const SECRET_OVERLAP_MS = 24 * 3_600_000;

export function newSubscriber(input: SubscriberInput, id: string, nowMs: number): Subscriber {
  const { name, tenant = DEFAULT_TENANT, endpoint, format = 'standard', filter = {} } = input;
  const { isOrdered = true, isPaused = false } = input;
  return {
    ...{ id, name, tenant, endpoint, format, isOrdered, isPaused },
    filter: present(filter),
    ...limits(input),
    ...present({ retryHours: input.retryHours, refusalIsFinal: input.refusalIsFinal }),
    secretVersion: 1,
    createdAt: nowMs,
    updatedAt: nowMs,
  };
}

export function changed(
  { ratePerSecond, concurrency, ...subscriber }: Subscriber,
  change: SubscriberChange,
): Subscriber {
  const { name, tenant, endpoint, format, isOrdered, filter, retryHours, refusalIsFinal } = change;
  return {
    ...subscriber,
    ...present({ name, tenant, endpoint, format, isOrdered, retryHours, refusalIsFinal }),
    ...(filter !== undefined && { filter: present(filter) }),
    ...limits({ ratePerSecond, concurrency, ...present(change) }),
  };
}

export function paused(subscriber: Subscriber): Subscriber {
  return { ...subscriber, isPaused: true };
}

/** Lets deliveries go on, also where the endpoint had ended them itself. */
export function resumed({ disabledBecause: _, ...subscriber }: Subscriber): Subscriber {
  return { ...subscriber, isPaused: false };
}

export function withNextSecret(subscriber: Subscriber, nowMs: number): Subscriber {
  return {
    ...subscriber,
    secretVersion: subscriber.secretVersion + 1,
    previousSecretUntil: nowMs + SECRET_OVERLAP_MS,
  };
}

type Limits = Pick<SubscriberChange, 'ratePerSecond' | 'concurrency'>;

function limits({ ratePerSecond, concurrency }: Limits) {
  return present({
    ratePerSecond: ratePerSecond ?? undefined,
    concurrency: concurrency ?? undefined,
  });
}
