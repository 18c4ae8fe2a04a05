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
    media: mediaAnswer(channel),
    retentionDays: channel.retentionDays ?? null,
    pausedBecause: channel.pausedBecause ?? null,
    needsAttention: channel.needsAttention ?? null,
    said: Object.entries(channel.said ?? {}).map(([check, { at, ok, found }]) => ({
      ...{ check, ok, found, at: new Date(at).toISOString() },
    })),
    createdAt: new Date(channel.createdAt).toISOString(),
    updatedAt: new Date(channel.updatedAt).toISOString(),
  };
}

function mediaAnswer({ media: { keep, maxMegabytes } = {} }: Channel): ChannelAnswer['media'] {
  const kinds = keep === undefined || typeof keep === 'string' ? (keep ?? null) : [...keep];
  return { keep: kinds, maxMegabytes: maxMegabytes ?? null };
}
