import { describe, expect, onTestFinished, test } from 'vitest';
import { serveWhatsApp } from '../../local/whatsapp/serve-whatsapp.ts';
import { aWebhookTaker } from '../local/whatsapp/webhook-taker.ts';
import { floodgate, temporaryFolder } from './command-line.ts';

const SOFIA = '5215550001234';
const TOKENS = { meta: 'graph-token', wasender: 'session-key' };

/** Somebody in the folder of a project whose local stack runs, with one that takes its webhooks. */
async function anOperator(firstAnswers: readonly number[] = []) {
  const stack = await aWebhookTaker(firstAnswers);
  const whatsapp = await serveWhatsApp({ tokens: TOKENS, target: stack.target });
  const nowhere = 'http://127.0.0.1:1';
  const aws = { dynamodb: nowhere, sqs: nowhere, s3: nowhere };
  const ready = { url: stack.url, whatsapp: whatsapp.url, aws, table: '', queues: {}, buckets: [] };
  const folder = temporaryFolder({ '.floodgate/local-3000.json': JSON.stringify(ready) });
  onTestFinished(async () => {
    folder[Symbol.dispose]();
    await whatsapp.close();
  });
  const run = (...args: string[]) => floodgate(['whatsapp', ...args], folder.path);
  const send = async (message: object) => {
    const body = JSON.stringify({ messaging_product: 'whatsapp', to: SOFIA, ...message });
    const headers = { authorization: `Bearer ${TOKENS.meta}` };
    const url = `${whatsapp.urls.meta}/900000000000100/messages`;
    return (await fetch(url, { method: 'POST', headers, body })).status;
  };
  return { run, send, stack, whatsapp };
}

describe('a command line that is wrong', () => {
  test.each([
    [[], 'whatsapp takes list, show, write, read, stop or resume, not nothing'],
    [['call', SOFIA], 'not "call"'],
    [['show'], 'show takes a phone number or user id'],
    [['show', SOFIA, 'again'], "unexpected argument 'again'"],
    [['list', SOFIA], `unexpected argument '${SOFIA}'`],
    [['write', '--text', 'hola'], 'write takes --from WHO'],
    [['write', '--from', SOFIA], 'write takes --text TEXT or --button TEXT'],
    [['write', '--from', SOFIA, '--text', 'a', '--button', 'b'], 'exclude each other'],
    [['show', SOFIA, '--text', 'hola'], 'show takes no --text'],
    [['list', '--url', 'here'], '--url takes an address such as'],
  ])('%j is refused in one line', async (args, message) => {
    const { exitCode, stdout, stderr } = await floodgate(['whatsapp', ...args]);
    expect(stderr).toMatch(/^error: [^\n]*; try --help\n$/);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });

  test('is refused where the stand-in finds it wrong', async () => {
    const { run } = await anOperator();
    const nobody = await run('write', '--from', 'Sofía', '--text', 'hola');
    expect(nobody).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('neither a phone'),
    });
    const nowhere = await run('write', '--from', SOFIA, '--text', 'hola', '--channel', '7');
    expect(nowhere).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('no channel 7') });
  });
});

describe('where nothing answers', () => {
  test.each([
    [[], 'no local stack runs: start it with `npm start`'],
    [['--url', 'http://127.0.0.1:1'], 'nothing answers at http://127.0.0.1:1'],
  ])('with %j it says so, and what to do', async (args, message) => {
    const { exitCode, stderr } = await floodgate(['whatsapp', 'list', ...args]);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(1);
  });

  test('for whom nobody is, it says so', async () => {
    const { run } = await anOperator();
    const missing = { exitCode: 1, stderr: `error: nobody here is ${SOFIA}\n` };
    expect(await run('show', SOFIA)).toMatchObject(missing);
    expect(await run('read', SOFIA)).toMatchObject(missing);
  });
});

describe('as a person', () => {
  test('one writes, gets an answer, reads it, and sees both on the phone', async () => {
    const { run, send, stack, whatsapp } = await anOperator();
    const world = await whatsapp.world();
    const statuses = { ...world.rules.statuses, readShare: 0, stepMs: 1 };
    world.rules = { ...world.rules, statuses };
    expect((await run('list')).stdout).toMatch(/^Nobody wrote/);

    const words = ['--text', 'I want to buy', '--name', 'Sofía'];
    const wrote = await run('write', '--from', SOFIA, ...words);
    expect(wrote).toMatchObject({ exitCode: 0, stderr: '' });
    expect(wrote.stdout).toMatch(/^Sofía wrote to 900000000000100\. The stack took it\.\n/);
    expect(JSON.parse(stack.received[0]?.body ?? '')).toMatchObject({
      entry: [
        { changes: [{ value: { messages: [{ from: SOFIA, text: { body: 'I want to buy' } }] } }] },
      ],
    });

    expect(await send({ type: 'text', text: { body: 'Tulips?' } })).toBe(200);
    await expect.poll(async () => (await run('show', SOFIA)).stdout).toMatch(/got +✓✓ +Tulips\?/);
    expect((await run('read', SOFIA)).stdout).toBe('Sofía read 1 message.\n');
    const phone = (await run('show', SOFIA)).stdout;
    expect(phone).toMatch(/^Sofía {2}5215550001234 {2}MX\.\d{20}\n/);
    expect(phone).toMatch(/wrote +✓ +I want to buy +900000000000100\n.*got +✓✓ read +Tulips\?/);

    const listed = await run('list', '--json');
    expect(JSON.parse(listed.stdout)).toMatchObject({
      people: [{ phone: SOFIA, got: 1, unread: 0, wrote: 1, failed: 0 }],
    });
    expect((await run('list')).stdout).toMatch(
      /^WHO .*\n5215550001234 +Sofía +1 +0 +0 +1 .*yes\n$/,
    );
  });

  test('one presses a button of the last message, by WasenderApi too', async () => {
    const { run, send, stack, whatsapp } = await anOperator();
    const template = { name: 'hello_world', language: { code: 'en_US' } };
    await send({ type: 'template', template });
    const [received] = (await whatsapp.world()).ledger.receipts;
    await run('write', '--from', SOFIA, '--button', 'Stop', '--reply');
    const pressed = { type: 'button', button: { text: 'Stop' }, context: { id: received?.wamid } };
    const told = stack.received.map(({ body }) => body).find((body) => body.includes('"button"'));
    expect(JSON.parse(told ?? '')).toMatchObject({
      entry: [{ changes: [{ value: { messages: [pressed] } }] }],
    });

    const other = await run('write', '--from', SOFIA, '--text', 'hola', '--wasender');
    expect(other.stdout).toMatch(/wrote to local\. The stack took it\./);
  });

  test('one stops marketing messages, and wants them again', async () => {
    const { run, send, stack } = await anOperator();
    const parameters = [{ type: 'text', text: 'Sofía' }];
    const components = [{ type: 'body', parameters }];
    const template = { name: 'plain_offer', language: { code: 'en_US' }, components };
    await run('write', '--from', SOFIA, '--text', 'hola');

    expect((await run('stop', SOFIA)).stdout).toMatch(
      /wants no marketing messages any more\. The stack took it/,
    );
    expect(stack.received.at(-1)?.body).toContain('"value":"stop"');
    expect(await send({ type: 'template', template })).toBe(400);
    expect((await run('list')).stdout).toMatch(/stopped\n$/);
    expect((await run('resume', SOFIA)).exitCode).toBe(0);
    expect(await send({ type: 'template', template })).toBe(200);
  });

  test('one is told when the stack does not take it, with exit code 1', async () => {
    const { run } = await anOperator([503]);
    const refused = await run('write', '--from', SOFIA, '--text', 'hola');
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toContain('The stack answered 503. It is tried again');
  });
});
