import { expect, test } from 'vitest';
import { verifyEndpoint } from '../../lambda/ingest/verify-endpoint.ts';
import { aRequest, fakeIngest, fakeSecret, unreadableSecret } from '../support/fake-ingest.ts';

function handshake(overrides: Record<string, string | undefined> = {}) {
  return aRequest({
    query: {
      'hub.mode': 'subscribe',
      'hub.verify_token': 'token',
      'hub.challenge': '1158201444',
      ...overrides,
    },
  });
}

test.each(['token', 'earlier'])('returns the challenge for the verify token %s', async (token) => {
  const { deps } = fakeIngest();
  const answer = await verifyEndpoint(handshake({ 'hub.verify_token': token }), deps);
  expect(answer).toEqual({ status: 200, body: '1158201444' });
});

test.each(['007', ' text & <b> ', '12345678901234567890'])(
  'returns the challenge %j as it came',
  async (challenge) => {
    const { deps } = fakeIngest();
    const answer = await verifyEndpoint(handshake({ 'hub.challenge': challenge }), deps);
    expect(answer.body).toBe(challenge);
  },
);

test.each([
  ['a wrong token', { 'hub.verify_token': 'wrong' }, 403, ['VerifyTokenMismatched']],
  ['no token', { 'hub.verify_token': undefined }, 403, ['VerifyTokenMismatched']],
  ['a wrong mode', { 'hub.mode': 'unsubscribe' }, 403, []],
  ['no challenge', { 'hub.challenge': undefined }, 400, []],
  ['an empty challenge', { 'hub.challenge': '' }, 400, []],
])('refuses %s', async (_, overrides, status, metrics) => {
  const { deps, counted } = fakeIngest();
  const answer = await verifyEndpoint(handshake(overrides), deps);
  expect(answer.status).toBe(status);
  expect(answer.body).not.toContain('1158201444');
  expect(counted).toEqual(metrics);
});

test('looks for a newer verify token', async () => {
  const metaSecrets = fakeSecret(
    { appSecrets: ['s'], verifyTokens: ['old'] },
    { appSecrets: ['s'], verifyTokens: ['token'] },
  );
  const { deps } = fakeIngest({ metaSecrets });
  expect(await verifyEndpoint(handshake(), deps)).toMatchObject({ status: 200 });
});

test('asks to come again when the secret cannot be read', async () => {
  const { deps, counted, logged } = fakeIngest({ metaSecrets: unreadableSecret() });
  expect(await verifyEndpoint(handshake(), deps)).toMatchObject({ status: 503 });
  expect(counted).toEqual(['SecretUnavailable']);
  expect(logged[0]?.fields['reason']).toContain('AccessDeniedException');
});
