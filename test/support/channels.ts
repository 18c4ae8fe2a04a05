import type { Channel } from '../../lambda/channels/channel.ts';
import type { KeptDays } from '../../lambda/channels/managing/kept-days.ts';

/** A number of Meta's with nothing special. */
export function aChannel(overrides: Partial<Channel> = {}): Channel {
  return {
    id: '106540352242922',
    provider: 'meta',
    tenant: 'default',
    messagesPerSecond: 80,
    share: 0.95,
    marketingRoute: 'messages',
    uncertain: 'leave',
    state: 'active',
    createdAt: 1_790_000_000_000,
    updatedAt: 1_790_000_000_000,
    ...overrides,
  };
}

/** Of a stage that keeps rows for 30 days, and those of one channel for 90. */
export const KEPT_DAYS: KeptDays = {
  ...{ rows: 30, longest: 90, tenant: 'default' },
  ...{ tenants: {}, channels: { shop: { rows: 90 } } },
};
