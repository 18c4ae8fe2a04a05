import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { loadApiConfig } from '../../lambda/reading/config.ts';
import { type EventTableEmulator, startEventTable } from '../support/event-table-emulator.ts';

let emulator: EventTableEmulator;

beforeAll(async () => {
  emulator = await startEventTable();
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', emulator.endpoint);
  vi.stubEnv('TABLE_NAME', emulator.tableName);
  vi.stubEnv('OVERFLOW_BUCKET', 'overflow');
  vi.stubEnv('MEDIA_BUCKET', 'media');
  const policy = { keep: 'all', maxMegabytes: 100, urlExpiryMinutes: 60, tenant: 'default' };
  vi.stubEnv('MEDIA_POLICY', JSON.stringify({ ...policy, channels: {} }));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await emulator[Symbol.asyncDispose]();
});

test('answers API Gateway with JSON that nobody caches', async () => {
  const { handler } = await import('../../lambda/reading/handler.ts');
  const event: Pick<
    APIGatewayProxyEventV2,
    'routeKey' | 'headers' | 'pathParameters' | 'isBase64Encoded'
  > = {
    routeKey: 'GET /v1/channels/{channel}/contacts/{contact}/timeline',
    headers: {},
    pathParameters: { channel: 'shop', contact: '521' },
    isBase64Encoded: false,
  };

  expect(await handler(event as APIGatewayProxyEventV2)).toEqual({
    statusCode: 404,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
    body: '{"error":{"code":"not_found","message":"nothing is known of this contact on this channel"}}',
  });
});

test('names every variable that the environment lacks', () => {
  expect(() => loadApiConfig({})).toThrow(/TABLE_NAME[\s\S]*OVERFLOW_BUCKET/);
});
