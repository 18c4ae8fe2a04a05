import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ChangeStream } from '../../../local/aws/change-stream.ts';
import { parameterActions } from '../../../local/aws/parameters.ts';
import { secretActions } from '../../../local/aws/secrets-manager.ts';
import { LocalClock } from '../../../local/clock.ts';
import { startStreamPoller } from '../../../local/functions/stream-poller.ts';
import type { Keep } from '../../../local/keep/keep.ts';
import { QueueHost } from '../../../local/sqs/queue-host.ts';
import type { QueueModel } from '../../../local/sqs/queue-model.ts';
import { serveWhatsApp } from '../../../local/whatsapp/serve-whatsapp.ts';
import { aWebhookTaker } from '../whatsapp/webhook-taker.ts';
import { NUMBER, SOFIA, TOKENS } from '../whatsapp/worlds.ts';
import { aFolder, starts } from './a-keep.ts';

const MINUTE_MS = 60_000;

describe('a queue, after a restart', () => {
  const INBOX = 'inbox.fifo';
  const queueOf = (keep: Keep, clock = new LocalClock()): QueueModel =>
    new QueueHost(clock, keep).create({ name: INBOX, visibilityTimeoutSeconds: 180 }).queue;
  const message = (groupId: string, body: string, deduplicationId = body) => ({
    ...{ groupId, deduplicationId, body },
  });
  const bodiesOf = (queue: QueueModel, now: number) =>
    queue.receive(10, now).map(({ body }) => body);

  test('has each message that was not deleted, in the order of its group', () => {
    const start = starts();
    const before = queueOf(start());
    for (const body of ['one', 'two', 'three']) before.send(message('sofia', body), 0);
    const [first] = before.receive(1, 0);
    before.delete(first?.receiptHandle ?? '', 0);

    expect(bodiesOf(queueOf(start()), 1)).toEqual(['two', 'three']);
  });

  test('hands out at once what functions had in hand, and counts that receive', () => {
    const start = starts();
    const before = queueOf(start());
    before.send(message('sofia', 'one'), 0);
    before.receive(1, 0);

    const [again] = queueOf(start()).receive(1, 1);
    expect(again).toMatchObject({ body: 'one', receiveCount: 2, firstReceivedAt: 0 });
  });

  test('goes on hiding what was hidden for later, with all that waits for it', () => {
    const start = starts();
    const now = Date.now();
    const before = queueOf(start());
    before.send(message('sofia', 'one'), now);
    before.send(message('sofia', 'two'), now);
    const [first] = before.receive(1, now);
    before.changeVisibility(first?.receiptHandle ?? '', 600, now);

    const after = queueOf(start());
    expect(bodiesOf(after, now + MINUTE_MS)).toEqual([]);
    expect(bodiesOf(after, now + 11 * MINUTE_MS)).toEqual(['one', 'two']);
  });

  test('knows for five minutes what was sent, and gives no sequence number twice', () => {
    const start = starts();
    const before = queueOf(start());
    const sent = before.send(message('sofia', 'one'), 0);
    bodiesOf(before, 0);

    const after = queueOf(start());
    expect(after.send(message('sofia', 'one'), MINUTE_MS)).toEqual(sent);
    const next = after.send(message('sofia', 'two'), MINUTE_MS);
    expect(next).toMatchObject({ sequenceNumber: expect.stringMatching(/2$/) });
  });

  test('made at run time, is there with its settings, tags and dead-letter queue until it is removed', () => {
    const start = starts();
    const before = new QueueHost(new LocalClock(), start());
    const dead = before.create({ name: 'dead' }).queue;
    before.create({ name: 'removed' });
    before.create({
      name: 'made',
      delaySeconds: 5,
      redrive: { deadLetterQueue: dead, maxReceiveCount: 3 },
    });
    before.find('made')?.tags.set('of', 'somebody');
    before.keepQueue('made');
    before.remove('removed');

    const after = new QueueHost(new LocalClock(), start());
    after.restore();
    expect(after.names()).toEqual(['dead', 'made']);
    expect(after.find('made')?.queue.settings).toMatchObject({
      delaySeconds: 5,
      redrive: { deadLetterQueue: after.find('dead')?.queue, maxReceiveCount: 3 },
    });
    expect(after.find('made')?.tags.get('of')).toBe('somebody');
  });
});

describe('secrets and parameters, after a restart', () => {
  test('have what somebody wrote, and else what the start fills in', () => {
    const start = starts();
    const secretsOf = (keep: Keep, filled: string) =>
      secretActions(
        ['meta', 'wasender'].map((name) => ({ name, arn: `arn:${name}`, value: filled })),
        new LocalClock(),
        keep,
      );
    secretsOf(start(), 'first')['PutSecretValue']?.(
      { SecretId: 'meta', SecretString: 'written' },
      new AbortController().signal,
    );

    const after = secretsOf(start(), 'second');
    const secretOf = (SecretId: string, VersionStage = 'AWSCURRENT') =>
      after['GetSecretValue']?.({ SecretId, VersionStage }, new AbortController().signal);
    expect(secretOf('meta')).toMatchObject({ SecretString: 'written' });
    expect(secretOf('meta', 'AWSPREVIOUS')).toMatchObject({ SecretString: 'first' });
    expect(secretOf('wasender')).toMatchObject({ SecretString: 'second' });
    expect(after['ListSecrets']?.({}, new AbortController().signal)).toMatchObject({
      SecretList: [{ Name: 'meta' }, { Name: 'wasender' }],
    });
  });

  test('have no parameter that somebody deleted', () => {
    const start = starts();
    const { signal } = new AbortController();
    const parametersOf = (keep: Keep) =>
      parameterActions({ '/token/1': 'filled', '/token/2': 'filled' }, new LocalClock(), keep);
    const before = parametersOf(start());
    before['DeleteParameter']?.({ Name: '/token/1' }, signal);
    before['PutParameter']?.({ Name: '/token/2', Value: 'written', Overwrite: true }, signal);

    const after = parametersOf(start());
    expect(() => after['GetParameter']?.({ Name: '/token/1' }, signal)).toThrow('not found');
    const second = after['GetParameter']?.({ Name: '/token/2', WithDecryption: true }, signal);
    expect(second).toMatchObject({ Parameter: { Value: 'written', Version: 2 } });
  });
});

describe('a change stream, after a restart', () => {
  const NAMES = ['a', 'b', 'c'];

  /** A reader that takes nothing while it is `broken`. */
  function aReader(keep: Keep, isBroken: boolean) {
    const stream = new ChangeStream('events', 'NEW_AND_OLD_IMAGES', new LocalClock(), keep);
    const taken: (readonly [name: string, sequenceNumber: string])[] = [];
    const factsOf = ({ dynamodb }: DynamoDBRecord) =>
      [dynamodb?.Keys?.['sk']?.S ?? '', dynamodb?.SequenceNumber ?? ''] as const;
    const poller = startStreamPoller({
      ...{
        stream,
        clock: new LocalClock(),
        filter: () => true,
        batchSize: 10,
        batchingWindowMs: 0,
      },
      ...{ reportsBatchItemFailures: true, bisectsBatch: false },
      maximumRetryAttempts: Number.POSITIVE_INFINITY,
      maximumRecordAgeMs: Number.POSITIVE_INFINITY,
      invoke: async ({ Records }) => {
        if (isBroken) return { ok: false, reason: 'error', detail: 'broken' };
        taken.push(...Records.map(factsOf));
        return { ok: true, result: { batchItemFailures: [] } };
      },
      discard: async () => undefined,
      kept: { in: keep, as: 'router' },
    });
    onTestFinished(() => poller.stop());
    const change = (S: string) => {
      const keys = { pk: { S: 'p' }, sk: { S } };
      stream.append({ keys, oldImage: undefined, newImage: keys, bytes: 1 });
    };
    return { poller, taken, change };
  }

  test('hands over what no reader had taken, in order, and before what comes then', async () => {
    const start = starts();
    const before = aReader(start(), true);
    for (const name of NAMES) before.change(name);
    before.poller.stop();

    const after = aReader(start(), false);
    after.change('d');
    await expect.poll(() => after.taken.map(([name]) => name)).toEqual([...NAMES, 'd']);
    const numbers = after.taken.map(([, sequenceNumber]) => BigInt(sequenceNumber));
    expect(numbers).toEqual(numbers.toSorted((a, b) => Number(a - b)));
    expect(new Set(numbers).size).toBe(4);
    after.poller.stop();
    await after.poller.finished;

    const last = aReader(start(), false);
    last.change('e');
    await expect.poll(() => last.taken.map(([name]) => name)).toEqual(['e']);
  });
});

describe('the stand-in for WhatsApp, after a restart', () => {
  test('has each message that it took, and tells the statuses that it had not told', async () => {
    const start = starts();
    const stack = await aWebhookTaker();
    const open = async (clock: LocalClock) => {
      const options = { tokens: TOKENS, clock, target: stack.target, keep: start() };
      const whatsapp = await serveWhatsApp(options);
      onTestFinished(() => whatsapp.close());
      return whatsapp;
    };
    const clock = new LocalClock();
    const before = await open(clock);
    const sent = await fetch(`${before.url}/v23.0/${NUMBER}/messages`, {
      method: 'POST',
      body: JSON.stringify({
        ...{ messaging_product: 'whatsapp', to: SOFIA, type: 'template' },
        template: { name: 'hello_world', language: { code: 'en_US' } },
      }),
      headers: { authorization: `Bearer ${TOKENS.meta}` },
    });
    expect(sent.status).toBe(200);
    const receipts = (await before.world()).ledger.receipts;
    await before.close();

    const after = await open(clock);
    expect((await after.world()).ledger.receipts).toEqual(receipts);
    clock.advance(MINUTE_MS);
    const told = () => stack.received.map(({ body }) => body).join('\n');
    await expect.poll(told).toMatch(/"status":"read"/);
    await expect.poll(async () => (await after.world()).outbox).toEqual([]);
    await after.close();

    const count = stack.received.length;
    const last = await open(clock);
    expect((await last.world()).outbox).toEqual([]);
    expect(stack.received).toHaveLength(count);
  });

  test('knows who got what by what came of sends of long ago, of which it keeps no body', async () => {
    const folder = aFolder();
    const start = starts(folder);
    const stack = await aWebhookTaker();
    const clock = new LocalClock();
    const open = async () => {
      const keep = start();
      const options = { tokens: TOKENS, clock, target: stack.target, keep, mostBodies: 1 };
      const whatsapp = await serveWhatsApp(options);
      onTestFinished(() => whatsapp.close());
      const send = async (path: string, token: string, body: object) =>
        await fetch(`${whatsapp.url}${path}`, {
          ...{ method: 'POST', body: JSON.stringify(body) },
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        });
      const toldUntil = () => keep.shelf('whatsapp.told', Number).entries().at(-1)?.[1] ?? 0;
      return {
        whatsapp,
        /** Has all be told that is to come. */
        tell: async () => {
          const until = clock.now();
          clock.advance(MINUTE_MS);
          await expect.poll(toldUntil).toBeGreaterThan(until);
        },
        offer: (to: string) =>
          send(`/v23.0/${NUMBER}/messages`, TOKENS.meta, {
            ...{ messaging_product: 'whatsapp', to, type: 'template' },
            template: {
              ...{ name: 'plain_offer', language: { code: 'en_US' } },
              components: [{ type: 'body', parameters: [{ type: 'text', text: 'secret words' }] }],
            },
          }),
        text: (to: string) =>
          send('/api/send-message', TOKENS.wasender, { to, text: 'other secret words' }),
        rest: async () => {
          const world = await whatsapp.world();
          const { ledger, templates, pairs, reached, marketing, people, sessionSends } = world;
          const receipts = ledger.receipts.map(({ text: _, content: __, ...one }) => one);
          const taken = templates.map((one) => one.taken);
          const told = { refusals: ledger.refusals, triedAt: ledger.triedAt };
          return structuredClone({
            ...{ receipts, taken, pairs, reached, marketing, people, sessionSends, ...told },
          });
        },
      };
    };
    const before = await open();
    for (const to of [SOFIA, 'nobody', SOFIA, '5215550000013', SOFIA]) await before.offer(to);
    await before.text(SOFIA);
    await before.text('no number');
    await before.tell();
    for (let n = 0; n < 3; n += 1) {
      await before.offer(SOFIA);
      await before.tell();
    }
    const known = await before.rest();
    await before.whatsapp.close();

    const after = await open();
    expect(await after.rest()).toEqual(known);
    const bodies = start()
      .shelf('whatsapp', (json) => JSON.stringify(json))
      .entries()
      .map(([, one]) => one);
    expect(bodies).toHaveLength(10);
    expect(bodies.filter((one) => one.includes('"spent"')).length).toBeGreaterThanOrEqual(8);
    expect(bodies.filter((one) => one.includes('"spent"')).join()).not.toContain('secret');
  });
});
