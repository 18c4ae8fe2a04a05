import {
  type Check,
  failedChecks,
  isOneOf,
  isOptional,
  isPositive,
  isText,
  isWhole,
} from '../shared/json/checks.ts';
import { readVersioned, writeVersioned } from '../shared/json/versioned.ts';
import type { Channel } from './channel.ts';

const KEPT = { what: 'channel', version: 1 };

/** A channel as its row keeps it. */
export function writeChannel(channel: Channel): string {
  return writeVersioned(KEPT, channel);
}

/** Reads what `writeChannel` wrote. Throws on anything else, naming the members at fault. */
export function readChannel(text: string): Channel {
  const channel = readVersioned(KEPT, text);
  if (isChannel(channel)) return channel;
  throw new Error(`no channel, by ${failedChecks(channel, CHANNEL).join(', ')}`);
}

const CHANNEL = {
  id: isText,
  provider: isOneOf('meta', 'wasender'),
  tenant: isText,
  accountId: isOptional(isText),
  portfolioId: isOptional(isText),
  displayPhoneNumber: isOptional(isText),
  messagesPerSecond: isPositive,
  share: isPositive,
  marketingRoute: isOneOf('messages', 'marketing_messages'),
  uncertain: isOneOf('leave', 'resend'),
  state: isOneOf('active', 'paused'),
  pausedBecause: isOptional(isText),
  needsAttention: isOptional(isText),
  createdAt: isWhole,
  updatedAt: isWhole,
} satisfies Record<keyof Channel, Check>;

function isChannel(value: object): value is Channel {
  return failedChecks(value, CHANNEL).length === 0;
}
