import { Webhook } from 'standardwebhooks';
import { describe, expect, onTestFinished, test } from 'vitest';
import { queueNameOf, sendersPolicy } from '../../bin/floodgate/listen/queue-settings.ts';
import { deliveryGroup } from '../../lambda/delivery/delivery.ts';
import { deliveryRequest } from '../../lambda/delivery/request.ts';
import type { LocalStack } from '../../local/stack.ts';
import { routed } from '../support/deliveries.ts';
import { startEndpoint } from '../support/endpoint.ts';
import { aDelivery, aMessage, splitMeta } from '../support/just-sent.ts';
import { aLocalStack } from '../support/local-stack.ts';
import { aPipeline } from '../support/pipeline.ts';
import { metaWebhook, only } from '../support/webhooks.ts';
import { floodgate, operatorOf, startFloodgate } from './command-line.ts';

const FORWARD = ['--forward', 'http://127.0.0.1:8080/hook'];
const PATIENCE = { timeout: 20_000 };

describe('a command line that is wrong', () => {
  test.each([
    [[], 'listen takes --forward URL, such as http://localhost:8080/hook'],
    [['--forward', 'localhost:8080'], '--forward takes an address such as'],
    [[...FORWARD, '--name', 'a_b'], '--name takes at most 24 letters, digits and -, not "a_b"'],
    [[...FORWARD, '--name', 'a'.repeat(25)], '--name takes at most 24'],
    [[...FORWARD, '--everything', '--kind', 'call'], '--everything excludes --channel'],
    [['--remove'], '--remove takes --name NAME'],
    [['--remove', '--name', 'a', ...FORWARD], '--remove takes --name and --stack, and nothing'],
    [['here'], "unexpected argument 'here'"],
  ])('%j is refused in one line', async (args, message) => {
    const { exitCode, stdout, stderr } = await floodgate(['listen', ...args]);

    expect(stderr).toMatch(/^error: [^\n]*; try --help\n$/);
    expect(stderr.toLowerCase()).toContain(message.toLowerCase());
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });
});

const QUEUE = 'floodgate-listen-local_bot';

/** Puts a message of a contact into the listener's queue, as the deliverer does. */
function deliver({ queue, clock }: LocalStack, from: string, text: string, atMs = Date.now()) {
  const message = aMessage({ id: `wamid.${text}`, from, text: { body: text } });
  const event = routed(only(splitMeta(metaWebhook({ messages: [message] }))));
  const delivery = aDelivery({ event });
  // Another than the subscriber's, so that only what is signed anew can be verified.
  const secrets = { current: `whsec_${Buffer.from('old').toString('base64')}` };
  const signing = { secrets, atMs };
  const request = deliveryRequest(delivery, event.payload, 'standard', signing);
  const attributes = Object.entries(request?.headers ?? {}).map(([name, StringValue]) => [
    name,
    { DataType: 'String', StringValue },
  ]);
  queue(QUEUE).send(
    {
      groupId: deliveryGroup(delivery, true),
      deduplicationId: text,
      body: request?.body ?? '',
      attributes: Object.fromEntries(attributes),
    },
    clock.now(),
  );
}

interface Answering {
  status: number;
}

async function aServer(answering: Answering = { status: 200 }) {
  const server = await startEndpoint((response) => response.writeHead(answering.status).end());
  onTestFinished(() => server[Symbol.asyncDispose]());
  const texts = () => server.received.map(({ body }) => JSON.parse(body).data.text);
  return { ...server, texts };
}

async function start(stack: LocalStack, url: string, ...more: string[]) {
  const running = startFloodgate(stack, ['listen', '--name', 'bot', '--forward', url, ...more]);
  await expect.poll(running.stdout, PATIENCE).toMatch(/Ctrl-C ends it|"waiting":/);
  return running;
}

describe('floodgate listen', () => {
  test('brings what a provider posts all the way, in order, and once', {
    timeout: 60_000,
  }, async () => {
    const pipeline = await aPipeline();
    const server = await aServer();
    const listening = await start(pipeline.stack, server.url, '--kind', 'message');
    const texts = ['one', 'two', 'three', 'four'];
    const messages = texts.map((body) => aMessage({ id: `wamid.${body}`, text: { body } }));
    expect((await pipeline.post(metaWebhook({ messages }))).status).toBe(200);

    await expect.poll(server.texts, { timeout: 40_000 }).toEqual(texts);
    expect(await listening.stop()).toBe(0);
    expect(pipeline.stack.rights.refused).toEqual([]);
  });

  test('brings events to a server, signed for the time at which they are posted', async () => {
    const stack = await aLocalStack();
    const server = await aServer();
    const listening = await start(stack, server.url);
    const [secret = ''] = /whsec_\S+/.exec(listening.stdout()) ?? [];
    deliver(stack, '491701', 'one', Date.now() - 3_600_000);
    deliver(stack, '491702', 'two');
    deliver(stack, '491701', 'three');

    await expect.poll(server.texts, PATIENCE).toHaveLength(3);
    expect(server.texts().filter((text) => text !== 'two')).toEqual(['one', 'three']);
    for (const { body, headers } of server.received) {
      new Webhook(secret).verify(body, Object(headers));
    }
    expect(await listening.stop()).toBe(0);
    expect(listening.stdout()).toMatch(
      /^\d\d:\d\d:\d\d {2}200 +\d+ ms {2}message\.received text +491701: text one +\d+ +message_[\w-]+$/m,
    );
    expect(stack.queue(QUEUE).counts(stack.clock.now())).toEqual({ visible: 0, inFlight: 0 });
  });

  test('is of the tenant that it is started for, and goes to no other', {
    timeout: 60_000,
  }, async () => {
    const stack = await aLocalStack();
    const server = await aServer();
    const first = await start(stack, server.url, '--tenant', 'acme', '--json');
    expect(await first.stop()).toBe(0);
    const [listener = ''] = first.stdout().split('\n');
    expect(JSON.parse(listener)).toMatchObject({ subscriber: { tenant: 'acme' } });

    const wrong = ['--name', 'bot', '--forward', server.url, '--tenant', 'brand'];
    const { exitCode, stderr } = await operatorOf(stack)('listen', ...wrong);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('is of the tenant acme')]);
  });

  test('posts again what the server refuses, before what is behind it', async () => {
    const stack = await aLocalStack();
    const answering = { status: 500 };
    const server = await aServer(answering);
    const listening = await start(stack, server.url, '--json', '--verbose');
    deliver(stack, '491701', 'one');
    deliver(stack, '491701', 'two');
    await expect.poll(server.texts, PATIENCE).toEqual(['one']);
    answering.status = 204;

    await expect.poll(server.texts, PATIENCE).toEqual(['one', 'one', 'two']);
    expect(await listening.stop()).toBe(0);
    const [listener, ...tries] = listening
      .stdout()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(listener).toMatchObject({ subscriber: { name: 'listen bot' }, waiting: 0 });
    expect(tries).toMatchObject([
      { type: 'message.received', outcome: 'refused', status: 500, receiveCount: 1 },
      { type: 'message.received', outcome: 'taken', status: 204, receiveCount: 2 },
      { body: expect.stringContaining('"two"') },
    ]);
  });

  test('finds by its name what came while it was away, and wants what it wanted', async () => {
    const stack = await aLocalStack();
    const run = operatorOf(stack);
    const server = await aServer();
    await (await start(stack, server.url, '--kind', 'message')).stop();
    deliver(stack, '491701', 'one');

    const again = await start(stack, server.url);
    await expect.poll(server.texts, PATIENCE).toEqual(['one']);
    expect(again.stdout()).toContain('Waiting from before: about 1.');
    expect(again.stdout()).toMatch(/^wants +kinds message$/m);
    await again.stop();
    const changed = await start(stack, server.url, '--kind', 'call');
    expect(changed.stdout()).toMatch(/^wants +kinds call$/m);
    await changed.stop();

    const { subscribers } = JSON.parse((await run('subscriber', 'list', '--json')).stdout);
    expect(subscribers).toHaveLength(1);
  });

  test('is made anew, and says so, where the stack removed it because nobody listened for a day', async () => {
    const stack = await aLocalStack();
    const run = operatorOf(stack);
    const server = await aServer();
    const first = await start(stack, server.url, '--json');
    expect(JSON.parse(first.stdout().split('\n')[0] ?? '')).toMatchObject({ isAnew: false });
    const { subscriber } = JSON.parse(first.stdout().split('\n')[0] ?? '');
    await first.stop();
    stack.clock.advance(25 * 3_600_000);
    const ids = async () =>
      JSON.parse((await run('subscriber', 'list', '--json')).stdout).subscribers.map(
        ({ id }: { id: string }) => id,
      );
    const untilProbed = () => {
      stack.clock.advance(60_000);
      return ids();
    };
    await expect.poll(untilProbed, { timeout: 40_000 }).toEqual([]);

    const again = await start(stack, server.url);
    expect(again.stdout()).toContain('It is made anew: nobody had read it for a day');
    expect(await ids()).not.toContain(subscriber.id);
    await again.stop();
  });

  test('waits for a server that is away, and for a queue that is', async () => {
    const stack = await aLocalStack();
    const away = await startEndpoint();
    await away[Symbol.asyncDispose]();
    const listening = await start(stack, away.url);
    deliver(stack, '491701', 'one');
    await expect
      .poll(listening.stdout, PATIENCE)
      .toContain('your server cannot be reached (ECONNREFUSED): events wait until it can');
    stack.faults.sqs = (action) => (action === 'ReceiveMessage' ? { code: 'Down' } : undefined);
    await expect
      .poll(listening.stdout, PATIENCE)
      .toContain('the queue cannot be reached (injected fault): events wait there, trying again');
    stack.faults.sqs = undefined;
    await expect.poll(listening.stdout, PATIENCE).toContain('the queue answers again');

    expect(await listening.stop()).toBe(0);
    const visible = () => stack.queue(QUEUE).counts(stack.clock.now()).visible;
    await expect.poll(visible, PATIENCE).toBe(1);
  });

  test('removes its subscriber and its queue when told to, and ends where somebody else did', async () => {
    const stack = await aLocalStack();
    const run = operatorOf(stack);
    const server = await aServer();
    const listening = startFloodgate(stack, ['listen', '--name', 'bot', '--forward', server.url]);
    await expect.poll(listening.stdout, PATIENCE).toContain('Ctrl-C ends it');

    const removed = await run('listen', '--remove', '--name', 'bot');
    expect(removed).toMatchObject({
      exitCode: 0,
      stdout: 'Removed the listener bot, and what waited for it.\n',
    });
    expect((await run('subscriber', 'list')).stdout).toMatch(/^There are no subscribers/);
    expect(() => stack.queue(QUEUE)).toThrow('does not exist');
    const twice = await run('listen', '--remove', '--name', 'bot');
    expect(twice.exitCode).toBe(1);
    expect(twice.stderr).toContain('nobody listens by the name bot: there is no Floodgate-listen-');
    await listening.stop();
  });
});

describe('the queue of a listener in AWS', () => {
  const stack = {
    ...{ name: 'Floodgate-production', api: 'https://api.example', table: 'Events', queues: {} },
    subscriberQueues: undefined,
    outputs: new Map([['DeliveringRoles', 'arn:aws:iam::1:role/a,arn:aws:iam::1:role/b']]),
    endpoints: undefined,
    user: async () => 'ana',
  };

  test('has a name that says whose it is, short enough for SQS', () => {
    expect(queueNameOf(stack, 'ana')).toBe('Floodgate-listen-production_ana.fifo');
    const longest = { ...stack, name: `Floodgate-${'s'.repeat(32)}` };
    expect(queueNameOf(longest, 'n'.repeat(24)).length).toBeLessThanOrEqual(80);
  });

  test('takes messages from the roles that deliver for the stack, and from nobody else', () => {
    const policy = JSON.parse(sendersPolicy('arn:aws:sqs:eu-west-1:1:q.fifo', stack));

    expect(policy.Statement).toContainEqual({
      ...{ Sid: 'OnlyDeliveries', Effect: 'Deny', Principal: '*', Action: 'sqs:SendMessage' },
      Resource: 'arn:aws:sqs:eu-west-1:1:q.fifo',
      Condition: {
        ArnNotEquals: {
          'aws:PrincipalArn': ['arn:aws:iam::1:role/a', 'arn:aws:iam::1:role/b'],
        },
      },
    });
    expect(() => sendersPolicy('arn', { ...stack, outputs: new Map() })).toThrow(
      'the stack Floodgate-production has no output DeliveringRoles: deploy it with this release',
    );
  });
});
