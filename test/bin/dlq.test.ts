import { createServer } from 'node:http';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { writeDelivery } from '../../lambda/delivery/delivery.ts';
import { writeEnvelope } from '../../lambda/events/envelope.ts';
import { listen } from '../../local/loopback-server.ts';
import type { LocalStack } from '../../local/stack.ts';
import { aPipeline, type Pipeline } from '../support/pipeline.ts';
import { CHANNEL, queuedMessageEvent } from '../support/queued-events.ts';
import { floodgate, type Outcome, operatorOf } from './command-line.ts';
import { addSubscriber, watchQueue } from './subscribed.ts';

interface DeadLetter {
  readonly body: string;
  readonly group: string;
  /** Undefined for one that SQS set aside. */
  readonly reason?: string;
  readonly deadLetteredAt?: string;
}

const HOUR = 3_600_000;

function messageOf(contact: string, number: number): string {
  const wamid = `wamid.${contact}.${number}`;
  const payload = JSON.stringify({ text: `secret ${contact}` });
  return writeEnvelope(
    queuedMessageEvent({ group: `contact.${contact}`, id: `message.${wamid}`, wamid, payload }),
  );
}

function lettersOf(contact: string, count: number, reason = 'refused-by-table'): DeadLetter[] {
  return Array.from({ length: count }, (_, index) => ({
    body: messageOf(contact, index),
    group: `contact.${contact}`,
    reason,
  }));
}

function aDelivery(subscriberId: string): string {
  const { contact: _, links: __, payloadKey: ___, ...event } = queuedMessageEvent();
  return writeDelivery({ subscriberId, routedAt: 1, event: { ...event, payload: '{}' } });
}

let deduplicationIds = 0;

function putAside(
  { queue, clock }: LocalStack,
  letters: readonly DeadLetter[],
  of = 'inboxDeadLetter',
): void {
  for (const { body, group, reason, deadLetteredAt } of letters) {
    const at = deadLetteredAt ?? new Date(clock.now()).toISOString();
    const text = (StringValue: string) => ({ DataType: 'String', StringValue });
    deduplicationIds += 1;
    queue(of).send(
      {
        ...{ groupId: group, deduplicationId: String(deduplicationIds), body },
        attributes:
          reason === undefined ? undefined : { reason: text(reason), deadLetteredAt: text(at) },
      },
      clock.now(),
    );
  }
}

function deadLetters({ queue, clock }: LocalStack, of = 'inboxDeadLetter'): number {
  return queue(of).counts(clock.now()).visible;
}

function operator(stack: LocalStack) {
  const run = operatorOf(stack);
  return (...args: string[]): Promise<Outcome> => run('dlq', ...args);
}

async function aStackWith(...letters: readonly DeadLetter[][]) {
  const pipeline = await aPipeline();
  putAside(pipeline.stack, letters.flat());
  return { pipeline, stack: pipeline.stack, run: operator(pipeline.stack) };
}

/** The numbers of a contact's messages in the table, in the order in which the inbox handed them over. */
async function stored({ rows }: Pipeline, contact: string): Promise<number[]> {
  const messages = (await rows()).filter(({ pk }) => pk?.S === `contact.${contact}`);
  const place = (at = '') => at.split('#')[1] ?? '';
  return messages
    .toSorted((a, b) => (place(a['at']?.S) < place(b['at']?.S) ? -1 : 1))
    .map(({ wamid }) => Number(wamid?.S?.split('.')[2]));
}

async function records({ rows }: Pipeline) {
  return (await rows()).filter(({ pk }) => pk?.S === 'records');
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

describe('floodgate dlq list', () => {
  test('says what is there, why, since when, and what waits behind it', async () => {
    const since = new Date(Date.now() - 3 * HOUR).toISOString();
    const [first, ...rest] = lettersOf('A', 3);
    const { run, stack } = await aStackWith(
      first === undefined ? [] : [{ ...first, deadLetteredAt: since }],
      rest,
      [{ body: '{"v":1}', group: 'poison' }],
    );
    const { stdout, exitCode } = await run('list', '--json');

    const listing = JSON.parse(stdout);
    expect(listing.queues).toContainEqual({
      ...{ name: 'inbox', deadLetters: 4, queue: { waiting: 0, inFlight: 0 } },
    });
    const [one, two, three, poison] = listing.deadLetters;
    expect(one).toMatchObject({ reason: 'refused-by-table', since, behind: 2, queue: 'inbox' });
    expect(one.event).toMatchObject({ channel: CHANNEL, kind: 'message', type: 'text' });
    expect([two.behind, three.behind]).toEqual([1, 0]);
    expect(poison).toMatchObject({ group: 'poison', behind: 0, isMoreBehind: false });
    expect(poison).not.toHaveProperty('event');
    expect(exitCode).toBe(0);
    expect(deadLetters(stack)).toBe(4);
  });

  test('draws a table for people, without a word of what they wrote', async () => {
    const { run } = await aStackWith(lettersOf('A', 12));
    const { stdout } = await run('list');

    expect(stdout).toMatch(
      /^inbox: 12 dead letters; the queue has 0 waiting, 0 in flight\nID +SINCE/,
    );
    expect(stdout).toMatch(/ refused-by-table +message text +\d+ +9 or more +contact\.A\n/);
    expect(stdout).toContain('and 2 more: not meant, or behind ten of their group');
    expect(stdout).not.toContain('secret');
  });

  test('shows those that are meant', async () => {
    const { run } = await aStackWith(lettersOf('A', 2), lettersOf('B', 1, 'malformed'), [
      { body: 'no JSON', group: 'C' },
      { body: aDelivery('shop'), group: 'delivery.D', reason: 'gone' },
    ]);
    const found = async (...args: string[]) =>
      JSON.parse((await run('list', '--json', ...args)).stdout).deadLetters.map(
        ({ group }: { group: string }) => group,
      );

    expect(await found('--reason', 'malformed')).toEqual(['contact.B']);
    expect(await found('--reason', 'none')).toEqual(['C']);
    expect(await found('--group', 'contact.A')).toEqual(['contact.A', 'contact.A']);
    expect(await found('--channel', 'another')).toEqual([]);
    expect(await found('--subscriber', 'shop')).toEqual(['delivery.D']);
    expect(await found('--since', '1h')).toHaveLength(5);
    expect(await found('--since', '0s', '--reason', 'malformed')).toEqual([]);
  });
});

describe('floodgate dlq show', () => {
  test('shows one in full, what people wrote only when asked for', async () => {
    const { run } = await aStackWith(lettersOf('A', 2));
    const [{ id }] = JSON.parse((await run('list', '--json')).stdout).deadLetters;
    const { stdout } = await run('show', id);

    expect(stdout).toMatch(/^reason +refused-by-table$/m);
    expect(stdout).toMatch(/^behind it +1 of its group/m);
    expect(stdout).not.toContain('secret');
    expect((await run('show', id, '--body')).stdout).toContain('secret A');
  });

  test('says that there is none, or more than one', async () => {
    const { run } = await aStackWith(lettersOf('A', 2));

    expect((await run('show', 'zzz')).stderr).toContain('an id that begins with zzz');
    expect(await run('show', '')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('2 dead letters have an id that begins with'),
    });
  });
});

describe('floodgate dlq redrive', () => {
  test('sends all back, each group in its order, however many there are', async () => {
    const { run, stack, pipeline } = await aStackWith(lettersOf('A', 23), lettersOf('B', 4));
    const { stdout, exitCode } = await run('redrive', '--json');
    await pipeline.settle();

    expect(JSON.parse(stdout).queues).toContainEqual({
      ...{ queue: 'inbox', sentBack: 27, cameBack: 0, failures: [], stayed: 0 },
    });
    expect(exitCode).toBe(0);
    expect(await stored(pipeline, 'A')).toEqual(upTo(23));
    expect(await stored(pipeline, 'B')).toEqual(upTo(4));
    expect(deadLetters(stack)).toBe(0);
  });

  test('gets through where the inbox has seen the same event within five minutes', async () => {
    const { run, stack, pipeline } = await aStackWith(lettersOf('A', 1));
    stack.faults.dynamodb = () => ({ code: 'ValidationException' });
    await run('redrive');
    // The table is asked three times.
    const isAside = () => {
      stack.clock.advance(1000);
      return deadLetters(stack);
    };
    await expect.poll(isAside, { timeout: 20_000 }).toBe(1);
    stack.faults.dynamodb = undefined;

    expect((await run('redrive', '--json')).stdout).toContain('"sentBack":1');
    await pipeline.settle();
    expect(await stored(pipeline, 'A')).toEqual([0]);
  });

  test('leaves the others where they are, and reaches what is meant behind them', async () => {
    const { run, stack, pipeline } = await aStackWith(
      lettersOf('A', 4, 'malformed'),
      lettersOf('A', 15).slice(4),
    );
    const { stdout } = await run('redrive', '--reason', 'refused-by-table');
    await pipeline.settle();

    expect(stdout).toContain('inbox: 11 sent back, 4 stay\n');
    expect(await stored(pipeline, 'A')).toEqual(upTo(15).slice(4));
    expect(deadLetters(stack)).toBe(4);
  });

  test('counts, and moves nothing, in a dry run', async () => {
    const { run, stack, pipeline } = await aStackWith(lettersOf('A', 2), [
      { body: '{}', group: 'poison' },
    ]);
    const { stdout } = await run('redrive', '--dry-run', '--queue', 'inbox');

    expect(stdout).toBe('inbox: would send back 3 of 2 groups (refused-by-table 2, none 1)\n');
    expect(deadLetters(stack)).toBe(3);
    expect(await stored(pipeline, 'A')).toEqual([]);
  });

  test('keeps what the queue does not confirm, in order, and says so', async () => {
    const { run, stack, pipeline } = await aStackWith(lettersOf('A', 3));
    stack.faults.sqs = (action) =>
      action === 'SendMessage' ? { code: 'AccessDenied', status: 403 } : undefined;
    const failed = await run('redrive');
    expect(failed).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('0 sent back') });
    expect(failed.stdout).toContain('inbox does not take');
    expect(deadLetters(stack)).toBe(3);

    stack.faults.sqs = undefined;
    await run('redrive');
    await pipeline.settle();
    expect(await stored(pipeline, 'A')).toEqual(upTo(3));
  });

  test('stores an event once whose copy could not be deleted', async () => {
    const { run, stack, pipeline } = await aStackWith(lettersOf('A', 2));
    let deletions = 0;
    stack.faults.sqs = (action) => {
      deletions += action === 'DeleteMessage' ? 1 : 0;
      return action === 'DeleteMessage' && deletions === 1
        ? { code: 'Denied', status: 403 }
        : undefined;
    };
    expect((await run('redrive')).exitCode).toBe(1);
    stack.faults.sqs = undefined;

    expect((await run('redrive')).exitCode).toBe(0);
    await pipeline.settle();
    expect(await stored(pipeline, 'A')).toEqual(upTo(2));
    expect(deadLetters(stack)).toBe(0);
  });

  test('does not send back for ever what comes back', async () => {
    const { run, stack } = await aStackWith(
      [{ body: '{"v":1}', group: 'poison' }],
      lettersOf('A', 30),
    );
    const { stdout } = await run('redrive', '--json');

    expect(JSON.parse(stdout).queues[0].sentBack).toBe(31);
    await expect.poll(() => deadLetters(stack)).toBe(1);
  });
});

describe('floodgate dlq redrive of deliveries that were given up', () => {
  const OF = 'deliveriesDeadLetter';

  test('sends each to the queue of its subscriber as if it were handed on now', async () => {
    const { pipeline, stack, run } = await aStackWith();
    const bot = await addSubscriber(pipeline, { isPaused: true });
    const letters = ['delivery.A', 'delivery.B'].map((group) => ({
      ...{ body: aDelivery(bot), group, reason: 'undeliverable' },
    }));
    putAside(stack, letters, OF);
    const sent = watchQueue(stack, bot);
    const before = Date.now();

    expect((await run('redrive', '--queue', 'deliveries')).stdout).toContain('2 sent back, 0 stay');
    expect(sent.map(({ delivery }) => delivery.subscriberId)).toEqual([bot, bot]);
    for (const { delivery } of sent) expect(delivery.routedAt).toBeGreaterThanOrEqual(before);
    expect(sent.map(({ group }) => group).toSorted()).toEqual(['delivery.A', 'delivery.B']);
    expect(deadLetters(stack, OF)).toBe(0);
  });

  test('leaves what its subscriber is no more there for, and says so', async () => {
    const { stack, run } = await aStackWith();
    putAside(stack, [{ body: aDelivery('sub_gone'), group: 'delivery.A' }], OF);

    const { exitCode, stdout } = await run('redrive');
    expect(stdout).toContain('sub_gone has no queue: where it was removed, dlq drop --subscriber');
    expect(exitCode).toBe(1);
    expect(deadLetters(stack, OF)).toBe(1);
  });

  test('leaves what nobody can tell whose it is', async () => {
    const { stack, run } = await aStackWith();
    putAside(stack, [{ body: '{}', group: 'delivery.A', reason: 'malformed' }], OF);

    expect((await run('redrive')).stdout).toContain('nobody can say whose it is');
    expect(deadLetters(stack, OF)).toBe(1);
  });

  test('does not send back for ever what is refused at once', async () => {
    const refusing = await listen(createServer((_, response) => response.writeHead(400).end()));
    onTestFinished(() => refusing.close());
    const { pipeline, stack, run } = await aStackWith();
    const endpoint = { kind: 'https', url: refusing.url };
    const bot = await addSubscriber(pipeline, { endpoint, refusalIsFinal: true });
    putAside(stack, [{ body: aDelivery(bot), group: 'delivery.A' }], OF);

    const { stdout } = await run('redrive', '--queue', 'deliveries', '--json');
    expect(JSON.parse(stdout).queues[0].sentBack).toBe(1);
    await expect.poll(() => deadLetters(stack, OF), { timeout: 20_000 }).toBe(1);
    expect((await run('list', '--queue', 'deliveries')).stdout).toMatch(
      /^deliveries: 1 dead letter\nID .*undeliverable: http-400/s,
    );
  });
});

describe('floodgate dlq drop', () => {
  const DROP = ['drop', '--reason', 'malformed', '--yes', '--why', 'test of ours'] as const;

  test('deletes, and keeps who did what, when and why', async () => {
    const { run, stack, pipeline } = await aStackWith(
      lettersOf('A', 12, 'malformed'),
      lettersOf('B', 1),
    );
    const { stdout, exitCode } = await run(...DROP);

    expect(stdout).toContain('inbox: 12 dropped, 1 stay\n');
    expect(exitCode).toBe(0);
    expect(deadLetters(stack)).toBe(1);
    const [record, ...more] = await records(pipeline);
    expect(more).toHaveLength(1);
    expect(record).toMatchObject({
      sk: { S: expect.stringMatching(/^\d{13}#/) },
      action: { S: 'dead-letters-dropped' },
      by: { S: expect.stringMatching(/^local:./) },
      why: { S: 'test of ours' },
    });
    const details = JSON.parse(record?.['details']?.S ?? '');
    expect(details.deadLetters).toHaveLength(10);
    expect(details.deadLetters[0]).toMatchObject({ reason: 'malformed', group: 'contact.A' });
    expect(JSON.stringify(record)).not.toContain('secret');
  });

  test('deletes nothing that cannot be recorded', async () => {
    const { run, stack } = await aStackWith(lettersOf('A', 2, 'malformed'));
    stack.faults.dynamodb = () => ({ code: 'AccessDeniedException' });

    expect(await run(...DROP)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('nothing can be recorded'),
    });
    expect(deadLetters(stack)).toBe(2);
  });

  test('counts, and deletes nothing, in a dry run', async () => {
    const { run, stack, pipeline } = await aStackWith(lettersOf('A', 2));

    expect((await run('drop', '--all', '--dry-run')).stdout).toContain('would drop 2 of 1 group ');
    expect(deadLetters(stack)).toBe(2);
    expect(await records(pipeline)).toEqual([]);
  });
});

describe('floodgate dlq', () => {
  test.each([
    [[], 'dlq takes list, show, redrive or drop, not nothing'],
    [['purge'], 'dlq takes list, show, redrive or drop, not "purge"'],
    [['show'], 'show takes the id of a dead letter'],
    [['list', 'inbox'], "unexpected argument 'inbox'"],
    [
      ['list', '--since', 'monday'],
      '--since takes a time such as 90s, 15m, 2h or 3d, not "monday"',
    ],
    [['drop', '--yes', '--why', 'x'], 'drop takes --id, --reason, --channel, --subscriber'],
    [['drop', '--all', '--why', 'x'], 'say --yes, or --dry-run to see what would go'],
    [['drop', '--all', '--yes', '--why', ' '], 'drop takes --why TEXT'],
  ])('refuses %j in one line', async (args, message) => {
    const { exitCode, stderr } = await floodgate(['dlq', ...args]);

    expect(stderr).toMatch(/^error: [^\n]*; try --help\n$/);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });

  test('says what to do where no stack runs, or that there is no such queue', async () => {
    const nowhere = await floodgate(['dlq', 'list']);
    expect(nowhere).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('`npm start`') });

    const { run } = await aStackWith();
    expect((await run('list', '--queue', 'outbox')).stderr).toMatch(
      /--queue is one of inbox, .*, not "outbox"/,
    );
  });

  test('finds the queues and the table of a deployed stack by its outputs', async () => {
    const { stack, pipeline } = await aStackWith(lettersOf('A', 1, 'malformed'), lettersOf('B', 1));
    await inTheCloud(stack);
    const of = ['--stack', 'Floodgate-test'];

    expect((await floodgate(['dlq', 'list', ...of])).stdout).toContain('inbox: 2 dead letters;');
    const dropped = await floodgate([
      'dlq',
      'drop',
      ...of,
      '--reason',
      'malformed',
      '--yes',
      '--why',
      'x',
    ]);
    expect(dropped.stdout).toBe('inbox: 1 dropped, 1 stay\n');
    const [record] = await records(pipeline);
    expect(record?.['by']).toEqual({ S: 'arn:aws:sts::111111111111:assumed-role/Operator/ana' });
    expect(await floodgate(['dlq', 'redrive', ...of])).toMatchObject({ exitCode: 0 });
    await pipeline.settle();
    expect(await stored(pipeline, 'B')).toEqual([0]);
  });

  test('says which stack cannot be read', async () => {
    const { stack } = await aStackWith();
    await inTheCloud(stack);

    expect((await floodgate(['dlq', 'list', '--stack', 'Floodgate-gone'])).stderr).toContain(
      'the stack Floodgate-gone cannot be read: Stack with id Floodgate-gone does not exist',
    );
  });
});

/** Answers as CloudFormation and STS do, with this stack as `Floodgate-test`. */
async function inTheCloud({ queues, table, aws }: LocalStack): Promise<void> {
  const outputs = {
    TableName: table,
    InboxUrl: queues['inbox'],
    DeadLetterQueueUrl: queues['inboxDeadLetter'],
    DashboardUrl: 'https://console.aws.amazon.com/cloudwatch',
  };
  const members = Object.entries(outputs).map(
    ([key, value]) =>
      `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  const identity = 'arn:aws:sts::111111111111:assumed-role/Operator/ana';
  const answers: Readonly<Record<string, string>> = {
    DescribeStacks: `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>Floodgate-test</StackName><Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
    GetCallerIdentity: `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${identity}</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`,
  };
  const server = await listen(
    createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const asked = new URLSearchParams(body);
      const isThere = (asked.get('StackName') ?? 'Floodgate-test') === 'Floodgate-test';
      response.writeHead(isThere ? 200 : 400, { 'content-type': 'text/xml' });
      const refusal = `<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack with id ${asked.get('StackName')} does not exist</Message></Error></ErrorResponse>`;
      response.end(isThere ? answers[asked.get('Action') ?? ''] : refusal);
    }),
  );
  onTestFinished(() => server.close());
  const variables = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'any',
    AWS_SECRET_ACCESS_KEY: 'any',
    AWS_ENDPOINT_URL_CLOUDFORMATION: server.url,
    AWS_ENDPOINT_URL_STS: server.url,
    AWS_ENDPOINT_URL_SQS: aws.sqs,
    AWS_ENDPOINT_URL_DYNAMODB: aws.dynamodb,
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}
