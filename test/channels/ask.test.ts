import { createServer } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isPassing, ProviderAway } from '../../lambda/channels/ask.ts';
import { httpsAsk } from '../../lambda/channels/https-ask.ts';
import { listen } from '../../local/loopback-server.ts';

describe('an answer of a provider', () => {
  test.each([
    [429, {}],
    [503, undefined],
    [400, { error: { code: 4 } }],
    [400, { error: { code: 80_008 } }],
    [400, { error: { code: 77, is_transient: true } }],
  ])('%i %j says nothing of the channel', (status, json) => {
    expect(isPassing({ status, json })).toBe(true);
  });

  test.each([
    [200, {}],
    [401, { error: { code: 190 } }],
    [400, { error: { code: 100 } }],
    [404, undefined],
  ])('%i %j does', (status, json) => {
    expect(isPassing({ status, json })).toBe(false);
  });
});

describe('a provider', () => {
  async function aProvider(status: number) {
    const server = await listen(
      createServer(({ headers }, response) => {
        response.writeHead(status).end(JSON.stringify({ by: headers.authorization }));
      }),
    );
    onTestFinished(() => server.close());
    return server.url;
  }

  const { signal } = new AbortController();

  test('is asked by the token', async () => {
    const ask = httpsAsk(await aProvider(200), 'EAAG', signal);

    expect(await ask('/status')).toEqual({ status: 200, json: { by: 'Bearer EAAG' } });
  });

  test('that is away, or has no time, is told of without the path, in which a token may be', async () => {
    const busy = httpsAsk(await aProvider(503), 'EAAG', signal);
    const gone = httpsAsk('http://127.0.0.1:1', 'EAAG', signal);

    for (const ask of [busy, gone]) {
      const error: unknown = await ask('/debug_token?input_token=EAAG').catch((why) => why);
      expect(error).toBeInstanceOf(ProviderAway);
      expect(String(error)).not.toContain('EAAG');
    }
  });
});
