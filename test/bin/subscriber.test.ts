import { createServer } from 'node:http';
import { HttpRequest } from '@smithy/core/transport';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openApi } from '../../bin/floodgate/stack/api-client.ts';
import { addedAnswer, subscribersAnswer } from '../../lambda/delivery/subscribers/schemas.ts';
import { Sha256 } from '../../lambda/shared/aws/sha256.ts';
import { listen } from '../../local/loopback-server.ts';
import { aLocalStack } from '../support/local-stack.ts';
import { floodgate, operatorOf } from './command-line.ts';

const URL = 'http://127.0.0.1:8080/hook';

describe('a command line that is wrong', () => {
  test.each([
    [[], 'subscriber takes add, list, show, update, test'],
    [['delete', 'bot'], 'subscriber takes add, list, show, update, test'],
    [['toString', 'bot'], 'not "toString"'],
    [['show'], 'show takes the id or name of a subscriber'],
    [['list', 'bot'], "unexpected argument 'bot'"],
    [['add', '--url', URL], 'add takes --name TEXT'],
    [['add', '--name', 'bot'], 'add takes --url URL or --queue URL'],
    [['add', '--name', 'bot', '--url', URL, '--queue', URL], '--url and --queue exclude each'],
    [['add', '--name', 'bot', '--url', URL, '--rate', 'fast'], '--rate takes a whole number'],
    [['add', '--name', 'bot', '--url', URL, '--concurrency', '1'], 'a whole number from 2 on'],
    [['update', 'bot', '--retry-hours', '0'], '--retry-hours takes a whole number from 1 on'],
    [['update', 'bot', '--refusal-is-final', '--refusal-is-retried'], 'exclude each other'],
    [['update', 'bot'], 'update takes what to change'],
    [['update', 'bot', '--paused'], 'update takes no --paused'],
    [['update', 'bot', '--ordered', '--parallel'], '--ordered and --parallel exclude each'],
    [['update', 'bot', '--everything', '--kind', 'call'], '--everything excludes --channel'],
    [['update', 'bot', '--everything', '--no-media-events'], '--everything excludes --channel'],
    [['pause', 'bot', '--url', URL], 'pause takes no --url'],
    [['remove', 'bot'], 'remove drops what waits for the subscriber too: say --yes'],
    [['list', '--api', 'localhost'], '--api takes an address such as'],
    [['list', '--api', `${URL}/v1`], `--api takes the address before /v1: ${URL};`],
    [['list', '--api', `${URL}/v1/subscribers`], `--api takes the address before /v1: ${URL};`],
    [['list', '--api', URL, '--stack', 'Floodgate'], '--api and --stack exclude each other'],
  ])('%j is refused in one line', async (args, message) => {
    const { exitCode, stdout, stderr } = await floodgate(['subscriber', ...args]);

    expect(stderr).toMatch(/^error: [^\n]*; try --help\n$/);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });
});

describe('where no stack answers', () => {
  test.each([
    [[], 'no local stack runs: start it with `npm start`'],
    [['--api', 'http://127.0.0.1:1'], 'nothing answers at http://127.0.0.1:1: start it with'],
  ])('with %j it says so, and what to do', async (args, message) => {
    const { exitCode, stderr } = await floodgate(['subscriber', 'list', ...args]);

    expect(stderr).toContain(message);
    expect(exitCode).toBe(1);
  });
});

test('takes a subscriber of the local stack through its life', { timeout: 120_000 }, async () => {
  const run = operatorOf(await aLocalStack());
  const subscriber = async (...args: string[]) => {
    const outcome = await run('subscriber', ...args);
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
    return outcome.stdout;
  };
  expect(await subscriber('list')).toMatch(/^There are no subscribers: npx floodgate subscriber/);

  const added = await subscriber('add', '--name', 'bot', '--url', URL, '--kind', 'message,call');
  const [, secret] = /^Signing secret: (whsec_\S{44})$/m.exec(added) ?? [];
  expect(added).toMatch(/^state {4}active$/m);
  expect(added).toMatch(/^wants {4}kinds message, call$/m);
  expect(secret).toBeDefined();

  const other = addedAnswer.parse(
    JSON.parse(await subscriber('add', '--name', 'other', '--url', URL, '--json')),
  );
  const listed = await subscriber('list');
  expect(listed).toMatch(
    /^NAME +STATE +WAITING +SINCE +TO +WANTS +FORMAT +ID\nbot +active +0 +http.*\nother .*\n$/,
  );

  expect(await subscriber('pause', 'bot')).toMatch(/^state {4}paused/m);
  expect(await subscriber('resume', 'bot')).toMatch(/^state {4}active$/m);
  const updated = await subscriber(
    ...['update', 'bot', '--everything', '--format', 'provider', '--parallel', '--rate', '5'],
  );
  expect(updated).toMatch(/^wants {4}everything$/m);
  expect(updated).toMatch(/^order {4}side by side\nlimits {3}5 a second at most$/m);
  expect(await subscriber('update', 'bot', '--rate', 'none')).toMatch(/^limits {3}none$/m);
  const hasty = ['--retry-hours', '2', '--refusal-is-final', '--concurrency', '2'];
  const patient = ['--retry-hours', '72', '--refusal-is-retried', '--concurrency', 'none'];
  const tries = /^tries {4}(.*)$/m;
  const shown = await subscriber('update', 'bot', ...hasty);
  expect(tries.exec(shown)?.[1]).toBe('for 2 h; what is answered 4xx once');
  expect(shown).toMatch(/^limits {3}2 at once at most$/m);
  expect(tries.exec(await subscriber('update', 'bot', ...patient))?.[1]).toBe('for 72 h');
  const withoutFiles = await subscriber('update', 'bot', '--no-media-events');
  expect(withoutFiles).toMatch(/^wants {4}everything; no media events$/m);

  expect(await subscriber('secret', 'bot')).toMatch(/^Signing secret: [0-9a-f]{64}\nPut it where/);
  await subscriber('update', 'bot', '--format', 'standard');
  expect(await subscriber('secret', 'bot')).toContain(`Signing secret: ${secret}\n`);
  const rotated = await subscriber('rotate', 'bot');
  expect(rotated).not.toContain(secret);
  expect(rotated).toMatch(/^The one before is valid until 20\d\d-/m);

  expect(await subscriber('remove', 'bot', '--yes')).toMatch(/^Removed bot \(sub_\S{22}\)\.\n$/);
  const left = JSON.parse(await subscriber('list', '--json'));
  expect(subscribersAnswer.parse(left).subscribers).toEqual([other.subscriber]);

  const missing = await run('subscriber', 'show', 'bot');
  expect(missing).toMatchObject({
    exitCode: 1,
    stderr: 'error: there is no subscriber "bot": there are "other"\n',
  });
  const refused = await run('subscriber', 'add', '--name', 'x', '--url', 'http://10.0.0.1');
  expect(refused).toMatchObject({
    exitCode: 2,
    stderr: 'error: endpoint.url takes https:, not http://10.0.0.1; try --help\n',
  });
  const twice = await run('subscriber', 'add', '--name', 'other', '--url', URL);
  expect(twice).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(
      /^error: the tenant default has a subscriber "other" already: sub_/,
    ),
  });
});

describe('a stack in AWS', () => {
  test('is called with requests signed by the credentials of the user', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.stubEnv('AWS_SESSION_TOKEN', 'token');
    onTestFinished(() => void vi.unstubAllEnvs());
    const requests: Request[] = [];
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
      requests.push(new Request(url, init));
      return Response.json({ subscribers: [], unreadable: [] });
    });
    onTestFinished(() => void vi.unstubAllGlobals());
    const api = 'https://abc123.execute-api.eu-west-1.amazonaws.com';

    const { exitCode } = await floodgate(['subscriber', 'list', '--api', api]);

    expect(exitCode).toBe(0);
    const [sent] = requests;
    expect(sent?.url).toBe(`${api}/v1/subscribers`);
    expect(sent?.headers.get('authorization')).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE\/\d{8}\/eu-west-1\/execute-api\/aws4_request, SignedHeaders=\S*host/,
    );
    expect(sent && (await isSigned(sent))).toBe(true);
  });

  test('with a subscriber that it cannot read names it, and can remove it, and nothing else', async () => {
    const requests: string[] = [];
    const server = await listen(
      createServer(({ method, url }, response) => {
        requests.push(`${method} ${url}`);
        response.writeHead(method === 'DELETE' ? 204 : 200, { 'content-type': 'application/json' });
        const body = JSON.stringify({ subscribers: [], unreadable: ['sub_1'] });
        response.end(method === 'DELETE' ? undefined : body);
      }),
    );
    onTestFinished(() => server.close());
    const subscriber = (...args: string[]) =>
      floodgate(['subscriber', ...args, '--api', server.url]);

    expect((await subscriber('list')).stdout).toBe(
      'unreadable sub_1: another release wrote it; its events wait\n',
    );
    const paused = await subscriber('pause', 'sub_1');
    expect(paused.stderr).toMatch(/^error: subscriber sub_1 was written by another release.*\n$/);
    expect(paused.exitCode).toBe(1);
    expect((await subscriber('remove', 'sub_1', '--yes')).exitCode).toBe(0);
    expect(requests.at(-1)).toBe('DELETE /v1/subscribers/sub_1');
  });

  test.each([
    [403, { message: 'Forbidden' }, /answered 403 Forbidden: your credentials may not execute-api/],
    [503, { error: { code: 'unavailable', message: 'try again' } }, /^error: try again$/m],
    [200, { other: 7 }, /is of another release/],
    [502, '<html>', /answered 502/],
  ])('that answers %i is explained in one line', async (status, body, expected) => {
    const server = await listen(
      createServer((_, response) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
      }),
    );
    onTestFinished(() => server.close());

    const { exitCode, stderr } = await floodgate(['subscriber', 'list', '--api', server.url]);

    expect(stderr).toMatch(expected);
    expect(exitCode).toBe(1);
  });

  test('may be named in the environment', async () => {
    const surroundings = {
      ...{
        stdin: process.stdin,
        stdout: process.stdout,
        stderr: process.stderr,
        projectFolder: '/nowhere',
      },
      environment: { FLOODGATE_API: 'http://127.0.0.1:4000' },
    };
    expect((await openApi({}, surroundings)).url).toBe('http://127.0.0.1:4000');
  });
});

/** Signs the same request at the same time anew. */
async function isSigned(request: Request): Promise<boolean> {
  const { hostname, pathname } = new globalThis.URL(request.url);
  const signer = new SignatureV4({
    ...{ service: 'execute-api', region: 'eu-west-1', sha256: Sha256 },
    credentials: {
      ...{ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' },
    },
  });
  const date = request.headers.get('x-amz-date') ?? '';
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  const again = await signer.sign(
    new HttpRequest({
      ...{ method: request.method, protocol: 'https:', hostname, path: pathname },
      headers: { host: hostname },
    }),
    { signingDate: new Date(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`) },
  );
  return again.headers['authorization'] === request.headers.get('authorization');
}
