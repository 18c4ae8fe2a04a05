import { expect, test } from 'vitest';
import { verifyEndpoint } from '../../../lambda/inbound/ingest/verify-endpoint.ts';
import { aRequest, fakeIngest, fakeSecret, unreadableSecret } from '../../support/fake-ingest.ts';

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
  [{ 'hub.mode': 'unsubscribe' }, { status: 403, body: 'hub.mode is not "subscribe"' }],
  [{ 'hub.challenge': undefined }, { status: 400, body: 'hub.challenge is missing' }],
  [{ 'hub.challenge': '' }, { status: 400, body: 'hub.challenge is missing' }],
])('refuses %j, and says why', async (overrides, expected) => {
  const { deps, counted } = fakeIngest();
  expect(await verifyEndpoint(handshake(overrides), deps)).toEqual(expected);
  expect(counted).toEqual([]);
});

test.each(['wrong', '', undefined])('refuses the verify token %j', async (token) => {
  const { deps, counted } = fakeIngest();
  expect(await verifyEndpoint(handshake({ 'hub.verify_token': token }), deps)).toEqual({
    status: 403,
    body: 'hub.verify_token is none of the valid ones',
  });
  expect(counted).toEqual(['VerifyTokenMismatched']);
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
