import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import * as z from 'zod/mini';
import { cloudWatchMetrics, pointsOf } from '../../bin/floodgate/console/cloudwatch-metrics.ts';
import { buildAssembly } from '../../local/template/assembly.ts';
import { aLocalStack } from '../support/local-stack.ts';
import { aDeployment } from './a-deployment.ts';
import { floodgate, operatorOf, startFloodgate } from './command-line.ts';

// Whoever starts a stack first waits for its build.
beforeAll(async () => void (await buildAssembly()), 120_000);

test.each(['http', '-1', '65536'])('refuses %s as a port', async (port) => {
  const { exitCode, stderr } = await floodgate(['console', `--port=${port}`]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('--port takes a number up to 65535');
});

test('says where the local stack serves its console', { timeout: 60_000 }, async () => {
  const stack = await aLocalStack();
  const operator = operatorOf(stack);
  expect(await operator('console')).toMatchObject({
    ...{ exitCode: 0, stdout: `The local stack serves its console: ${stack.url}/\n` },
  });
  const json = JSON.parse((await operator('console', '--json')).stdout);
  expect(json).toEqual({ stack: 'the local stack', url: `${stack.url}/` });
});

const flowing = z.object({ events: z.array(z.object({ kind: z.string(), id: z.string() })) });
const traced = z.object({ steps: z.array(z.object({ what: z.string(), where: z.string() })) });

test('serves the console of a stack in AWS until Ctrl-C', { timeout: 60_000 }, async () => {
  const stack = await aLocalStack();
  const { inbox = '', inboxDeadLetter = '' } = stack.queues;
  const aws = await aDeployment({
    ...{ TableName: stack.table, ApiUrl: stack.url },
    ...{ InboxUrl: inbox, DeadLetterQueueUrl: inboxDeadLetter },
    DeliveringRoles: 'arn:aws:iam::000000000000:role/deliverer',
  });
  for (const [name, value] of Object.entries({
    ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
    ...{ AWS_ENDPOINT_URL_CLOUDFORMATION: aws, AWS_ENDPOINT_URL_CLOUDWATCH: aws },
    AWS_ENDPOINT_URL_SQS: stack.aws.sqs,
  })) {
    vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
  }

  const running = startFloodgate(
    stack,
    ['console', '--stack', 'Floodgate-a', '--port', '0', '--json'],
    { AWS_ENDPOINT_URL_DYNAMODB: stack.aws.dynamodb },
  );
  await expect.poll(running.stdout).toMatch(/\n$/);
  const printed = new URL(JSON.parse(running.stdout()).url);
  const key = printed.hash.replace('#/?key=', '');
  expect(key).toMatch(/^[\w-]{32}$/);
  const url = `${printed.origin}/`;
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${url}${path}`, { ...init, headers: { ...init.headers, 'x-floodgate-key': key } });
  expect(await (await fetch(url)).text()).toContain('<title>Floodgate</title>');

  // Other users of this machine, who have no key.
  for (const [path, init] of [
    ['console/read/overview', {}],
    ['console/read/overview', { headers: { 'x-floodgate-key': `${key.slice(1)}x` } }],
    ['console/file/of?channel=1&contact=1&wamid=1&key=', {}],
    ['console/do/listen', { method: 'POST', headers: { origin: printed.origin }, body: '{}' }],
  ] as const) {
    const refused = await fetch(`${url}${path}`, init);
    expect([refused.status, await refused.text()]).toEqual([
      403,
      expect.stringContaining('open the address that was printed'),
    ]);
  }

  const overview = await (await ask('console/read/overview')).json();
  expect(overview).toMatchObject({
    ...{ stack: 'Floodgate-a', isLocal: false },
    has: { live: false, phones: false, dashboard: false },
    wrong: [{ what: expect.stringContaining('Messages are late.'), runbook: 'inboxdelayed' }],
  });
  expect((await fetch(`${url}v1/subscribers`)).status).toBe(404);
  const opened = await ask('console/read/event?id=message.old');
  expect([opened.status, await opened.text()]).toEqual([
    503,
    expect.stringContaining('npx floodgate trace ID --stack Floodgate-a'),
  ]);

  const headers = { origin: printed.origin };
  const subscribers = async () => await (await fetch(`${stack.url}/v1/subscribers`)).text();
  const listened = await ask('console/do/listen', { method: 'POST', headers, body: '{}' });
  expect(await listened.json()).toEqual({ isListening: true });
  expect(await subscribers()).toContain('listen console-');
  const few = ['--messages', '3', '--statuses', '0', '--contacts', '1', '--media', '100%'];
  await operatorOf(stack)('send', ...few);
  const events = async () => {
    const answer = await ask('console/read/events?after=0');
    return flowing.parse(await answer.json()).events;
  };
  const kinds = async () => (await events()).map(({ kind }) => kind);
  await expect.poll(kinds).toEqual(['message', 'message', 'message']);

  // Nobody is told of the file here: it stands in the table.
  const [first] = await events();
  const steps = async () => {
    const answer = await ask(`console/read/trace?id=${first?.id}`);
    return traced.parse(await answer.json()).steps.map(({ what, where }) => `${where}: ${what}`);
  };
  await expect
    .poll(steps, { timeout: 30_000 })
    .toEqual(
      expect.arrayContaining([
        'media: file stored',
        expect.stringMatching(/^ingest, processor: message \w+ received, then queued and stored$/),
        expect.stringMatching(/^listen console-.*: message \w+ delivered after \d+ ms$/),
      ]),
    );

  expect(await running.stop()).toBe(0);
  expect(await subscribers()).not.toContain('listen console-');
  await expect(fetch(url)).rejects.toThrow();
});

test('asks CloudWatch once in half a minute, and again after a fault', async () => {
  let now = 0;
  let asked = 0;
  let isBroken = true;
  const read = cloudWatchMetrics(
    async () => {
      asked += 1;
      if (isBroken) throw new Error('throttled');
      return [[1]];
    },
    () => now,
  );
  const span = { from: 0, to: 60_000, periodSeconds: 60 };
  await expect(read([], span)).rejects.toThrow('throttled');
  isBroken = false;
  await read([], span);
  now += 29_000;
  await read([], { ...span, from: 1000, to: 61_000 });
  expect(asked).toBe(2);
  now += 2_000;
  await read([], span);
  expect(asked).toBe(3);
});

test('puts what CloudWatch tells into its periods, and nothing where it tells nothing', () => {
  const span = { from: 0, to: 180_000, periodSeconds: 60 };
  const results = [
    { Timestamps: [new Date(120_000), new Date(0)], Values: [3, 1] },
    { Timestamps: [new Date(600_000)], Values: [9] },
  ];
  expect(pointsOf(results, span)).toEqual([1, null, 3]);
});
