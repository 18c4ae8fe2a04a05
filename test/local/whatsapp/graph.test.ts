import { describe, expect, test } from 'vitest';
import { accountNews } from '../../../lambda/channels/account-news.ts';
import { BUSINESS } from '../../../local/whatsapp/business.ts';
import { splitMeta } from '../../support/webhooks.ts';
import {
  aText,
  aWorld,
  call,
  codeOf,
  detailsOf,
  NOW,
  NUMBER,
  SOFIA,
  send,
  TOKENS,
} from './worlds.ts';

const V = '/v23.0';

describe('what a business asks of its number', () => {
  test('is answered with the fields that it names, and the id', async () => {
    const fields =
      'quality_rating,throughput,name_status,whatsapp_business_manager_messaging_limit';
    const { body } = await call(aWorld(), { path: `${V}/${NUMBER}?fields=${fields}` });
    expect(body).toEqual({
      id: NUMBER,
      quality_rating: 'GREEN',
      throughput: { level: 'STANDARD' },
      name_status: 'APPROVED',
      whatsapp_business_manager_messaging_limit: 'TIER_100K',
    });
  });

  test('is answered with some fields where it names none, and refused where it names others', async () => {
    const { body } = await call(aWorld(), { path: `${V}/${NUMBER}` });
    expect(body).toMatchObject({
      verified_name: 'Floodgate Flowers',
      webhook_configuration: { application: 'http://stack/webhooks/meta' },
    });
    const refused = await call(aWorld(), { path: `${V}/${NUMBER}?fields=mood` });
    expect(codeOf(refused)).toBe(100);
    expect(detailsOf(refused)).toContain('nonexisting field (mood)');
  });

  test('changes with the number, and with the rules', async () => {
    const world = aWorld({ portfolioLimit: 2_000 });
    const change = { messagesPerSecond: 1_000, quality: 'RED' };
    const path = `/stand-in/numbers/${NUMBER}`;
    expect((await call(world, { method: 'PATCH', path, json: change })).body).toMatchObject(change);
    const fields = 'quality_rating,throughput,whatsapp_business_manager_messaging_limit';
    expect((await call(world, { path: `${V}/${NUMBER}?fields=${fields}` })).body).toMatchObject({
      quality_rating: 'RED',
      throughput: { level: 'HIGH' },
      whatsapp_business_manager_messaging_limit: 'TIER_2K',
    });
    const unknown = { method: 'PATCH', path: '/stand-in/numbers/1', json: change };
    expect((await call(world, unknown)).status).toBe(404);
  });
});

describe('a number that fares otherwise than before', () => {
  test('is told of by a webhook of its account, which the stack understands', async () => {
    const world = aWorld();
    const change = async (json: object) => {
      const path = `/stand-in/numbers/${NUMBER}`;
      const { webhook } = await call(world, { method: 'PATCH', path, json });
      return splitMeta(webhook?.body ?? '{}', NOW + 5_000).map((event) => ({
        at: event.occurredAt,
        says: accountNews(event)?.findings.map(({ check, found }) => `${check} ${found}`),
      }));
    };

    expect(await change({ quality: 'RED', status: 'BANNED' })).toEqual([
      { at: NOW, says: ['quality FLAGGED', 'limit TIER_100K'] },
      { at: NOW, says: ['account DISABLE'] },
    ]);
    expect(codeOf(await send(world, { to: SOFIA, ...aText }))).toBe(131_031);
    const health = await call(world, { path: `${V}/${NUMBER}?fields=health_status` });
    expect(health.body).toMatchObject({ health_status: { can_send_message: 'BLOCKED' } });
    expect(await change({ quality: 'GREEN', status: 'CONNECTED' })).toMatchObject([
      { says: ['quality UNFLAGGED', 'limit TIER_100K'] },
      { says: ['account REINSTATE'] },
    ]);
    expect(
      await call(world, { method: 'PATCH', path: `/stand-in/numbers/${NUMBER}`, json: {} }),
    ).not.toHaveProperty('webhook');
  });
});

describe('what a check of a channel asks', () => {
  test('is which apps get the webhooks: this one, until it is unsubscribed', async () => {
    const world = aWorld();
    const path = `${V}/${BUSINESS.account}/subscribed_apps`;
    const app = { whatsapp_business_api_data: { id: BUSINESS.app } };
    expect((await call(world, { path })).body).toMatchObject({ data: [app] });
    await call(world, { path, method: 'DELETE' });
    expect((await call(world, { path })).body).toEqual({ data: [] });
    await call(world, { path, method: 'POST' });
    expect((await call(world, { path })).body).toMatchObject({ data: [app] });
  });

  test('is to which fields, and where they go', async () => {
    const { body } = await call(aWorld(), { path: `${V}/${BUSINESS.app}/subscriptions` });
    expect(body).toMatchObject({
      data: [
        {
          object: 'whatsapp_business_account',
          callback_url: 'http://stack/webhooks/meta',
          fields: expect.arrayContaining([{ name: 'messages', version: 'v23.0' }]),
        },
      ],
    });
  });

  test('is what the token may do', async () => {
    const path = (token: string) => `${V}/debug_token?input_token=${token}`;
    const valid = await call(aWorld(), { path: path(TOKENS.meta) });
    expect(valid.body).toMatchObject({
      data: {
        is_valid: true,
        expires_at: 0,
        scopes: expect.arrayContaining(['whatsapp_business_messaging']),
      },
    });
    const stolen = await call(aWorld(), { path: path('stolen') });
    expect(stolen.body).toMatchObject({ data: { is_valid: false, scopes: [] } });
  });

  test('is the limit of the portfolio, and the numbers and settings of the account', async () => {
    const field = 'whatsapp_business_manager_messaging_limit';
    const portfolio = await call(aWorld(), { path: `${V}/${BUSINESS.portfolio}?fields=${field}` });
    expect(portfolio.body).toEqual({ id: BUSINESS.portfolio, [field]: 'TIER_100K' });
    const numbers = await call(aWorld(), {
      path: `${V}/${BUSINESS.account}/phone_numbers?fields=id`,
    });
    expect(numbers.body).toMatchObject({ data: [{ id: NUMBER }, {}, {}] });
    const marketing = 'disable_marketing_messages_on_cloud_api';
    const world = aWorld({ marketingOnMessages: false });
    const account = await call(world, { path: `${V}/${BUSINESS.account}?fields=${marketing}` });
    expect(account.body).toMatchObject({ [marketing]: true });
  });

  test.each([
    '/v23.0/nothing',
    '/v23.0',
    `/v23.0/${NUMBER}/nothing`,
    `/v23.0/${BUSINESS.account}/x`,
  ])('is refused where %s is no object', async (path) => {
    expect((await call(aWorld(), { path })).status).toBe(400);
  });
});

describe('the rules', () => {
  test('are told, and changed in part', async () => {
    const world = aWorld();
    const path = '/stand-in/rules';
    const json = { slowMs: 1, statuses: { lateShare: 0.5 } };
    const { body } = await call(world, { method: 'PATCH', path, json });
    expect(body).toMatchObject({
      slowMs: 1,
      pairBurst: 45,
      statuses: { lateShare: 0.5, stepMs: 400 },
    });
    expect((await call(world, { path })).body).toEqual(body);
  });

  test.each([
    [{ slow: 1 }, 'the body has no slow'],
    [{ statuses: { lateShare: 2 } }, 'statuses.lateShare must be at most 1'],
    [{ token: 'lost' }, 'token must be one of {valid, expired}'],
  ])('refuse %j', async (json, message) => {
    const refused = await call(aWorld(), { method: 'PATCH', path: '/stand-in/rules', json });
    expect(refused).toMatchObject({ status: 400, body: { error: { message } } });
  });
});
