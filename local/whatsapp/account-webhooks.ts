import type { Webhook } from '../traffic/traffic.ts';
import type { BusinessNumber } from './business.ts';
import { metaWebhook } from './outbox.ts';

/** What Meta tells of a number, and of its account, that fares otherwise than before. */
export function numberNews(
  before: BusinessNumber,
  after: BusinessNumber,
  limit: string,
  now: number,
): Webhook | undefined {
  const changes = [...ofQuality(before, after, limit), ...ofBan(before, after, now)];
  return changes.length === 0 ? undefined : metaWebhook(changes, Math.floor(now / 1000));
}

function ofQuality(before: BusinessNumber, after: BusinessNumber, limit: string): object[] {
  const isBad = after.quality === 'RED';
  if (isBad === (before.quality === 'RED')) return [];
  const event = isBad ? 'FLAGGED' : 'UNFLAGGED';
  const value = {
    ...{ display_phone_number: after.displayNumber, event, current_limit: limit },
    max_daily_conversations_per_business: limit,
  };
  return [{ field: 'phone_number_quality_update', value }];
}

function ofBan(before: BusinessNumber, after: BusinessNumber, now: number): object[] {
  const isBanned = after.status === 'BANNED';
  if (isBanned === (before.status === 'BANNED')) return [];
  const day = new Date(now).toLocaleDateString('en-US', { dateStyle: 'long', timeZone: 'UTC' });
  const state = isBanned ? 'DISABLE' : 'REINSTATE';
  const value = {
    event: 'DISABLED_UPDATE',
    ban_info: { waba_ban_state: state, waba_ban_date: day },
  };
  return [{ field: 'account_update', value }];
}
