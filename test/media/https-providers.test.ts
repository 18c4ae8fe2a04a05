import { createServer, type RequestListener } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { mediaLocator, mediaOpener } from '../../lambda/media/https-providers.ts';
import { listen } from '../../local/loopback-server.ts';
import { providerFile } from '../../local/media/provider-file.ts';
import { serveWhatsApp } from '../../local/whatsapp/serve-whatsapp.ts';

const NEVER = new AbortController().signal;
const META = { provider: 'meta', mediaId: '1479537139650973' } as const;
const WASENDER = {
  provider: 'wasender',
  message: { key: { id: '3EB0A1' }, message: { imageMessage: { mediaKey: 'a2V5' } } },
} as const;

async function aStandIn(token: string | undefined = 'good') {
  const standIn = await serveWhatsApp({ tokens: { meta: 'good', wasender: 'good' } });
  onTestFinished(() => standIn.close());
  return {
    urls: standIn.urls,
    locate: mediaLocator(standIn.urls, async () => token),
    open: mediaOpener(standIn.urls),
  };
}

/** A provider that answers everything in one way, for both APIs and their files. */
async function aProvider(listener: RequestListener) {
  const server = await listen(createServer(listener));
  onTestFinished(() => server.close());
  const urls = { meta: server.url, wasender: server.url };
  return {
    url: server.url,
    locate: mediaLocator(urls, async () => 'good'),
    open: mediaOpener(urls),
  };
}

function answers(status: number, body: unknown, headers: Record<string, string> = {}) {
  return aProvider((_, response) => {
    response.writeHead(status, headers).end(JSON.stringify(body));
  });
}

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(chunks));
}

describe('a file of Meta', () => {
  test('is located by its id and fetched with the token', async () => {
    const { locate, open } = await aStandIn();
    const { bytes, sha256 } = providerFile(META.mediaId);
    const located = await locate(META, 'channel', NEVER);
    if (!located.ok) throw new Error(located.reason);
    expect(located.location).toMatchObject({
      sha256: sha256.toString('hex'),
      sizeBytes: bytes.length,
    });
    const opened = await open('meta', located.location, NEVER);
    if (!opened.ok) throw new Error(opened.reason);
    expect(opened.sizeBytes).toBe(bytes.length);
    expect(await bytesOf(opened.chunks)).toEqual(bytes);
  });

  test('is not located with a token that is none, or without one', async () => {
    const { locate } = await aStandIn('stolen');
    expect(await locate(META, 'channel', NEVER)).toMatchObject({
      reason: 'token',
      detail: 'HTTP 401, code 190',
    });
    const tokenless = mediaLocator({ meta: '', wasender: '' }, async () => undefined);
    expect(await tokenless(META, 'channel', NEVER)).toEqual({ ok: false, reason: 'no-token' });
  });

  test.each([
    [400, 100, 'unknown-media'],
    [400, 131052, 'unknown-media'],
    [404, undefined, 'unknown-media'],
    [400, 190, 'token'],
    [403, 10, 'token'],
    [400, 200, 'token'],
    [400, 4, 'throttled'],
    [400, 80007, 'throttled'],
    [429, undefined, 'throttled'],
    [500, 1, 'unavailable'],
    [400, 131000, 'unavailable'],
    [502, undefined, 'unavailable'],
    [400, 999, 'refused'],
  ])('that Graph answers with %i and code %s is %s', async (status, code, reason) => {
    const { locate } = await answers(status, { error: { code, message: 'of +5215550001111' } });
    const refused = await locate(META, 'channel', NEVER);
    expect(refused).toMatchObject({ ok: false, reason });
    expect(JSON.stringify(refused)).not.toContain('5215550001111');
  });

  test('is unavailable where Graph answers no JSON, endlessly, or not at all', async () => {
    const { locate: html } = await aProvider((_, response) => response.end('<html>'));
    expect(await html(META, 'channel', NEVER)).toMatchObject({ reason: 'unavailable' });
    const { locate: endless } = await aProvider((_, response) => {
      response.end(`{"url":"${'x'.repeat(100_000)}"}`);
    });
    expect(await endless(META, 'channel', NEVER)).toMatchObject({ reason: 'unavailable' });
    const { locate: gone } = await aProvider((request) => request.socket.destroy());
    expect(await gone(META, 'channel', NEVER)).toMatchObject({ reason: 'unavailable' });
  });
});

describe('a file of WasenderApi', () => {
  test('is decrypted by its message and fetched without the token', async () => {
    const { locate, open } = await aStandIn();
    const located = await locate(WASENDER, 'shop', NEVER);
    if (!located.ok) throw new Error(located.reason);
    expect(located.location.headers).toEqual({});
    const opened = await open('wasender', located.location, NEVER);
    if (!opened.ok) throw new Error(opened.reason);
    expect(await bytesOf(opened.chunks)).toEqual(providerFile('3EB0A1').bytes);
  });

  test.each([
    [401, {}, { reason: 'token' }],
    [422, { success: false }, { reason: 'refused' }],
    [429, { message: 'slow down', retry_after: 7 }, { reason: 'throttled', retryAfterSeconds: 7 }],
    [500, {}, { reason: 'unavailable' }],
    [200, { success: true }, { reason: 'unavailable' }],
  ])('that it answers with %i %j is %j', async (status, body, expected) => {
    const { locate } = await answers(status, body);
    expect(await locate(WASENDER, 'shop', NEVER)).toMatchObject({ ok: false, ...expected });
  });
});

describe('the URL of a file', () => {
  test('is not called where it is none of the provider: the token stays', async () => {
    const called: (string | undefined)[] = [];
    const { url } = await aProvider(({ headers }, response) => {
      called.push(headers.authorization);
      response.end();
    });
    const open = mediaOpener({ meta: 'https://graph.facebook.com/v23.0', wasender: url });
    const location = { url: `${url}/file`, headers: { authorization: 'Bearer good' } };
    expect(await open('meta', location, NEVER)).toEqual({ ok: false, reason: 'host' });
    expect(called).toEqual([]);
  });

  test('is not followed where it leads elsewhere', async () => {
    const { url, open } = await aProvider((_, response) => {
      response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    });
    const opened = await open('meta', { url: `${url}/file`, headers: {} }, NEVER);
    expect(opened).toMatchObject({ ok: false, reason: 'unavailable' });
  });

  test.each([
    [401, 'token'],
    [403, 'gone'],
    [404, 'gone'],
    [410, 'gone'],
    [408, 'unavailable'],
    [500, 'unavailable'],
  ])('that answers %i is %s', async (status, reason) => {
    const { url, open } = await answers(status, {});
    expect(await open('meta', { url, headers: {} }, NEVER)).toMatchObject({ ok: false, reason });
  });

  test('that is asked for too often says for how long', async () => {
    const { url, open } = await answers(429, {}, { 'retry-after': '30' });
    expect(await open('meta', { url, headers: {} }, NEVER)).toEqual({
      ok: false,
      reason: 'throttled',
      retryAfterSeconds: 30,
    });
  });

  test('rejects when the time is up, whatever it does', async () => {
    const { url, locate, open } = await aProvider(() => undefined);
    const reason = new Error('time is up');
    const soon = new AbortController();
    setTimeout(() => soon.abort(reason), 50);
    await expect(open('meta', { url, headers: {} }, soon.signal)).rejects.toBe(reason);
    await expect(locate(META, 'channel', soon.signal)).rejects.toBe(reason);
  });
});
