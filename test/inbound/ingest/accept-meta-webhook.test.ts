import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { acceptMetaWebhook } from '../../../lambda/inbound/ingest/accept-by-provider.ts';
import {
  aRequest,
  fakeIngest,
  fakeSecret,
  signedRequest,
  unreadableSecret,
} from '../../support/fake-ingest.ts';
import { aMessage, metaChanges, metaSignature, metaWebhook } from '../../support/webhooks.ts';

const body = metaWebhook({ messages: [aMessage()] });

describe('acceptMetaWebhook', () => {
  test('answers 200 once the queue holds every event', async () => {
    const { deps, queued, counted } = fakeIngest();
    const twoMessages = metaWebhook({ messages: [aMessage(), aMessage({ id: 'wamid.2' })] });

    expect(await acceptMetaWebhook(signedRequest(twoMessages), deps)).toEqual({
      status: 200,
      body: 'stored',
    });
    expect(queued).toHaveLength(2);
    expect(counted).toEqual([]);
  });

  test('does not answer before the queue has confirmed', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { deps } = fakeIngest({ enqueue: () => promise });
    const answer = acceptMetaWebhook(signedRequest(body), deps);
    const first = await Promise.race([
      answer,
      new Promise((done) => setTimeout(done, 20, 'waits')),
    ]);

    expect(first).toBe('waits');
    resolve();
    expect(await answer).toMatchObject({ status: 200 });
  });

  test.each([
    ['no signature', {}, 401, 'SignatureMissing'],
    ['a malformed signature', { 'x-hub-signature-256': 'sha256=xyz' }, 401, 'SignatureMalformed'],
    [
      'the signature of other bytes',
      { 'x-hub-signature-256': metaSignature(`${body} `, 'current') },
      403,
      'SignatureMismatched',
    ],
  ])('refuses %s without a look at the body', async (_, headers, status, metric) => {
    const { deps, queued, counted } = fakeIngest();
    const request = aRequest({ headers, rawBody: Buffer.from('no JSON') });

    expect(await acceptMetaWebhook(request, deps)).toMatchObject({ status });
    expect(counted).toEqual([metric]);
    expect(queued).toEqual([]);
  });

  test('reads no secret for a signature that has not even the form of one', async () => {
    const { deps } = fakeIngest({ metaSecrets: unreadableSecret() });
    expect(await acceptMetaWebhook(aRequest(), deps)).toMatchObject({ status: 401 });
  });

  test('accepts by the previous secret too, and counts that it is still in use', async () => {
    const { deps, counted } = fakeIngest();
    expect(await acceptMetaWebhook(signedRequest(body, 'previous'), deps)).toMatchObject({
      status: 200,
    });
    expect(counted).toEqual(['PreviousAppSecretVerified']);
  });

  test('looks for no newer secret when one fits', async () => {
    const metaSecrets = fakeSecret({ appSecrets: ['current'], verifyTokens: ['t'] });
    const { deps } = fakeIngest({ metaSecrets });
    await acceptMetaWebhook(signedRequest(body), deps);
    expect(metaSecrets.looks).toBe(0);
  });

  test('looks once for a newer secret when none fits', async () => {
    const metaSecrets = fakeSecret(
      { appSecrets: ['current'], verifyTokens: ['t'] },
      { appSecrets: ['next', 'current'], verifyTokens: ['t'] },
    );
    const { deps } = fakeIngest({ metaSecrets });

    expect(await acceptMetaWebhook(signedRequest(body, 'next'), deps)).toMatchObject({
      status: 200,
    });
    expect(await acceptMetaWebhook(signedRequest(body, 'wrong'), deps)).toMatchObject({
      status: 403,
    });
    expect(metaSecrets.looks).toBe(2);
  });

  test('takes a byte order mark for no part of the JSON, though it is signed', async () => {
    const plain = fakeIngest();
    const marked = fakeIngest();
    await acceptMetaWebhook(signedRequest(body), plain.deps);

    expect(await acceptMetaWebhook(signedRequest(`\uFEFF${body}`), marked.deps)).toMatchObject({
      status: 200,
    });
    expect(marked.queued).toEqual(plain.queued);
    expect(marked.queued).toHaveLength(1);
  });

  test('keeps such a mark within a message', async () => {
    const { deps, queued } = fakeIngest();
    const marked = metaWebhook({ messages: [aMessage({ text: { body: '\uFEFFhola' } })] });
    await acceptMetaWebhook(signedRequest(marked), deps);
    expect(queued[0]?.payload).toContain('"\uFEFFhola"');
  });

  test.each([
    ['no JSON', 'Lucía +5215550001111', 'the body is no JSON'],
    ['an empty body', '', 'the body is no JSON'],
    ['another object', '{"object":7,"entry":[]}', '"object" is not "whatsapp_business_account"'],
    ['JSON that is no object', '[1]', 'the body is no JSON object'],
  ])('answers 400 to %s, says why, and queues nothing', async (_, refused, reason) => {
    const { deps, queued, counted, logged } = fakeIngest();
    const answer = await acceptMetaWebhook(signedRequest(refused), deps);

    expect(answer).toEqual({ status: 400, body: expect.stringContaining(reason) });
    expect(counted).toEqual(['SignedBodyRefused']);
    expect(queued).toEqual([]);
    expect(JSON.stringify([answer, logged])).not.toMatch(/Luc|5215550001111/);
    expect(logged).toEqual([
      {
        message: 'Signed body refused',
        fields: {
          reason: expect.stringContaining(reason),
          contentLength: Buffer.byteLength(refused),
          contentType: 'application/json',
        },
      },
    ]);
  });

  test.each([
    ['text/plain; charset=utf-8', 'text/plain'],
    ['application/json', 'application/json'],
    ['5215550001111', undefined],
    ['text/plain5215550001111', undefined],
    ['secret/Lucia.Nunoa', undefined],
    ['"Lucía" text/plain', undefined],
    [undefined, undefined],
  ])(
    'logs the content type %j where it is one that a sender could mean',
    async (given, contentType) => {
      const { deps, logged } = fakeIngest();
      const request = signedRequest('no JSON');
      const headers = { ...request.headers, 'content-type': given };
      await acceptMetaWebhook({ ...request, headers }, deps);
      expect(logged[0]?.fields['contentType']).toBe(contentType);
    },
  );

  const entry = [{ id: '1', messaging: [{ text: 'hola' }] }];

  test.each([
    { object: 'instagram', entry },
    { object: 'page', entry },
    { object: 'user', entry: { id: '1' } },
    { object: 'permissions' },
    { object: 'instagram' },
  ])(
    'answers 200 to a signed webhook of another product, counts it, and stores and logs nothing: %j',
    async (webhook) => {
      const { deps, counted, queued, logged } = fakeIngest();
      const foreign = JSON.stringify(webhook);

      expect(await acceptMetaWebhook(signedRequest(foreign), deps)).toMatchObject({ status: 200 });
      expect(counted).toEqual(['WebhookForeign']);
      expect([queued, logged]).toEqual([[], []]);
      expect(await acceptMetaWebhook(signedRequest(foreign, 'wrong'), deps)).toMatchObject({
        status: 403,
      });
      const unsigned = aRequest({ rawBody: Buffer.from(foreign) });
      expect(await acceptMetaWebhook(unsigned, deps)).toMatchObject({ status: 401 });
    },
  );

  test.each([
    ['entry', '{"object":"whatsapp_business_account","entry":[]}'],
    ['changes', metaChanges()],
  ])('answers 200 to an empty %s', async (_, empty) => {
    const { deps, counted } = fakeIngest();
    expect(await acceptMetaWebhook(signedRequest(empty), deps)).toEqual({
      status: 200,
      body: 'nothing to store',
    });
    expect(counted).toEqual(['WebhookEmpty']);
  });

  test.each([
    [new TypeError('refused: Lucía +5215550001111'), 'TypeError'],
    ['Lucía', 'unknown'],
  ])(
    'answers 503 when the queue does not take every event, and logs no message',
    async (thrown, reason) => {
      const { deps, counted, logged } = fakeIngest({ enqueue: () => Promise.reject(thrown) });
      expect(await acceptMetaWebhook(signedRequest(body), deps)).toEqual({
        status: 503,
        body: 'not able to store now; deliver again',
      });
      expect(counted).toEqual(['QueueUnavailable']);
      expect(logged).toEqual([{ message: 'Events not queued', fields: { reason } }]);
    },
  );

  test.each([
    [new Error('secretsmanager: 400 AccessDeniedException'), 'Error: secretsmanager: 400 Acc'],
    ['text', 'unknown'],
  ])('answers 503 when no secret can be read, and logs why', async (thrown, reason) => {
    const read = () => Promise.reject(thrown);
    const { deps, counted, logged } = fakeIngest({ metaSecrets: { current: read, newer: read } });
    expect(await acceptMetaWebhook(signedRequest(body), deps)).toEqual({
      status: 503,
      body: 'not able to check signatures now; deliver again',
    });
    expect(counted).toEqual(['SecretUnavailable']);
    expect(logged).toEqual([
      { message: 'Secret not readable', fields: { reason: expect.stringContaining(reason) } },
    ]);
  });

  test.each([
    ['an unknown type', { type: 'hologram', hologram: { id: 1 } }],
    ['extra members', { new_member: { deep: [1] }, type: 'text' }],
    ['no optional member', { text: undefined, timestamp: undefined }],
    ['lone surrogates', { text: { body: '\ud800 \udfff' } }],
    ['characters that SQS refuses', { text: { body: '\ufffe\uffff\u0000' } }],
    ['members named like those of every object', JSON.parse('{"__proto__":{"a":1},"toString":2}')],
  ])('stores a message with %s', async (_, overrides) => {
    const { deps, queued } = fakeIngest();
    const message = { ...aMessage(overrides), ...overrides };
    const answer = await acceptMetaWebhook(
      signedRequest(metaWebhook({ messages: [message] })),
      deps,
    );

    expect(answer).toMatchObject({ status: 200 });
    expect(queued[0]?.payload).toContain(JSON.stringify(message));
  });

  test('stores duplicate members as they came', async () => {
    const { deps, queued } = fakeIngest();
    const twice = metaWebhook({ messages: ['HERE'] }).replace('"HERE"', '{"id":"a","x":1,"x":2}');
    await acceptMetaWebhook(signedRequest(twice), deps);
    expect(queued[0]?.payload).toContain('{"id":"a","x":1,"x":2}');
  });

  test.each([
    ['nested 100,000 deep', `${'[{"a":'.repeat(50_000)}1${'}]'.repeat(50_000)}`],
    ['a huge list', `[${'{},'.repeat(300_000)}{}]`],
    ['a million numbers', `[${'1,'.repeat(1_000_000)}1]`],
  ])('answers quickly to what is %s', async (_, value) => {
    const { deps } = fakeIngest();
    const hostile = metaWebhook({ messages: ['HERE'] }).replace('["HERE"]', value);
    expect(await acceptMetaWebhook(signedRequest(hostile), deps)).toMatchObject({ status: 200 });
  });
});

describe('the time for a webhook', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Posts to a queue that hangs; resolves with the seconds after which it was answered 503. */
  async function secondsUntilAnswer(
    webhook: string,
    overrides: Parameters<typeof fakeIngest>[0] = {},
  ) {
    const { deps } = fakeIngest({ enqueue: (_, deadline) => untilAborted(deadline), ...overrides });
    await vi.advanceTimersByTimeAsync(60_000);
    const postedAt = performance.now();
    const answer = acceptMetaWebhook(signedRequest(webhook), deps).then(({ status }) => {
      expect(status).toBe(503);
      return (performance.now() - postedAt) / 1000;
    });
    await vi.advanceTimersByTimeAsync(60_000);
    return answer;
  }

  test('is five seconds', async () => {
    expect(await secondsUntilAnswer(body)).toBe(5);
  });

  test('is as much as its events need, where they are thousands', async () => {
    const messages = Array.from({ length: 2_000 }, (_, n) => ({ id: `wamid.${n}`, from: '521' }));
    expect(await secondsUntilAnswer(metaWebhook({ messages }))).toBe(10);
  });

  test('leaves the queue two seconds, however long it took to split', async () => {
    const secrets = { appSecrets: ['current'], verifyTokens: ['t'] };
    const slowly = async () => {
      vi.advanceTimersByTime(20_000);
      return secrets;
    };
    const metaSecrets = { ...fakeSecret(secrets), current: slowly };
    expect(await secondsUntilAnswer(body, { metaSecrets })).toBe(22);
  });

  test('goes on while a secret is read', async () => {
    const secrets = { appSecrets: ['current'], verifyTokens: ['t'] };
    const current = () =>
      new Promise<typeof secrets>((resolve) => setTimeout(resolve, 3_000, secrets));
    const metaSecrets = { ...fakeSecret(secrets), current };
    expect(await secondsUntilAnswer(body, { metaSecrets })).toBe(5);
  });
});

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}
