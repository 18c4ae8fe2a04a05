import { Webhook } from 'standardwebhooks';
import { describe, expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { deliveryGroup, writeDelivery } from '../../lambda/delivery/delivery.ts';
import { standardEvent } from '../../lambda/delivery/standard-event-schema.ts';
import { subscriberWriter } from '../../lambda/delivery/subscriber-table.ts';
import { secretAnswer } from '../../lambda/delivery/subscribers/schemas.ts';
import { routed } from '../support/deliveries.ts';
import { startEndpoint } from '../support/endpoint.ts';
import { aDelivery, aMessage, SENT_AT, splitMeta } from '../support/just-sent.ts';
import { aPipeline, type Pipeline } from '../support/pipeline.ts';
import { aSubscriber } from '../support/subscribers.ts';
import { metaWebhook, only } from '../support/webhooks.ts';
import { manage, queueDelivery, subscribe, waitingFor } from './delivering.ts';

const wait = { timeout: 40_000, interval: 50 };

async function anEndpoint(status: () => number = () => 200) {
  const endpoint = await startEndpoint((response) => void response.writeHead(status()).end());
  onTestFinished(() => endpoint[Symbol.asyncDispose]());
  const texts = () =>
    endpoint.received.map(({ body }) => {
      const event = standardEvent.parse(JSON.parse(body));
      return event.type === 'message.received' ? event.data.text : event.type;
    });
  return { ...endpoint, texts };
}

async function say({ post }: Pipeline, ...texts: readonly string[]): Promise<void> {
  for (const body of texts) {
    const message = aMessage({ id: `wamid.${body}`, text: { body } });
    expect((await post(metaWebhook({ messages: [message] }))).status).toBe(200);
  }
}

const rowOf = async ({ rows }: Pipeline, id: string) =>
  (await rows()).find(({ sk }) => sk?.S === id);

describe('a webhook', { timeout: 120_000 }, () => {
  test('is delivered once to who wants it, signed with a secret that only both know', async () => {
    const pipeline = await aPipeline();
    const endpoint = await anEndpoint();
    const id = await subscribe(pipeline, endpoint.url);

    await say(pipeline, 'one', 'two', 'three');
    await expect.poll(endpoint.texts, wait).toEqual(['one', 'two', 'three']);

    const answer = await fetch(`${pipeline.stack.url}/v1/subscribers/${id}/secret`);
    const { secret } = secretAnswer.parse(await answer.json());
    for (const { body, headers } of endpoint.received) {
      const signed = z.record(z.string(), z.string()).parse(headers);
      expect(new Webhook(secret).verify(body, signed)).toMatchObject({ version: 1 });
    }
    const logged = async () =>
      (await pipeline.rows())
        .filter(({ pk }) => pk?.S?.startsWith(`deliveries.${id}.`))
        .flatMap(({ attempts }) => JSON.parse(attempts?.S ?? ''));
    await expect.poll(async () => (await logged()).length, wait).toBe(3);
    expect((await logged())[0]).toMatchObject({ outcome: 'delivered', status: 200, try: 1 });
  });

  test('waits in the queue of a paused subscriber, and goes out in order when that is over', async () => {
    const pipeline = await aPipeline();
    const endpoint = await anEndpoint();
    const id = await subscribe(pipeline, endpoint.url, { isPaused: true });
    await say(pipeline, 'one', 'two');
    await expect.poll(() => waitingFor(pipeline, id), wait).toBe(2);
    pipeline.stack.clock.advance(60_000);
    expect(endpoint.texts()).toEqual([]);

    await manage(pipeline, 'POST', `${id}/resume`);
    await say(pipeline, 'three');

    await expect.poll(endpoint.texts, wait).toEqual(['one', 'two', 'three']);
    await expect.poll(() => waitingFor(pipeline, id), wait).toBe(0);
  });

  test('waits for an endpoint that answers nobody, until a probe finds it well', async () => {
    const pipeline = await aPipeline();
    const { clock } = pipeline.stack;
    const answers = { status: 500 };
    const endpoint = await anEndpoint(() => answers.status);
    const id = await subscribe(pipeline, endpoint.url);
    await say(pipeline, 'one');
    const isDown = async () => {
      // Its next try is up to an hour away.
      clock.advance(3_600_000);
      return (await rowOf(pipeline, id))?.['downSince'] !== undefined;
    };
    await expect.poll(isDown, { ...wait, interval: 500 }).toBe(true);
    await say(pipeline, 'two');
    answers.status = 200;
    endpoint.received.length = 0;

    const received = () => {
      clock.advance(30_000);
      return endpoint.texts();
    };
    await expect.poll(received, { ...wait, interval: 500 }).toEqual(['one', 'two']);
    expect((await rowOf(pipeline, id))?.['downSince']).toBeUndefined();
  });

  test('goes out to one while another’s endpoint lets everybody wait', async () => {
    const pipeline = await aPipeline();
    const held = Promise.withResolvers<void>();
    onTestFinished(() => held.resolve());
    const slow = await startEndpoint((response) => void held.promise.then(() => response.end()));
    onTestFinished(() => slow[Symbol.asyncDispose]());
    const endpoint = await anEndpoint();
    await subscribe(pipeline, slow.url);
    await subscribe(pipeline, endpoint.url);

    await say(pipeline, 'one', 'two', 'three');

    await expect.poll(endpoint.texts, wait).toEqual(['one', 'two', 'three']);
    expect(slow.received.length).toBeLessThan(3);
  });

  test('is not tried for a subscriber whose endpoint is gone, until it is asked for again', async () => {
    const pipeline = await aPipeline();
    const answers = { status: 410 };
    const endpoint = await anEndpoint(() => answers.status);
    const id = await subscribe(pipeline, endpoint.url);
    const config = async () => (await rowOf(pipeline, id))?.['config']?.S;

    await say(pipeline, 'one');
    await expect.poll(config, wait).toContain('"disabledBecause":"gone"');
    expect(endpoint.received).toHaveLength(1);

    answers.status = 200;
    await manage(pipeline, 'POST', `${id}/resume`);
    queueDelivery(pipeline, { ...aDelivery(), subscriberId: id });
    await expect.poll(() => endpoint.received.length, wait).toBe(2);
  });

  test('leaves nothing of a subscriber that is removed: neither queue nor mapping', async () => {
    const pipeline = await aPipeline();
    const endpoint = await anEndpoint();
    const id = await subscribe(pipeline, endpoint.url, { isPaused: true });
    await say(pipeline, 'one');
    await expect.poll(() => waitingFor(pipeline, id), wait).toBe(1);

    await manage(pipeline, 'DELETE', id);

    expect(() => waitingFor(pipeline, id)).toThrow('does not exist');
    expect(await rowOf(pipeline, id)).toBeUndefined();
    expect(endpoint.received).toEqual([]);
  });
});

describe('what an earlier release left', { timeout: 120_000 }, () => {
  test('goes out in order, and before what came since: what was put aside, then the queue of all', async () => {
    const pipeline = await aPipeline();
    const { stack, dynamodb } = pipeline;
    const endpoint = await anEndpoint();
    const id = await subscribe(pipeline, endpoint.url);
    await manage(pipeline, 'DELETE', id);
    stack.clock.advance(3_600_000);
    const former = aSubscriber({ id, endpoint: { kind: 'https', url: endpoint.url } });
    const { signal } = new AbortController();
    const writer = subscriberWriter(dynamodb, stack.table);
    await say(pipeline, 'aside', 'queued');
    await pipeline.settle();
    // The archive gathers for five minutes.
    stack.clock.advance(300_000);
    await expect.poll(() => stack.left(), wait).toBe(0);
    await writer.add(former, 'none', signal);
    await dynamodb(
      'UpdateItem',
      {
        ...{ TableName: stack.table, Key: { pk: { S: 'subscribers' }, sk: { S: id } } },
        UpdateExpression: 'REMOVE mappingId',
      },
      signal,
    );
    const deliveryOf = (text: string) => {
      const message = aMessage({ id: `wamid.${text}`, text: { body: text } });
      const event = routed(only(splitMeta(metaWebhook({ messages: [message] }))));
      return { subscriberId: id, routedAt: SENT_AT, event };
    };
    const aside = deliveryOf('aside');
    const Item = {
      ...{ pk: { S: `backlog.${id}` }, sk: { S: `${deliveryGroup(aside, true)}#1` } },
      delivery: { S: writeDelivery(aside) },
    };
    await dynamodb('PutItem', { TableName: stack.table, Item }, signal);
    const queued = deliveryOf('queued');
    const message = { groupId: deliveryGroup(queued, true), deduplicationId: '1' };
    const body = writeDelivery(queued);
    stack.queue('deliveries').send({ ...message, body }, stack.clock.now());

    await say(pipeline, 'new');
    const received = () => {
      stack.clock.advance(30_000);
      return endpoint.texts();
    };

    await expect.poll(received, { ...wait, interval: 500 }).toEqual(['aside', 'queued', 'new']);
    const left = (await pipeline.rows()).filter(({ pk }) => pk?.S?.startsWith('backlog.'));
    expect(left).toEqual([]);
  });
});
