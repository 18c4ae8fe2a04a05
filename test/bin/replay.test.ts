import { createServer, type IncomingHttpHeaders } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { archiveLine, hourPrefix, readArchiveLine } from '../../lambda/archive/line.ts';
import { s3Archive } from '../../lambda/archive/s3-archive.ts';
import type { Delivery } from '../../lambda/delivery/delivery.ts';
import { subscriberWriter } from '../../lambda/delivery/subscriber-table.ts';
import { memberOf } from '../../lambda/shared/json/json-source.ts';
import { listen } from '../../local/loopback-server.ts';
import type { LocalStack } from '../../local/stack.ts';
import { buildAssembly } from '../../local/template/assembly.ts';
import { archiveBucketOf, archivedKeys, archivedLines, fetchArchived } from '../support/archive.ts';
import { awsService } from '../support/aws-service.ts';
import { aMessage, aStatus } from '../support/just-sent.ts';
import { aPipeline, type Pipeline } from '../support/pipeline.ts';
import { aSubscriber } from '../support/subscribers.ts';
import { CHANNEL, metaWebhook } from '../support/webhooks.ts';
import { floodgate, operatorOf, startFloodgate } from './command-line.ts';
import { addSubscriber, type SentDelivery, watchQueue } from './subscribed.ts';

// Whoever starts a stack first waits for its build.
beforeAll(async () => void (await buildAssembly()), 120_000);

const NEVER = new AbortController().signal;
const PATIENCE = { timeout: 30_000 };
const FIVE_MINUTES = 5 * 60_000;
const HOUR = 12 * FIVE_MINUTES;
const CONTACTS = 8;

/** Makes the archive an hour older: what came just now no replay looks for there. */
async function age(stack: LocalStack): Promise<void> {
  const keys = await archivedKeys(stack);
  const events = (await archivedLines(stack, keys)).flatMap((line) => readArchiveLine(line) ?? []);
  const older = events.map((event) => ({ ...event, receivedAt: event.receivedAt - HOUR }));
  const store = s3Archive(archiveBucketOf(stack), awsService('s3', stack.aws.s3));
  for (const [prefix, ofHour] of Map.groupBy(older, (event) => hourPrefix(event.receivedAt))) {
    await store(`${prefix}1-older.ndjson.gz`, ofHour.map(archiveLine), NEVER);
  }
  for (const key of keys) expect((await fetchArchived(stack, key, 'DELETE')).ok).toBe(true);
}

/** Messages of a few contacts, and what became of one that the business sent. */
async function receive({ post, settle }: Pipeline, first: number, count: number): Promise<void> {
  const messages = Array.from({ length: count }, (_, index) => {
    const number = first + index;
    return aMessage({ id: `wamid.${number}`, from_user_id: `MX.${number % CONTACTS}` });
  });
  expect((await post(metaWebhook({ messages }))).status).toBe(200);
  await settle();
}

async function aStackThatReceived(count: number) {
  const pipeline = await aPipeline();
  const { stack } = pipeline;
  await receive(pipeline, 0, count);
  const run = operatorOf(stack, { FLOODGATE_REPLAY_SECRET: SECRET });
  return {
    ...{ pipeline, stack },
    /** Adds a subscriber. What replays send to its queue from then on, in its order. */
    subscribe: async (members: object = {}) =>
      watchQueue(stack, await addSubscriber(pipeline, members), isReplayed),
    archive: async () => {
      stack.clock.advance(FIVE_MINUTES);
      await expect
        .poll(async () => (await archivedKeys(stack)).length, PATIENCE)
        .toBeGreaterThan(0);
      await expect.poll(() => stack.left(), PATIENCE).toBe(0);
      await age(stack);
    },
    replay: async (...args: string[]) => {
      const { exitCode, stdout, stderr } = await run('replay', ...args, '--json');
      expect(stderr).toBe('');
      return { exitCode, ...JSON.parse(stdout) };
    },
    run: (...args: string[]) => run('replay', ...args),
  };
}

/** What has just come may be on its way for the first time. */
function isReplayed({ replayId }: Delivery): boolean {
  return replayId !== undefined;
}

const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

/** Takes events that the replay's secret has signed, for as long as it is up. */
async function aReceiver(isUp: (posted: number) => boolean) {
  const posted: number[] = [];
  let isRecovered = false;
  const server = await listen(
    createServer(async (request, response) => {
      const body = Buffer.concat(await Array.fromAsync(request)).toString();
      const event = new Webhook(SECRET).verify(body, signatureOf(request.headers));
      const takes = isRecovered || isUp(posted.length);
      if (takes) posted.push(wamidNumber(event));
      response.statusCode = takes ? 204 : 500;
      response.end();
    }),
  );
  onTestFinished(() => server.close());
  const recover = () => {
    isRecovered = true;
  };
  return { url: server.url, posted, recover };
}

function signatureOf(headers: IncomingHttpHeaders): Record<string, string> {
  const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
  return Object.fromEntries(names.map((name) => [name, String(headers[name])]));
}

function wamidNumber(event: unknown): number {
  return Number(String(memberOf(memberOf(event, 'data'), 'wamid')).slice('wamid.'.length));
}

const WHY = ['--why', 'a test'] as const;

function numbersOf(sent: readonly SentDelivery[]): number[] {
  return sent.map(({ delivery: { event } }) => Number(event.wamid?.slice('wamid.'.length)));
}

function expectInOrder(sent: readonly SentDelivery[]): void {
  for (const ofContact of Map.groupBy(sent, ({ group }) => group).values()) {
    const numbers = numbersOf(ofContact);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  }
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

async function records({ rows }: Pipeline) {
  return (await rows()).filter(({ pk }) => pk?.S === 'records');
}

describe('floodgate replay', { timeout: 120_000 }, () => {
  test('delivers again what the archive has, once each and in order', async () => {
    const { pipeline, archive, replay, subscribe } = await aStackThatReceived(40);
    await receive(pipeline, 40, 20);
    await archive();
    const replayed = await subscribe();

    const report = await replay('--from', '2h', ...WHY);

    expect(report).toMatchObject({ exitCode: 0, state: 'done', events: 60, deliveries: 60 });
    expect(report).toMatchObject({ isTableRead: false, isCutShort: true });
    expect(report.archiveObjects).toBeGreaterThan(0);
    expect(numbersOf(replayed).toSorted((a, b) => a - b)).toEqual(upTo(60));
    expectInOrder(replayed);
    const ids = replayed.map(({ delivery }) => delivery.replayId);
    expect(new Set(ids)).toEqual(new Set([report.replayId]));
  });

  test('reads no table where the archive may not have it yet, and says how to', async () => {
    const { run } = await aStackThatReceived(1);

    expect(await run('--from', '20m', ...WHY)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('takes --from-table'),
    });
    const { stdout } = await run('--from', '2h', '--to-url', 'http://127.0.0.1:9', '--dry-run');
    expect(stdout).toMatch(/\nThe archive has the last half hour later: --from 2\S+ --from-table/);
  });

  test('delivers again the events that are named alone, and says which are not there', async () => {
    const { replay, subscribe, run } = await aStackThatReceived(10);
    const replayed = await subscribe();
    await replay('--from', '1h', '--from-table', ...WHY);
    const { event } = replayed[3]?.delivery ?? {};
    const id = event?.id ?? '';

    const report = await replay('--event', id.replace('.', '_'), '--from-table', ...WHY);
    expect(report).toMatchObject({ exitCode: 0, events: 1, deliveries: 1, missing: 0 });
    expect(replayed.slice(10).map(({ delivery }) => delivery.event)).toEqual([event]);
    const others = await run('--event', `${id},message.unknown`, '--from-table', ...WHY);
    expect(others.stdout).toContain('1 event of those named not found, or wanted by nobody');
    expect(others.exitCode).toBe(1);
  });

  test('reads the table alone where it is told to, as after a gap of the stream', async () => {
    const { replay, subscribe } = await aStackThatReceived(30);
    const replayed = await subscribe();

    const report = await replay('--from', '1h', '--from-table', ...WHY);

    expect(report).toMatchObject({ state: 'done', events: 30, archiveObjects: 0 });
    expect(report).toMatchObject({ isTableRead: true, isCutShort: false });
    expect(numbersOf(replayed).toSorted((a, b) => a - b)).toEqual(upTo(30));
    expectInOrder(replayed);
  });

  test('sends to each whom it is meant for what it wants', async () => {
    const { pipeline, replay, subscribe } = await aStackThatReceived(5);
    await pipeline.post(metaWebhook({ statuses: [aStatus({ status: 'read' })] }));
    await pipeline.settle();
    const replayed = [
      await subscribe({ name: 'all' }),
      await subscribe({ name: 'statuses', filter: { kinds: ['status'] } }),
    ];
    const gone = aSubscriber({ id: 'sub_gone', name: 'gone', disabledBecause: 'gone' });
    await subscriberWriter(pipeline.dynamodb, pipeline.stack.table).add(gone, 'none', NEVER);
    const recipients = async (...args: string[]) =>
      (await replay('--from', '1h', '--from-table', '--dry-run', ...args)).recipients.map(
        ({ name, deliveries }: { name: string; deliveries: number }) => [name, deliveries],
      );

    expect(await recipients()).toEqual([
      ['all', 6],
      ['statuses', 1],
    ]);
    expect(await recipients('--subscriber', 'statuses')).toEqual([['statuses', 1]]);
    expect(await recipients('--kind', 'message')).toEqual([['all', 5]]);
    expect(await recipients('--status', 'read')).toEqual([
      ['all', 1],
      ['statuses', 1],
    ]);
    expect(await recipients('--status', 'failed')).toEqual([]);
    expect(await recipients('--type', 'text')).toEqual([['all', 5]]);
    expect(await recipients('--channel', 'another')).toEqual([]);
    expect(replayed.flat()).toEqual([]);
    expect(await records(pipeline)).toEqual([]);
  });

  test('replays one contact under whichever of its names, and what became of what it was sent', async () => {
    const { pipeline, replay, subscribe } = await aStackThatReceived(0);
    const { post, settle } = pipeline;
    const ours = { recipient_id: '15550001', recipient_user_id: 'MX.7' };
    const others = { recipient_id: '15550002', recipient_user_id: 'MX.8' };
    const messages = [
      aMessage({ id: 'wamid.a', from: '15550001', from_user_id: 'MX.7' }),
      aMessage({ id: 'wamid.b', from: '15550002', from_user_id: 'MX.8' }),
    ];
    await post(metaWebhook({ messages }));
    await post(metaWebhook({ statuses: [aStatus({ id: 'wamid.c', ...ours })] }));
    await post(metaWebhook({ statuses: [aStatus({ id: 'wamid.d', ...others })] }));
    await settle();
    await subscribe();
    for (const name of ['MX.7', '15550001']) {
      const who = ['--channel', CHANNEL, '--contact', name];
      const report = await replay('--from', '1h', '--from-table', ...who, ...WHY);
      expect(report.events).toBe(2);
    }
    expect(JSON.stringify(await records(pipeline))).not.toMatch(/MX\.7|15550001/);
  });

  test('reaches the endpoint with the webhook-id of the first time, and says that it is a replay', async () => {
    const { pipeline, replay, subscribe } = await aStackThatReceived(0);
    const got: { id: unknown; replay: unknown }[] = [];
    const server = await listen(
      createServer(({ headers }, response) => {
        got.push({ id: headers['webhook-id'], replay: headers['floodgate-replay'] });
        response.end();
      }),
    );
    onTestFinished(() => server.close());
    await subscribe({ endpoint: { kind: 'https', url: server.url } });
    await receive(pipeline, 0, 3);
    await expect.poll(() => got.length, PATIENCE).toBe(3);
    const ids = got.map(({ id }) => id);

    const { replayId } = await replay('--from', '1h', '--from-table', ...WHY);
    await expect.poll(() => got.length, PATIENCE).toBe(6);

    expect(new Set(got.slice(3).map(({ id }) => id))).toEqual(new Set(ids));
    expect(got.slice(3).map((one) => one.replay)).toEqual([replayId, replayId, replayId]);
    expect(got.slice(0, 3).map((one) => one.replay)).toEqual([undefined, undefined, undefined]);
  });

  test('stops at Ctrl-C, and goes on where it was with nothing left out and nothing twice', async () => {
    const { stack, replay, archive, subscribe } = await aStackThatReceived(40);
    await archive();
    const replayed = await subscribe();
    const running = startFloodgate(stack, ['replay', '--from', '2h', '--rate', '10', ...WHY]);
    await expect.poll(() => replayed.length, PATIENCE).toBeGreaterThan(9);

    expect(await running.stop()).toBe(1);
    expect(replayed.length).toBeLessThan(40);
    const [, id = ''] =
      /Stopped. To go on: npx floodgate replay --resume (\S+)/.exec(running.stdout()) ?? [];
    const report = await replay('--resume', id);

    expect(report).toMatchObject({ exitCode: 0, state: 'done', events: 40, deliveries: 40 });
    expect(numbersOf(replayed).toSorted((a, b) => a - b)).toEqual(upTo(40));
    expectInOrder(replayed);
  });

  test('posts to an address what Standard Webhooks verifies, and goes on where it was not taken', async () => {
    const { pipeline, run } = await aStackThatReceived(60);
    const isUp = (posted: number) => posted < 40;
    const receiver = await aReceiver(isUp);
    const to = ['--to-url', `${receiver.url}/hook?token=hidden`];

    const failed = await run('--from', '1h', '--from-table', ...to, ...WHY);
    expect(failed.exitCode).toBe(1);
    expect(failed.stderr).toContain('does not take events: it answered 500');
    expect(JSON.stringify(await records(pipeline))).not.toContain('hidden');
    const id = /--resume (\S+)/.exec(failed.stderr)?.[1] ?? '';
    expect((await run('--resume', id)).stderr).toContain('say --to-url of 127.0.0.1');
    receiver.recover();
    const resumed = await run('--resume', id, ...to, '--json');

    expect(JSON.parse(resumed.stdout)).toMatchObject({ state: 'done', events: 60 });
    const firstTimes = [...new Set(receiver.posted)];
    expect(firstTimes.toSorted((a, b) => a - b)).toEqual(upTo(60));
    for (const contact of upTo(CONTACTS)) {
      const numbers = firstTimes.filter((number) => number % CONTACTS === contact);
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    }
  });

  test('keeps who replayed what, and why; goes on only with what is not done', async () => {
    const { pipeline, replay, run, subscribe } = await aStackThatReceived(3);
    await subscribe();
    const { replayId } = await replay(
      '--from',
      '1h',
      '--from-table',
      '--why',
      'the CRM was restored',
    );

    const [record] = await records(pipeline);
    expect(record).toMatchObject({
      action: { S: 'replay' },
      why: { S: 'the CRM was restored' },
      state: { S: 'done' },
    });
    expect(record?.['by']?.S).toMatch(/^local:./);
    expect(await run('--resume', replayId)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(`the replay ${replayId} is done`),
    });
    expect((await run('--resume', '1795332000000-00000000')).stderr).toContain('on record');
  });

  test('says what it would cost, and has no part of the table or the archive changed', async () => {
    const { archive, run, subscribe } = await aStackThatReceived(10);
    await archive();
    await subscribe({ name: 'bot' });
    const { stdout, exitCode } = await run('--from', '2h', '--dry-run');

    expect(stdout).toMatch(/^Would send 10 deliveries of 10 events, received from /);
    expect(stdout).toMatch(/\nbot +10 +sub_/);
    expect(stdout).toMatch(/\nCOSTS ABOUT +\$0\.\d+\n/);
    expect(exitCode).toBe(0);
  });

  test.each([
    [['--to', '1h', ...WHY], 'replay takes --from TIME, or --event ID'],
    [['--from', '1h'], 'replay takes --why TEXT'],
    [['--from', 'yesterday', ...WHY], '--from takes a moment such as 2026-11-20'],
    [['--from', '1h', '--to', '2h', ...WHY], '--from has to be before --to'],
    [['--from', '1h', '--contact', '1', ...WHY], '--contact takes one --channel'],
    [['--from', '1h', '--kind', 'mesage', ...WHY], '--kind is one of message, echo'],
    [['--from', '1h', '--to-url', 'http://x', '--subscriber', 'a', ...WHY], 'exclude each other'],
    [['--resume', 'x'], '--resume takes the id of a replay'],
    [['--resume', '1795332000000-00000000', '--from=1h'], 'it takes no --from'],
  ])('refuses %j', async (args, message) => {
    const { exitCode, stderr } = await floodgate(['replay', ...args]);

    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });
});
