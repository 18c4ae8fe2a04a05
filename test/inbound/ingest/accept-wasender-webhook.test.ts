import { describe, expect, test, vi } from 'vitest';
import { acceptWasenderWebhook } from '../../../lambda/inbound/ingest/accept-by-provider.ts';
import {
  fakeIngest,
  fakeSecret,
  unreadableSecret,
  wasenderRequest,
} from '../../support/fake-ingest.ts';
import { wasenderWebhook } from '../../support/webhooks.ts';

const body = wasenderWebhook('session.status', { status: 'connected' });

describe('acceptWasenderWebhook', () => {
  test('stores the events under the session that the path token names', async () => {
    const { deps, queued } = fakeIngest();
    const answer = await acceptWasenderWebhook(wasenderRequest(body, 'current'), deps);
    expect(answer).toMatchObject({ status: 200 });
    expect(queued[0]).toMatchObject({ channel: 'shop', kind: 'account' });
  });

  test('accepts the previous secret too', async () => {
    const { deps, counted } = fakeIngest();
    await acceptWasenderWebhook(wasenderRequest(body, 'previous'), deps);
    expect(counted).toEqual(['PreviousWasenderSecretVerified']);
  });

  test.each([
    ['no signature', undefined, 'path', 401, 'SignatureMissing'],
    ['an empty signature', '', 'path', 401, 'SignatureMalformed'],
    ['a wrong secret', 'wrong', 'path', 403, 'SignatureMismatched'],
    ["another session's secret", 'other-secret', 'path', 403, 'SignatureMismatched'],
    ['an unknown path token', 'current', 'nowhere', 403, 'PathTokenUnknown'],
  ])('refuses %s', async (_, signature, token, status, metric) => {
    const { deps, queued, counted } = fakeIngest();
    const answer = await acceptWasenderWebhook(wasenderRequest(body, signature, token), deps);
    expect(answer).toMatchObject({ status });
    expect(counted).toEqual([metric]);
    expect(queued).toEqual([]);
  });

  test.each([undefined, ''])('reads no secret for the signature %j', async (signature) => {
    const { deps } = fakeIngest({ wasenderSessions: unreadableSecret() });
    expect(await acceptWasenderWebhook(wasenderRequest(body, signature), deps)).toMatchObject({
      status: 401,
    });
  });

  test('does not let an unknown token be told from a wrong secret', async () => {
    const { deps } = fakeIngest();
    const unknown = await acceptWasenderWebhook(wasenderRequest(body, 'x', 'nowhere'), deps);
    const wrong = await acceptWasenderWebhook(wasenderRequest(body, 'x'), deps);
    expect(unknown).toEqual(wrong);
  });

  test('finds a session that was added a moment ago', async () => {
    const added = [{ session: 'new', token: 'new-path', secrets: ['s'] }];
    const { deps, queued } = fakeIngest({ wasenderSessions: fakeSecret([], added) });
    await acceptWasenderWebhook(wasenderRequest(body, 's', 'new-path'), deps);
    expect(queued[0]?.channel).toBe('new');
  });

  test('answers 400 to what is no webhook, and 503 when the secret cannot be read', async () => {
    const { deps } = fakeIngest();
    expect(await acceptWasenderWebhook(wasenderRequest('{}', 'current'), deps)).toMatchObject({
      status: 400,
    });
    const unreadable = fakeIngest({ wasenderSessions: unreadableSecret() });
    expect(
      await acceptWasenderWebhook(wasenderRequest(body, 'current'), unreadable.deps),
    ).toMatchObject({ status: 503 });
  });

  test('gives the queue 25 seconds, since nobody knows whether it is delivered again', async () => {
    vi.useFakeTimers();
    let isOver = false;
    const { deps } = fakeIngest({
      enqueue: (_, deadline) =>
        new Promise((__, reject) => {
          deadline.addEventListener('abort', () => {
            isOver = true;
            reject(deadline.reason);
          });
        }),
    });
    const answer = acceptWasenderWebhook(wasenderRequest(body, 'current'), deps);
    await vi.advanceTimersByTimeAsync(24_000);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await answer).toMatchObject({ status: 503 });
    vi.useRealTimers();
  });
});
