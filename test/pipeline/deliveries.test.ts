import { Webhook } from 'standardwebhooks';
import { describe, expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { standardEvent } from '../../lambda/domain/standard-event-schema.ts';
import { secretAnswer } from '../../lambda/subscribers/schemas.ts';
import { startEndpoint } from '../support/endpoint.ts';
import { aMessage } from '../support/just-sent.ts';
import { aPipeline, type Pipeline } from '../support/pipeline.ts';
import { metaWebhook } from '../support/webhooks.ts';
import { change, subscribe } from './delivering.ts';

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

const breakerOf = async ({ rows }: Pipeline) =>
  (await rows()).find(({ pk }) => pk?.S === 'subscribers')?.['breakerState']?.S;

const asideIn = async ({ rows }: Pipeline) =>
  (await rows()).filter(({ pk }) => pk?.S?.startsWith('backlog.')).length;

describe('a webhook', { timeout: 120_000 }, () => {
  test('is delivered once to who wants it, signed with a secret that only both know', async () => {
    const pipeline = await aPipeline();
    const endpoint = await anEndpoint();
    const { id } = await subscribe(pipeline, endpoint.url);

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

  test('waits in the backlog of a paused subscriber, and goes out in order when that is over', async () => {
    const pipeline = await aPipeline();
    const endpoint = await anEndpoint();
    const { id } = await subscribe(pipeline, endpoint.url, { isPaused: true });
    await say(pipeline, 'one', 'two');
    await expect.poll(() => asideIn(pipeline), wait).toBe(2);

    await change(pipeline, id, { isPaused: false });
    await say(pipeline, 'three');
    await expect.poll(() => asideIn(pipeline), wait).toBe(3);
    expect(endpoint.texts()).toEqual([]);
    pipeline.stack.clock.advance(60_000);
    await expect.poll(endpoint.texts, wait).toEqual(['one', 'two', 'three']);

    await expect.poll(() => breakerOf(pipeline), wait).toBe('closing');
    pipeline.stack.clock.advance(36_000);
    await expect.poll(() => breakerOf(pipeline), wait).toBeUndefined();
    await say(pipeline, 'four');
    await expect.poll(endpoint.texts, wait).toEqual(['one', 'two', 'three', 'four']);
  });

  test('is not tried for a subscriber whose endpoint is gone, until it is asked for again', async () => {
    const pipeline = await aPipeline();
    const endpoint = await anEndpoint(() => 410);
    const { id } = await subscribe(pipeline, endpoint.url);
    const config = async () =>
      (await pipeline.rows()).find(({ sk }) => sk?.S === id)?.['config']?.S;

    await say(pipeline, 'one');

    await expect.poll(config, wait).toContain('"disabledBecause":"gone"');
    expect(endpoint.received).toHaveLength(1);
  });
});
