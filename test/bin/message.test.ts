import { createServer } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { messageFinder } from '../../lambda/people/message-finder.ts';
import { answer as answerRead } from '../../lambda/reading/answer.ts';
import { API_ROUTES } from '../../lambda/reading/routes.ts';
import { outgoingAnswer } from '../../lambda/reading/schemas.ts';
import { answer } from '../../lambda/sending/messages/answer.ts';
import { MESSAGE_ROUTES } from '../../lambda/sending/messages/routes.ts';
import { routeTable, splitUrl } from '../../local/http/routes.ts';
import { listen, readBody } from '../../local/loopback-server.ts';
import { aRequest } from '../support/fake-ingest.ts';
import { startMessagesApi } from '../support/messages-api.ts';
import { CHANNEL } from '../support/webhooks.ts';
import { floodgate, temporaryFolder } from './command-line.ts';

const PHONE = '+5215550001111';
const { signal } = new AbortController();

/** What takes messages and shows them over HTTP, without a stack behind it. */
async function aStack() {
  const api = await startMessagesApi(Date.now());
  await api.addChannel();
  const { error, table, now, tenantOf, ownership } = api.deps();
  const reading = {
    ...{ table, now, error, tenantOf, ownership, findMessage: messageFinder(table, now) },
    readPayload: async () => undefined,
    linkMedia: async () => ({ url: '', expiresAt: 0 }),
  };
  const keys = [...Object.values(MESSAGE_ROUTES), API_ROUTES.message];
  const match = routeTable(keys.map((key) => ({ key })));
  const server = await listen(
    createServer(async (request, response) => {
      const { path, query } = splitUrl(request);
      const found = match(request.method ?? '', path);
      const key = request.headers['idempotency-key'];
      const asked = aRequest({
        routeKey: found?.route.key ?? '',
        path: found?.pathParameters ?? {},
        query: Object.fromEntries(new URLSearchParams(query)),
        headers: { 'idempotency-key': typeof key === 'string' ? key : undefined },
        rawBody: (await readBody(request)) ?? Buffer.alloc(0),
      });
      const isRead = asked.routeKey === API_ROUTES.message;
      const result = await (isRead ? answerRead(asked, reading) : answer(asked, api.deps()));
      response.writeHead(result.statusCode ?? 0).end(result.body);
    }),
  );
  onTestFinished(async () => {
    await server.close();
    await api[Symbol.asyncDispose]();
  });
  const run = (...args: string[]) =>
    floodgate(['message', ...args, '--channel', CHANNEL, '--api', server.url]);
  return { api, run };
}

const SEND = ['send', '--to', PHONE, '--text', 'hello', '--force'];

describe('a command line that is wrong', () => {
  const ON = ['--channel', CHANNEL];
  test.each([
    [[], 'message takes send, show, list, cancel or resolve, not nothing'],
    [['toString'], 'not "toString"'],
    [['send', '--to', PHONE, '--text', 'x'], 'send takes --channel ID'],
    [['send', ...ON, '--to', PHONE], 'send takes one of --text, --template and --body'],
    [['send', ...ON, '--text', 'x'], 'send takes --to WHO'],
    [['send', ...ON, '--to', PHONE, '--text', 'x', '--body', '-'], 'one of --text'],
    [['send', ...ON, '--to', PHONE, '--template', 'x'], '--template takes --language CODE'],
    [['send', ...ON, '--to', PHONE, '--text', 'x', '--param', 'y'], 'are for --template'],
    [['send', ...ON, '--to', PHONE, '--text', 'x', '--for', 'ever'], '--for takes a time'],
    [['show', ...ON], 'show takes the id of a message'],
    [['list', ...ON, 'msg_1'], "unexpected argument 'msg_1'"],
    [['cancel', ...ON, 'msg_1', '--wait'], 'cancel takes no --wait'],
    [['resolve', ...ON, 'msg_1'], 'resolve takes --as sent, failed or resend'],
  ])('%j is refused in one line', async (args, reason) => {
    const { exitCode, stdout, stderr } = await floodgate(['message', ...args]);

    expect(stderr).toMatch(/^error: [^\n]*; try --help\n$/);
    expect(stderr).toContain(reason);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  });

  test('is what the stack does not take, with the member', async () => {
    const { run } = await aStack();
    const { exitCode, stderr } = await run('send', '--to', 'Ana', '--text', 'hello');

    expect(stderr).toMatch(/^error: to takes a phone number/);
    expect(exitCode).toBe(2);
  });
});

describe('a message', () => {
  test('is sent with a key that is printed first, shown, listed and cancelled', async () => {
    const { run } = await aStack();
    const sent = await run(...SEND);
    const [, id = ''] = /^id {7}(msg_\S{22})$/m.exec(sent.stdout) ?? [];

    expect(sent.stdout).toMatch(/^key {6}[0-9a-f-]{36}\nid {7}msg_\S{22}\nstate {4}queued\n/);
    expect((await run('show', id)).stdout).toMatch(/^says {5}\{"type":"text"/m);
    expect((await run('list')).stdout).toContain(id);
    expect((await run('list', '--state', 'uncertain')).stdout).toBe('Nothing waits to be sent.\n');
    expect((await run('cancel', id)).stdout).toMatch(/^state {4}cancelled$/m);
    expect(await run('resolve', id, '--as', 'sent')).toMatchObject({
      ...{ exitCode: 1, stderr: expect.stringContaining('is cancelled') },
    });
  });

  test('is refused, where the contact has not written, by the option that sends it all the same', async () => {
    const { run } = await aStack();
    const { exitCode, stderr } = await run('send', '--to', PHONE, '--text', 'hello');

    expect(stderr).toMatch(/window is closed .*: send a template, or force it with --force\n$/);
    expect(exitCode).toBe(1);
  });

  test('is the same by the same key, and JSON is all that is printed where that is asked for', async () => {
    const { run } = await aStack();
    const one = await run(...SEND, '--key', 'order-7', '--json');
    const other = await run(...SEND, '--key', 'order-7', '--json');

    expect(outgoingAnswer.parse(JSON.parse(one.stdout)).state).toBe('queued');
    expect(other).toEqual(one);
  });

  test('is a template with what stands for its placeholders', async () => {
    const { run } = await aStack();
    const template = ['--template', 'order_update', '--language', 'es_MX', '--category', 'utility'];
    const params = ['--param', 'Ana', '--param', 'total=$4', '--campaign', '--for', '2h', '--json'];
    const { stdout } = await run('send', '--to', PHONE, ...template, ...params);

    const { body, class: messageClass, createdAt, notAfter } = JSON.parse(stdout);
    expect(messageClass).toBe('campaign');
    expect(Date.parse(notAfter) - Date.parse(createdAt)).toBeGreaterThan(7_100_000);
    expect(body.template.components).toEqual([
      {
        type: 'body',
        parameters: [
          { type: 'text', text: 'Ana' },
          { type: 'text', parameter_name: 'total', text: '$4' },
        ],
      },
    ]);
  });

  test('is what a file says', async () => {
    const { run } = await aStack();
    using folder = temporaryFolder({
      'good.json': JSON.stringify({ to: PHONE, type: 'image', image: { id: '1' }, force: true }),
      'bad.json': '[]',
    });
    const sent = await run('send', '--body', `${folder.path}/good.json`, '--json');

    expect(JSON.parse(sent.stdout)).toMatchObject({ body: { type: 'image', image: { id: '1' } } });
    expect((await run('send', '--body', `${folder.path}/bad.json`)).stderr).toContain(
      'bad.json has no JSON object',
    );
    expect((await run('send', '--body', `${folder.path}/none.json`)).stderr).toContain(
      'none.json cannot be read',
    );
  });

  test.each([
    ['sent', 'delivered', 'read'],
    ['sent', 'failed'],
  ] as const)('is followed through %s, %s until nothing more comes', async (...states) => {
    const { api, run } = await aStack();
    const { claims, outbox } = api.deps();
    const following = run(...SEND, '--wait');
    const waiting = () => outbox.queryWaiting({ channel: CHANNEL, lane: 0 }, 'reply', 1, signal);
    await expect.poll(waiting).toHaveLength(1);
    const [{ id } = { id: '' }] = await waiting();
    const key = { channel: CHANNEL, id };
    await claims.claim(key, 1, signal);
    for (const state of states) {
      const error = { class: 'recipient', code: '131026', text: 'undeliverable' };
      await claims.record(key, state === 'failed' ? { state, error } : { state }, signal);
      await new Promise((resolve) => setTimeout(resolve, 1200));
    }
    const { exitCode, stdout } = await following;

    const seen = [...stdout.matchAll(/^\S+Z (?:✓+ )?(\w+)$/gm)].map(([, state]) => state);
    expect(seen.filter((state) => state !== 'sending')).toEqual(['queued', ...states]);
    expect(exitCode).toBe(states.at(-1) === 'read' ? 0 : 1);
    expect(stdout.includes('recipient 131026 undeliverable')).toBe(states.at(-1) === 'failed');
  });
});
