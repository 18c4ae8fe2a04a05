import { MEDIA_KINDS } from '../providers/media-kind.ts';
import {
  type Check,
  isFlag,
  isListOf,
  isObjectOf,
  isOneOf,
  isOptional,
  isPositive,
  isText,
  isWhole,
} from '../shared/json/checks.ts';
import { isRecord } from '../shared/json/json-source.ts';
import { keptJson } from '../shared/json/kept-json.ts';
import { MIN_RETENTION_DAYS } from '../table/retention.ts';
import type { Channel } from './channel.ts';

const isKeep: Check = (value) => isOneOf('all', 'none')(value) || isListOf(isKind)(value);
const isKind = isOneOf(...MEDIA_KINDS);
const isMedia = isObjectOf({ keep: isOptional(isKeep), maxMegabytes: isOptional(isPositive) });
const isDays: Check = (value) => isWhole(value) && Number(value) >= MIN_RETENTION_DAYS;
const isSaid = isObjectOf({ at: isWhole, ok: isFlag, found: isText });
const isAllSaid: Check = (value) => isRecord(value) && Object.values(value).every(isSaid);

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
  media: isOptional(isMedia),
  retentionDays: isOptional(isDays),
  state: isOneOf('active', 'paused'),
  pausedBecause: isOptional(isText),
  said: isOptional(isAllSaid),
  needsAttention: isOptional(isText),
  createdAt: isWhole,
  updatedAt: isWhole,
} satisfies Record<keyof Channel, Check>;

const kept = keptJson<Channel>({ what: 'channel', version: 1 }, CHANNEL);

/** A channel as its row keeps it. */
export const writeChannel = kept.write;

/** Throws on what `writeChannel` did not write, naming the members at fault. */
export const readChannel = kept.read;
