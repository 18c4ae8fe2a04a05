import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accountNews, mayHaveNews } from '../../lambda/channels/account-news.ts';
import type { Channel } from '../../lambda/channels/channel.ts';
import { tellChannels } from '../../lambda/channels/tell-channels.ts';
import type { RoutedEvent } from '../../lambda/events/routed-event.ts';
import { UnreadableRow } from '../../lambda/shared/unreadable-row.ts';
import { aChannel } from '../support/channels.ts';
import { ACCOUNT, metaChanges, only, splitMeta, wasenderEvent } from '../support/webhooks.ts';

const told = (field: string, value: object): RoutedEvent =>
  only(splitMeta(metaChanges({ field, value })));
const said = (event: RoutedEvent) =>
  accountNews(event)?.findings.map(
    ({ check, ok, found, stops }) => `${ok ? 'ok' : (stops ?? 'fault')} ${check}: ${found}`,
  );
const display_phone_number = '15550783881';

describe('an event of an account', () => {
  test.each<[string, object, string[]]>([
    [
      'phone_number_quality_update',
      { display_phone_number, event: 'FLAGGED', current_limit: 'TIER_10K' },
      ['fault quality: FLAGGED', 'ok limit: TIER_10K'],
    ],
    ['phone_number_quality_update', { event: 'UNFLAGGED' }, ['ok quality: UNFLAGGED']],
    [
      'phone_number_quality_update',
      { event: 'DOWNGRADE', current_limit: 'TIER_1K' },
      ['fault limit: lowered to TIER_1K'],
    ],
    [
      'phone_number_quality_update',
      { event: 'THROUGHPUT_UPGRADE', max_daily_conversations_per_business: 'TIER_UNLIMITED' },
      ['ok throughput: HIGH: update the channel with --rate high', 'ok limit: TIER_UNLIMITED'],
    ],
    [
      'business_capability_update',
      { max_daily_conversations_per_business: 2000, max_phone_numbers_per_waba: 25 },
      ['ok limit: 2000'],
    ],
    [
      'business_capability_update',
      { max_daily_conversation_per_phone: -1 },
      ['ok limit: TIER_UNLIMITED'],
    ],
    [
      'account_update',
      { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'DISABLE', waba_ban_date: 'x' } },
      ['locked account: DISABLE'],
    ],
    [
      'account_update',
      { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'SCHEDULE_FOR_DISABLE' } },
      ['fault account: SCHEDULE_FOR_DISABLE'],
    ],
    [
      'account_update',
      { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'REINSTATE' } },
      ['ok account: REINSTATE'],
    ],
    [
      'account_update',
      { event: 'ACCOUNT_VIOLATION', violation_info: { violation_type: 'ADULT' } },
      ['fault account: ACCOUNT_VIOLATION ADULT'],
    ],
    [
      'account_update',
      {
        event: 'ACCOUNT_RESTRICTION',
        restriction_info: [{ restriction_type: 'RESTRICTED_BIZ_INITIATED_MESSAGING' }],
      },
      ['fault account: ACCOUNT_RESTRICTION RESTRICTED_BIZ_INITIATED_MESSAGING'],
    ],
    [
      'account_alerts',
      {
        ...{ entity_type: 'PHONE_NUMBER', entity_id: '106540352242922' },
        alert_info: {
          ...{ alert_severity: 'CRITICAL', alert_status: 'ACTIVE', alert_type: 'OBA_APPROVED' },
          alert_description: 'see Business Support',
        },
      },
      ['fault alert OBA_APPROVED: see Business Support'],
    ],
    [
      'account_alerts',
      { alert_info: { alert_severity: 'INFORMATIONAL', alert_type: 'X', alert_status: 'ACTIVE' } },
      ['ok alert X: X'],
    ],
  ])('of %s %j says what the channel keeps', (field, value, findings) => {
    expect(said(told(field, value))).toEqual(findings);
  });

  test.each<[string, object]>([
    ['account_update', { event: 'VOLUME_BASED_PRICING_TIER_UPDATE' }],
    ['account_update', { event: 'PARTNER_ADDED', waba_info: { waba_id: '7' } }],
    ['business_capability_update', {}],
    ['security', { event: 'PIN_CHANGED' }],
  ])('of %s %j says nothing of it', (field, value) => {
    expect(accountNews(told(field, value))).toBeUndefined();
  });

  test('of a session says whether it is connected', () => {
    const status = (word: string) => wasenderEvent('session.status', { status: word });

    expect(said(status('connected'))).toEqual(['ok session: connected']);
    expect(said(status('logged_out'))).toEqual(['fault session: logged_out']);
    expect(accountNews(wasenderEvent('session.status', {}))).toBeUndefined();
    expect(mayHaveNews(wasenderEvent('chats.update', {}))).toBe(false);
  });

  test('is read whatever a field has in it', () => {
    const fields = fc.constantFrom(
      ...['account_update', 'account_alerts', 'phone_number_quality_update'],
      'business_capability_update',
    );
    fc.assert(
      fc.property(fields, fc.jsonValue(), (field, value) => {
        for (const event of splitMeta(metaChanges({ field, value }))) accountNews(event);
      }),
    );
  });
});

describe('channels are told', () => {
  const { signal } = new AbortController();
  const AT = 1_795_212_000_000;
  const UNREADABLE = '9';

  async function toldTo(event: RoutedEvent, ...channels: readonly Channel[]) {
    const rows = new Map(channels.map((one) => [one.id, one]));
    const stored = (channel: Channel) => ({ id: channel.id, channel, revision: 1 });
    const read: string[] = [];
    const table = {
      get: async (id: string) => {
        read.push(id);
        if (id === UNREADABLE) throw new UnreadableRow('channel', id, {});
        const channel = rows.get(id);
        return channel && stored(channel);
      },
      update: async (_: unknown, channel: Channel) => {
        rows.set(channel.id, channel);
        return true;
      },
    };
    const silent = { count: () => undefined, warn: () => undefined, now: () => AT };
    const known = async () => {
      read.push('all');
      return [...rows.values()];
    };
    await tellChannels(event, signal, { table, channels: known, ...silent });
    const ids = [...rows.values()].filter(({ said }) => said !== undefined).map(({ id }) => id);
    return { ids, read };
  }

  const one = aChannel({ id: '1', accountId: ACCOUNT, displayPhoneNumber: display_phone_number });
  const two = aChannel({ id: '2', accountId: ACCOUNT, displayPhoneNumber: '15550100101' });
  const other = aChannel({ id: '3', accountId: '7', portfolioId: '77' });
  const flagged = told('phone_number_quality_update', { display_phone_number, event: 'FLAGGED' });
  const banned = told('account_update', { event: 'ACCOUNT_DELETED' });
  const alert = (entity_type: string, entity_id: string) => {
    const alert_info = { alert_severity: 'WARNING', alert_type: 'X' };
    return told('account_alerts', { entity_type, entity_id, alert_info });
  };

  test.each<[string, RoutedEvent, string[]]>([
    ['all of an account', banned, ['1', '2']],
    ['the number alone that is named', flagged, ['1']],
    ['the number alone that has the id', alert('PHONE_NUMBER', '2'), ['2']],
    ['all of a portfolio', alert('BUSINESS', '77'), ['3']],
    ['all of another account', alert('WABA', ACCOUNT), ['1', '2']],
  ])('of what is about them: %s', async (_, event, ids) => {
    expect((await toldTo(event, one, two, other)).ids).toEqual(ids);
  });

  test('without a look at others, where one is named by its id', async () => {
    expect((await toldTo(alert('PHONE_NUMBER', '2'), one, two, other)).read).toEqual(['2']);
    expect((await toldTo(alert('WABA', ACCOUNT), one, two, other)).read).toEqual(['all', '1', '2']);
  });

  test('but not where another release wrote the one that is named: nobody waits for it', async () => {
    expect((await toldTo(alert('PHONE_NUMBER', UNREADABLE), one)).ids).toEqual([]);
  });

  test('where their number is not known, if their account has no other', async () => {
    const unnamed = aChannel({ id: '4', accountId: ACCOUNT });

    expect((await toldTo(flagged, unnamed, other)).ids).toEqual(['4']);
    expect((await toldTo(flagged, unnamed, two)).ids).toEqual([]);
  });

  test('of their session, by its provider alone', async () => {
    const shop = aChannel({ id: 'shop', provider: 'wasender' });
    const meta = aChannel({ id: 'shop' });
    const event = wasenderEvent('session.status', { status: 'connected' });

    expect((await toldTo(event, shop)).ids).toEqual(['shop']);
    expect((await toldTo(event, meta)).ids).toEqual([]);
  });
});
