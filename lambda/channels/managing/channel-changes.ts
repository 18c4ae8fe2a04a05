import { present } from '../../shared/json/fields.ts';
import { type Channel, DEFAULT_TENANT, PAUSED_FOR_LANES, RATES } from '../channel.ts';
import { type KeptDays, keptDaysFault } from './kept-days.ts';
import type { ChannelChange, ChannelInput } from './schemas.ts';

const DEFAULT_SHARE = 0.95;

export function newChannel(input: ChannelInput, nowMs: number): Channel {
  const { id, provider, tenant = DEFAULT_TENANT, share = DEFAULT_SHARE } = input;
  const { marketingRoute = 'messages', uncertain = 'leave' } = input;
  const { messagesPerSecond = provider === 'meta' ? 'standard' : 'paid' } = input;
  const { accountId, portfolioId, displayPhoneNumber, media, retentionDays } = input;
  return {
    ...{ id, provider, tenant, share, marketingRoute, uncertain, state: 'active' },
    ...present({ accountId, portfolioId, displayPhoneNumber }),
    ...kept({}, { media, retentionDays }),
    messagesPerSecond: perSecond(messagesPerSecond),
    createdAt: nowMs,
    updatedAt: nowMs,
  };
}

export function changed(channel: Channel, change: ChannelChange): Channel {
  const { messagesPerSecond, media, retentionDays, ...others } = change;
  const { media: mediaBefore, retentionDays: daysBefore, ...rest } = channel;
  return {
    ...rest,
    ...kept(present({ media: mediaBefore, retentionDays: daysBefore }), { media, retentionDays }),
    ...present(others),
    ...(messagesPerSecond !== undefined && { messagesPerSecond: perSecond(messagesPerSecond) }),
  };
}

type OwnPolicies = Pick<Channel, 'media' | 'retentionDays'>;

/** What a channel says for itself of what is kept; null has the stage's settings say it again. */
function kept(
  { media: before, retentionDays: daysBefore }: OwnPolicies,
  { media, retentionDays = daysBefore }: Pick<ChannelChange, 'media' | 'retentionDays'>,
): OwnPolicies {
  const own = media === null ? {} : present({ ...before, ...media });
  return {
    ...(Object.keys(own).length > 0 && { media: own }),
    ...(typeof retentionDays === 'number' && { retentionDays }),
  };
}

function perSecond(rate: keyof typeof RATES | number): number {
  return typeof rate === 'number' ? rate : RATES[rate];
}

/** @param drain whether what waits is sent all the same */
export function paused(channel: Channel, drain: boolean): Channel {
  const pausedBecause = drain ? PAUSED_FOR_LANES : 'user';
  return { ...channel, state: 'paused', pausedBecause };
}

export function resumed({ pausedBecause: _, ...channel }: Channel): Channel {
  return { ...channel, state: 'active' };
}

/** The names that a parameter of Parameter Store may have, too: there the token lies. */
const SESSION = /^[\w.-]{1,64}$/;
const PHONE_NUMBER_ID = /^\d{5,20}$/;

/**
 * What does not go together, each a text that begins with the member.
 *
 * @param change of a channel that is there. The stage may keep less by now than the channel says: that is no fault of a
 *   change of something else
 */
export function channelFaults(
  channel: Channel,
  { keptDays }: { readonly keptDays: KeptDays },
  change?: ChannelChange,
): readonly string[] {
  const { id, provider } = channel;
  const faults: string[] = [];
  if (provider === 'meta' && !PHONE_NUMBER_ID.test(id)) {
    faults.push(`id takes the phone number id of Meta, 5 to 20 digits, not ${shown(id)}`);
  }
  if (provider === 'wasender' && !SESSION.test(id)) {
    faults.push(
      `id takes the name of a session, up to 64 letters, digits, ., _ and -, not ${shown(id)}`,
    );
  }
  if (provider === 'wasender' && channel.marketingRoute !== 'messages') {
    faults.push('marketingRoute takes messages of wasender, which has no templates');
  }
  const isOfDays =
    change === undefined || change.retentionDays !== undefined || change.tenant !== undefined;
  const fault = isOfDays ? keptDaysFault(channel, keptDays) : undefined;
  return fault === undefined ? faults : [...faults, fault];
}

const SHOWN_LENGTH = 80;

function shown(text: string): string {
  return JSON.stringify(text.slice(0, SHOWN_LENGTH));
}
