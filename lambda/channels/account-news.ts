import type { RoutedEvent } from '../events/routed-event.ts';
import { judgedQuality, SEE_MANAGER } from './check-number.ts';
import { judgedSession } from './check-wasender.ts';
import { bad, type Finding, good, listAt, MAX_CHECK_LENGTH, stopping, wordAt } from './finding.ts';

/** What an event of an account says of its channels. */
export interface AccountNews {
  readonly findings: readonly Finding[];
  /** Of which: an account's all, one number of it as it is displayed, or the channel of that id. */
  readonly about: {
    readonly account?: string;
    readonly portfolio?: string;
    readonly displayPhoneNumber?: string;
    readonly id?: string;
  };
}

type Reader = (value: unknown) => readonly Finding[];

/** By the field of Meta's webhook. */
const FIELDS: Readonly<Record<string, Reader>> = {
  phone_number_quality_update: ofNumber,
  business_capability_update: limitOf,
  account_update: ofAccount,
  account_alerts: ofAlert,
};

const SESSION_STATUS = 'session.status';

/** Whether an event may have news of channels. */
export function mayHaveNews({ kind, provider, type }: RoutedEvent): boolean {
  if (kind !== 'account') return false;
  return provider === 'meta' ? Object.hasOwn(FIELDS, type) : type === SESSION_STATUS;
}

/** Undefined where it says nothing that a channel keeps. */
export function accountNews(event: RoutedEvent): AccountNews | undefined {
  // One that is too big for its row is none of these.
  if (!mayHaveNews(event) || event.payload === undefined) return undefined;
  const news = readNews(event, JSON.parse(event.payload));
  return news.findings.length === 0 ? undefined : news;
}

function readNews({ provider, type, channel }: RoutedEvent, json: unknown): AccountNews {
  if (provider === 'wasender') {
    const status = wordAt(json, 'data', 'status');
    const findings = status === '' ? [] : [judgedSession(status)];
    return { findings, about: { id: channel } };
  }
  const [entry] = listAt(json, 'entry');
  const [change] = listAt(entry, 'changes');
  const { value } = Object(change);
  return { findings: FIELDS[type]?.(value) ?? [], about: subjectOf(value, wordAt(entry, 'id')) };
}

function subjectOf(value: unknown, account: string): AccountNews['about'] {
  const displayPhoneNumber = wordAt(value, 'display_phone_number').replace(/\D/g, '');
  if (displayPhoneNumber !== '') return { account, displayPhoneNumber };
  const entity = wordAt(value, 'entity_id');
  switch (entity === '' ? '' : wordAt(value, 'entity_type')) {
    case 'PHONE_NUMBER':
      return { id: entity };
    case 'BUSINESS':
      return { portfolio: entity };
    default:
      return { account: wordAt(value, 'waba_info', 'waba_id') || account };
  }
}

const LIMITS = [
  'max_daily_conversations_per_business',
  'max_daily_conversation_per_phone',
  'current_limit',
];

function limitOf(value: unknown): readonly Finding[] {
  const limit = LIMITS.map((member) => wordAt(value, member)).find((word) => word !== '');
  if (limit === undefined) return [];
  return [good('limit', limit === '-1' ? 'TIER_UNLIMITED' : limit)];
}

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/phone_number_quality_update */
function ofNumber(value: unknown): readonly Finding[] {
  const event = wordAt(value, 'event');
  const limit = limitOf(value);
  switch (event) {
    case 'FLAGGED':
    case 'UNFLAGGED':
      return [judgedQuality(event === 'UNFLAGGED', event), ...limit];
    case 'THROUGHPUT_UPGRADE':
      return [good('throughput', 'HIGH: update the channel with --rate high'), ...limit];
    case 'DOWNGRADE':
      return limit.map(({ check, found }) => bad(check, `lowered to ${found}`, SEE_MANAGER));
    default:
      return limit;
  }
}

/** What is over when Meta tells of it. */
const WELL = ['REINSTATE', 'ACCOUNT_RECONNECTED', 'VERIFIED_ACCOUNT'];
/** What takes an account, or a part of it, from the business. */
const TROUBLE = [
  ...['ACCOUNT_VIOLATION', 'ACCOUNT_RESTRICTION', 'ACCOUNT_DELETED', 'ACCOUNT_OFFBOARDED'],
  ...['PARTNER_REMOVED', 'PARTNER_APP_UNINSTALLED', 'SCHEDULE_FOR_DISABLE'],
];
const BANNED = 'DISABLE';

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/account_update */
function ofAccount(value: unknown): readonly Finding[] {
  const word = wordAt(value, 'ban_info', 'waba_ban_state') || wordAt(value, 'event');
  if (WELL.includes(word)) return [good('account', word)];
  const restrictions = listAt(value, 'restriction_info').map((one) =>
    wordAt(one, 'restriction_type'),
  );
  const details = [wordAt(value, 'violation_info', 'violation_type'), ...restrictions];
  const found = [word, ...details.filter((detail) => detail !== '')].join(' ');
  if (word === BANNED) return [stopping('locked', 'account', found, SEE_MANAGER)];
  return TROUBLE.includes(word) ? [bad('account', found, SEE_MANAGER)] : [];
}

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/account_alerts */
function ofAlert(value: unknown): readonly Finding[] {
  const { alert_info: alert = value } = Object(value);
  const type = wordAt(alert, 'alert_type');
  if (type === '') return [];
  const check = `alert ${type}`.slice(0, MAX_CHECK_LENGTH);
  const found = wordAt(alert, 'alert_description') || type;
  const isActive = (wordAt(alert, 'alert_status') || 'ACTIVE') === 'ACTIVE';
  const isGrave = ['CRITICAL', 'WARNING'].includes(wordAt(alert, 'alert_severity'));
  return [isActive && isGrave ? bad(check, found, SEE_MANAGER) : good(check, found)];
}
