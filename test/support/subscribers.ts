import type { EventFilter, Subscriber } from '../../lambda/delivery/subscriber.ts';

/** Each wish that there is. */
export const NARROW_FILTER = {
  channels: ['106540352242922'],
  kinds: ['message', 'status'],
  types: ['text'],
  statuses: ['failed'],
  directions: ['inbound'],
  mediaEvents: false,
} satisfies EventFilter;

/** A subscriber to everything, at an endpoint that does not exist. */
export function aSubscriber(overrides: Partial<Subscriber> = {}): Subscriber {
  return {
    id: 'sub_0123456789abcdefghijkl',
    name: 'shop bot',
    tenant: 'default',
    endpoint: { kind: 'https', url: 'https://bot.example/hook' },
    format: 'standard',
    filter: {},
    isOrdered: true,
    isPaused: false,
    secretVersion: 1,
    createdAt: 1_790_000_000_000,
    updatedAt: 1_790_000_000_000,
    ...overrides,
  };
}
