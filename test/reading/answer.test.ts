import { describe, expect, test } from 'vitest';
import { errorAnswer } from '../../lambda/answers/schemas.ts';
import { API_ROUTES } from '../../lambda/reading/routes.ts';
import { AwsRequestError } from '../../lambda/shared/aws/request.ts';
import { aConversation } from '../support/stored-conversation.ts';

const path = { channel: 'shop', contact: '5215550001111', wamid: 'wamid.1' };

const conversation = await aConversation(1_795_212_000_000);

function failing(error: unknown) {
  const fail = async () => Promise.reject(error);
  return { table: { ...conversation.deps.table, linksOf: fail, rows: fail } };
}

describe('a bad request', () => {
  test.each([
    [API_ROUTES.timeline, path, { limit: '0' }, 'limit is not a whole number from 1 to 100'],
    [API_ROUTES.timeline, path, { cursor: '?' }, 'the cursor is none that this API gave'],
    [API_ROUTES.timeline, { channel: 'shop' }, {}, 'contact is empty'],
    [API_ROUTES.contact, {}, {}, 'channel is empty'],
    [API_ROUTES.message, { channel: 'shop' }, {}, 'wamid is empty'],
    [
      API_ROUTES.timeline,
      path,
      { limt: '5', limit: '5', sort: 'at' },
      'unknown query parameters limt, sort; known are limit, cursor',
    ],
    [API_ROUTES.contact, path, { limit: '5' }, 'unknown query parameter limit; this path has none'],
    [API_ROUTES.message, path, { at: '' }, 'unknown query parameter at; this path has none'],
  ])('to %s is answered 400 with the reason', async (routeKey, parameters, query, message) => {
    const { status, body } = await conversation.get({ routeKey, path: parameters, query });

    expect(status).toBe(400);
    expect(errorAnswer.parse(body)).toEqual({ error: { code: 'invalid_parameter', message } });
  });

  test('is not one for a signature in its query', async () => {
    const query = { 'X-Amz-Signature': '0', 'X-Amz-Date': '20261122T000000Z' };
    const { status } = await conversation.get({ routeKey: API_ROUTES.contact, path, query });

    expect(status).toBe(404);
  });

  test('to an unknown path is answered 404', async () => {
    const { status, body } = await conversation.get({ routeKey: 'GET /v1/other' });

    expect(status).toBe(404);
    expect(errorAnswer.parse(body)).toEqual({
      error: { code: 'not_found', message: 'no such path' },
    });
  });
});

describe('a failure', () => {
  const throttled = new AwsRequestError('dynamodb', 'ProvisionedThroughputExceededException');
  const refused = new AwsRequestError('dynamodb', 'ECONNREFUSED');
  const timedOut = Object.assign(new Error('socket'), { name: 'TimeoutError' });

  test.each([throttled, refused, timedOut])(
    'of the table is answered 503, so that the caller tries again: %s',
    async (error) => {
      for (const routeKey of Object.values(API_ROUTES)) {
        const { status, body } = await conversation.get({ routeKey, path }, failing(error));

        expect(status).toBe(503);
        expect(errorAnswer.parse(body).error.code).toBe('unavailable');
      }
    },
  );

  test('of our own is answered 500', async () => {
    const { status, body } = await conversation.get(
      { routeKey: API_ROUTES.contact, path },
      failing(new TypeError('x is undefined')),
    );

    expect(status).toBe(500);
    expect(errorAnswer.parse(body).error.code).toBe('internal');
  });

  test('is logged with its place, and told nobody: no name, no number, no text', async () => {
    const { text } = await conversation.get(
      { routeKey: API_ROUTES.contact, path },
      failing(throttled),
    );

    expect(conversation.logged).toEqual([
      {
        message: 'Request failed',
        fields: {
          route: API_ROUTES.contact,
          error: 'ProvisionedThroughputExceededException',
          at: expect.stringContaining('answer.test.ts'),
        },
      },
    ]);
    expect(JSON.stringify(conversation.logged) + text).not.toContain('5215550001111');
    expect(text).not.toContain('answer.test.ts');
  });

  test('is answered even where what was thrown is no error', async () => {
    const { status } = await conversation.get({ routeKey: API_ROUTES.contact, path }, failing('x'));

    expect(status).toBe(500);
    expect(conversation.logged).toMatchObject([{ fields: { error: 'string' } }]);
  });
});
