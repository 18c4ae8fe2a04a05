import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { LoggedAttempt } from '../../../lambda/delivery/log-table.ts';
import { SUBSCRIBER_ROUTES as R } from '../../../lambda/delivery/subscribers/routes.ts';
import { deliveriesAnswer } from '../../../lambda/delivery/subscribers/schemas.ts';
import { aTry, logTries } from '../../support/logged-deliveries.ts';
import { type SubscriberApi, startSubscriberApi } from '../../support/subscriber-api.ts';

const NOW = Date.parse('2026-11-22T06:00:00.000Z');

let api: SubscriberApi;

beforeAll(async () => {
  api = await startSubscriberApi(NOW);
});
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(async () => {
  await api.clear();
  const endpoint = { kind: 'https', url: 'https://bot.example/hook' };
  await api.send({ routeKey: R.add, body: { name: 'bot', endpoint } });
});

const log = (
  tries: readonly LoggedAttempt[],
  others: Partial<Parameters<typeof logTries>[2]> = {},
) => logTries(api.emulator, tries, { writtenAt: NOW, ...others });

const get = (query: Record<string, string> = {}) =>
  api.send({ routeKey: R.deliveries, path: { id: 'sub_1' }, query });

async function page(query: Record<string, string> = {}) {
  const { deliveries, nextCursor } = deliveriesAnswer.parse((await get(query)).body);
  return { ids: deliveries.map(({ eventId }) => eventId), nextCursor, deliveries };
}

describe('the deliveries of a subscriber', () => {
  test('are the tries that were logged, newest first', async () => {
    await log([
      aTry(1),
      aTry(2, {
        ...{ outcome: 'failed', status: 500, fault: 'http-500', try: 3, what: 'file stored' },
        answer: '{"error":"no"}',
      }),
    ]);
    await log([aTry(3)]);
    await log([aTry(9)], { id: 'sub_other' });

    const { ids, nextCursor, deliveries } = await page();
    expect(ids).toEqual(['message.3', 'message.2', 'message.1']);
    expect(nextCursor).toBeNull();
    expect(deliveries[1]).toEqual({
      ...{ eventId: 'message.2', at: '1970-01-01T00:00:00.002Z', try: 3, latencyMs: 12 },
      ...{ outcome: 'failed', status: 500, fault: 'http-500', what: 'file stored' },
      answer: '{"error":"no"}',
    });
    expect(deliveries[0]).toMatchObject({ status: null, fault: null, what: null, answer: null });
  });

  test('come page by page, each try once, wherever a page ends', async () => {
    for (let at = 0; at < 21; at += 3) await log([aTry(at), aTry(at + 1), aTry(at + 2)]);
    const all = Array.from({ length: 21 }, (_, at) => `message.${20 - at}`);

    for (const limit of [1, 2, 3, 5, 20, 21]) {
      const seen: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const { ids, nextCursor } = await page({
          limit: String(limit),
          ...(cursor !== '' && { cursor }),
        });
        expect(ids.length).toBeLessThanOrEqual(limit);
        seen.push(...ids);
        cursor = nextCursor;
      }
      expect(seen, `limit ${limit}`).toEqual(all);
    }
  });

  test('can be those that failed only', async () => {
    await log([aTry(1), aTry(2, { outcome: 'failed' }), aTry(3, { outcome: 'gone' })]);
    await log([aTry(4), aTry(5, { outcome: 'gave-up' })]);

    expect((await page({ failed: 'true' })).ids).toEqual(['message.5', 'message.3', 'message.2']);
    expect((await page({ failed: 'false' })).ids).toHaveLength(5);
  });

  test('can be those since a time', async () => {
    await log([aTry(NOW - 7_200_000)]);
    await log([aTry(NOW - 60_000)]);

    const { ids } = await page({ since: '2026-11-22T05:00:00Z' });
    expect(ids).toEqual([`message.${NOW - 60_000}`]);
  });

  test('are hidden after a week', async () => {
    await log([aTry(1)], { writtenAt: NOW - 7 * 86_400_000 });

    expect((await page()).ids).toEqual([]);
  });
});

test('what is wrong with a request is told at once', async () => {
  const query = { failed: 'yes', since: 'yesterday', limit: '0', cursor: '?', sort: 'at' };
  expect(await get(query)).toEqual({
    status: 400,
    body: {
      error: {
        code: 'invalid_parameter',
        message:
          'unknown query parameter sort; known are event, failed, since, limit, cursor; failed takes true or false, not yes; since takes a time such as 2026-11-22T06:00:00Z, not yesterday; limit is not a whole number from 1 to 100; the cursor is none that this API gave',
      },
    },
  });
});

test('a row that is no log is no answer', async () => {
  await log([aTry(1, { eventId: 7 as unknown as string })]);

  expect((await get()).status).toBe(500);
});
