import { type Channel, lanesOf } from '../channel.ts';
import type { ChannelAnswer } from './schemas.ts';

export function channelAnswer(channel: Channel): ChannelAnswer {
  const { id, provider, tenant, messagesPerSecond, share, marketingRoute, uncertain, state } =
    channel;
  return {
    ...{ id, provider, tenant, messagesPerSecond, share, marketingRoute, uncertain, state },
    accountId: channel.accountId ?? null,
    portfolioId: channel.portfolioId ?? null,
    displayPhoneNumber: channel.displayPhoneNumber ?? null,
    lanes: lanesOf(channel),
    pausedBecause: channel.pausedBecause ?? null,
    needsAttention: channel.needsAttention ?? null,
    createdAt: new Date(channel.createdAt).toISOString(),
    updatedAt: new Date(channel.updatedAt).toISOString(),
  };
}
