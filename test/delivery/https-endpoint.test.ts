import type { LookupAddress, lookup } from 'node:dns';
import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { selfSigned } from '../../bench/self-signed.ts';
import { httpsEndpoint } from '../../lambda/delivery/https-endpoint.ts';
import { startEndpoint } from '../support/endpoint.ts';

const REQUEST = { body: '{"say":"¿Sí?"}', headers: { 'webhook-id': 'message_1' } };
const TIMEOUT_MS = 2_000;

const local = () => httpsEndpoint({ allowsLoopback: true, timeoutMs: TIMEOUT_MS });
const deployed = (options: object = {}) =>
  httpsEndpoint({ allowsLoopback: false, timeoutMs: TIMEOUT_MS, ...options });

const tls = selfSigned();

/** A resolver that answers with these addresses, the next list at each look-up. */
function resolvingTo(...answers: readonly string[][]): typeof lookup {
  const left = [...answers];
  const resolve = (
    _: string,
    __: object,
    callback: (error: Error | null, found: LookupAddress[]) => void,
  ) => {
    const addresses = left.shift() ?? [];
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  // Of the resolver's many forms only the one that is called.
  return resolve as unknown as typeof lookup;
}

/** Writes for as long as somebody reads. */
function flood(response: ServerResponse): void {
  const send = () => {
    if (!response.destroyed) response.write('lorem ipsum '.repeat(10_000), () => send());
  };
  send();
}

function drip(response: ServerResponse, bytes: number): void {
  response.socket?.cork();
  for (let n = 0; n < bytes; n += 1) response.write('x');
  response.end();
  response.socket?.uncork();
}

describe('an endpoint', () => {
  test('gets the body and the headers, and its status is the answer', async () => {
    await using endpoint = await startEndpoint((response) => {
      response.writeHead(429, { 'retry-after': '17' }).end('slow down');
    });

    const answer = await local()(endpoint.url, REQUEST);

    expect(answer).toEqual({ status: 429, retryAfter: '17', excerpt: 'slow down' });
    expect(endpoint.received).toEqual([
      {
        body: REQUEST.body,
        headers: expect.objectContaining({
          'content-length': String(Buffer.byteLength(REQUEST.body)),
          'content-type': 'application/json',
          'user-agent': 'Floodgate/1',
          'webhook-id': 'message_1',
        }),
      },
    ]);
  });

  test('keeps its connection for the next', async () => {
    await using endpoint = await startEndpoint();
    const post = local();

    for (let n = 0; n < 3; n += 1) await post(endpoint.url, REQUEST);

    expect(endpoint.connections()).toBe(1);
  });

  test('gets it over a new connection where it closed the kept one', async () => {
    await using endpoint = await startEndpoint((response, index) => {
      if (index === 1) response.socket?.resetAndDestroy();
      else response.end();
    });
    const post = local();
    await post(endpoint.url, REQUEST);

    expect(await post(endpoint.url, REQUEST)).toMatchObject({ status: 200 });
    expect(endpoint.connections()).toBe(2);
  });

  test('is not followed where it redirects', async () => {
    await using endpoint = await startEndpoint((response) => {
      response.writeHead(307, { location: 'http://169.254.169.254/latest/meta-data' }).end();
    });

    expect(await local()(endpoint.url, REQUEST)).toMatchObject({ status: 307 });
    expect(endpoint.received).toHaveLength(1);
  });

  test.for<[string, (response: ServerResponse) => void, string]>([
    ['does not answer', () => {}, 'timeout'],
    ['hangs up', (response) => void response.socket?.destroy(), 'hung-up'],
  ])('that %s is an error of a fixed name', async ([, answer, fault]) => {
    await using endpoint = await startEndpoint(answer);
    const post = httpsEndpoint({ allowsLoopback: true, timeoutMs: 300 });

    await expect(post(endpoint.url, REQUEST)).rejects.toMatchObject({ fault });
  });

  test('that listens nowhere is an error of a fixed name', async () => {
    await using gone = await startEndpoint();
    const { url } = gone;
    await gone[Symbol.asyncDispose]();

    await expect(local()(url, REQUEST)).rejects.toMatchObject({ fault: 'refused' });
  });

  test('is not asked what it says where it took the delivery', async () => {
    await using endpoint = await startEndpoint((response) => response.end('thank you'));

    expect(await local()(endpoint.url, REQUEST)).toMatchObject({ status: 200, excerpt: '' });
  });

  test.for([
    [200, ''],
    [500, 'ok,…'],
  ] as const)(
    'has answered with its status %i, though the body never ends',
    async ([status, excerpt]) => {
      await using endpoint = await startEndpoint((response) => {
        response.writeHead(status).write('ok,more');
        const drip = setInterval(() => response.write('.'), 50);
        response.on('close', () => clearInterval(drip));
      });
      const startMs = performance.now();

      expect(await local()(endpoint.url, REQUEST)).toMatchObject({ status, excerpt });
      expect(performance.now() - startMs).toBeLessThan(TIMEOUT_MS - 500);
    },
  );

  test.for([
    ['of 100 KB', (response: ServerResponse) => response.end('x'.repeat(100_000)), 1],
    ['in single bytes', (response: ServerResponse) => drip(response, 5_000), 1],
    ['without an end', (response: ServerResponse) => flood(response), 3],
  ] as const)(
    'keeps its connection only after a body within bounds: one %s',
    async ([, answer, connections]) => {
      await using endpoint = await startEndpoint(answer);
      const post = local();

      for (let n = 0; n < 3; n += 1) {
        expect(await post(endpoint.url, REQUEST)).toMatchObject({ status: 200 });
      }

      expect(endpoint.connections()).toBe(connections);
    },
  );

  test('is read no further than is kept of what it says of a failure', async () => {
    await using endpoint = await startEndpoint((response) => {
      response.statusCode = 500;
      flood(response);
    });

    const { excerpt } = await local()(endpoint.url, REQUEST);

    expect(excerpt).toBe(`${'lorem ipsum '.repeat(85)}…`);
  });

  test('costs no more for what it says than for how much', async () => {
    const hostile = JSON.stringify({ a: '@'.repeat(10) }).repeat(3_000);
    await using endpoint = await startEndpoint((response) => {
      response.statusCode = 500;
      response.end(hostile);
    });
    const post = local();
    await post(endpoint.url, REQUEST);
    const before = process.threadCpuUsage();

    for (let n = 0; n < 5; n += 1) await post(endpoint.url, REQUEST);

    // In one process with the endpoint itself.
    expect(process.threadCpuUsage(before).user).toBeLessThan(500_000);
  });

  test('is not reached by whoever is not whom its certificate names', async () => {
    await using endpoint = await startEndpoint(undefined, tls);

    await expect(local()(endpoint.url, REQUEST)).rejects.toMatchObject({ fault: 'tls' });
    expect(endpoint.received).toEqual([]);
  });

  test('is reached over TLS where its certificate is trusted', async () => {
    await using endpoint = await startEndpoint(undefined, tls);
    const post = httpsEndpoint({
      allowsLoopback: true,
      timeoutMs: TIMEOUT_MS,
      ca: tls.certificate,
    });

    expect(await post(endpoint.url, REQUEST)).toMatchObject({ status: 200 });
  });
});

describe('no connection is made', () => {
  test.for([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://0x7f.0.0.1/',
    'https://0177.0.0.1/',
    'https://2130706433/',
    'https://127.0.0.1./',
    'https://169.254.169.254/latest/meta-data',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:a9fe:a9fe]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[fd00:ec2::254]/',
    'https://①②⑦.⓪.⓪.①/',
  ])('to %s', async (url) => {
    await expect(deployed()(url, REQUEST)).rejects.toMatchObject({ fault: 'address-refused' });
  });

  test.for([
    'http://shop.example/',
    'http://127.0.0.1/',
    'ftp://shop.example/',
    'file:///etc/passwd',
    'https://user:password@shop.example/',
    'no URL',
  ])('to %s, which is no URL for deliveries', async (url) => {
    await expect(deployed()(url, REQUEST)).rejects.toMatchObject({ fault: 'url-refused' });
  });

  test.for([
    ['an IPv4 address of loopback', ['127.0.0.1']],
    ['the metadata of the machine', ['169.254.169.254']],
    ['a private IPv6 address', ['fd00::1']],
    ['a mapped address', ['::ffff:127.0.0.1']],
    ['several, all of them private', ['10.0.0.1', '192.168.0.1', '::1']],
    ['nothing', []],
  ] as const)('to a name that resolves to %s', async ([, addresses]) => {
    const post = deployed({ lookup: resolvingTo([...addresses]) });

    await expect(post('https://shop.example/', REQUEST)).rejects.toMatchObject({
      fault: 'address-refused',
    });
  });

  test('to a name that resolved to a public address a moment ago', async () => {
    await using endpoint = await startEndpoint(undefined, tls);
    const { port } = new URL(endpoint.url);
    // Whoever checks first and connects by name then asks twice.
    const post = deployed({ lookup: resolvingTo(['127.0.0.1'], ['8.8.8.8']), ca: tls.certificate });

    await expect(post(`https://shop.example:${port}/`, REQUEST)).rejects.toMatchObject({
      fault: 'address-refused',
    });
    expect(endpoint.connections()).toBe(0);
  });

  test('by plain http to anything but loopback, also where loopback is let through', async () => {
    const post = httpsEndpoint({
      allowsLoopback: true,
      timeoutMs: TIMEOUT_MS,
      lookup: resolvingTo(['8.8.8.8']),
    });

    for (const url of ['http://8.8.8.8/', 'http://shop.example/']) {
      await expect(post(url, REQUEST)).rejects.toMatchObject({ fault: 'address-refused' });
    }
  });
});

describe('a name', () => {
  const failingWith = (error: Error): typeof lookup => {
    const resolve = (_: string, __: object, callback: (error: Error) => void) => callback(error);
    // Of the resolver's many forms only the one that is called.
    return resolve as unknown as typeof lookup;
  };
  const failure = (code: string) => Object.assign(new Error(code), { code });

  test.each([
    ['ENOTFOUND', 'name-unknown'],
    ['EAI_AGAIN', 'name-unknown'],
    ['ESOMETHING', 'connection'],
  ])('that cannot be resolved by %s is told as %s', async (code, fault) => {
    const post = deployed({ lookup: failingWith(failure(code)) });

    await expect(post('https://bot.example/hook', REQUEST)).rejects.toMatchObject({ fault });
  });

  test('whose resolver says no more than that it failed has no better word', async () => {
    const post = deployed({ lookup: failingWith(new Error('no')) });

    await expect(post('https://bot.example/hook', REQUEST)).rejects.toMatchObject({
      fault: 'connection',
    });
  });
});

test('a body that breaks off does not undo its status', async () => {
  await using endpoint = await startEndpoint((response) => {
    response.writeHead(503, { 'content-length': '1000' });
    response.write('sorry');
    setTimeout(() => response.destroy(), 20);
  });

  expect(await local()(endpoint.url, REQUEST)).toMatchObject({ status: 503 });
});
