import type { Channel } from '../../lambda/channels/channel.ts';

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
