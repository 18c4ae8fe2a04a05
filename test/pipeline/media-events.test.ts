import { createHash } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { standardEvent } from '../../lambda/delivery/standard-event-schema.ts';
import { secretAnswer } from '../../lambda/delivery/subscribers/schemas.ts';
import { mediaAnswer } from '../../lambda/reading/schemas.ts';
import { providerFile } from '../../local/media/provider-file.ts';
import { operatorOf } from '../bin/command-line.ts';
import { startEndpoint } from '../support/endpoint.ts';
import { aMessage } from '../support/just-sent.ts';
import { aPipeline, type Pipeline } from '../support/pipeline.ts';
import { CHANNEL, metaWebhook } from '../support/webhooks.ts';
import { subscribe } from './delivering.ts';

const wait = { timeout: 60_000, interval: 50 };
const ID = '1479537139650973';
const WAMID = 'wamid.HBgN/TIx+A==';
const CONTACT = `/v1/channels/${CHANNEL}/contacts/5215550001111`;

function aPhoto(mediaId: string, wamid = WAMID): string {
  const sha256 = providerFile(ID).sha256.toString('base64');
  const image = { id: mediaId, mime_type: 'image/jpeg', sha256 };
  return metaWebhook({ messages: [aMessage({ type: 'image', image, id: wamid })] });
}

async function anEndpoint(status: (index: number) => number = () => 200) {
  const endpoint = await startEndpoint((response, index) => {
    response.writeHead(status(index)).end();
  });
  onTestFinished(() => endpoint[Symbol.asyncDispose]());
  const events = () => endpoint.received.map(({ body }) => standardEvent.parse(JSON.parse(body)));
  return { ...endpoint, events, types: () => events().map(({ type }) => type) };
}

async function post(pipeline: Pipeline, body: string) {
  expect((await pipeline.post(body)).status).toBe(200);
}

async function sha256At(url: string): Promise<string> {
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  return createHash('sha256')
    .update(Buffer.from(await answer.arrayBuffer()))
    .digest('hex');
}

/** The URL in an event that tells of a stored file. */
function fileIn(event: z.infer<typeof standardEvent> | undefined) {
  if (event?.type !== 'media.stored') throw new Error(`${event?.type} tells of no stored file`);
  return event.data;
}

describe('a subscriber', { timeout: 120_000 }, () => {
  test('gets a message, then its file by a URL that gives it, signed as the message is', async () => {
    const pipeline = await aPipeline();
    const endpoint = await anEndpoint();
    const id = await subscribe(pipeline, endpoint.url);

    await post(pipeline, aPhoto(ID));
    await expect.poll(endpoint.types, wait).toEqual(['message.received', 'media.stored']);

    const [message, file] = endpoint.events();
    const { eventId, media, ...data } = fileIn(file);
    const sha256 = providerFile(ID).sha256.toString('hex');
    expect(eventId).toBe(message?.id);
    expect(data).toEqual(message?.data);
    expect(media).toMatchObject({ state: 'stored', mimeType: 'image/jpeg', sha256 });
    expect(await sha256At(media.url)).toBe(sha256);
    expect(Date.parse(media.urlExpiresAt)).toBeGreaterThan(pipeline.stack.clock.now());

    const answer = await fetch(`${pipeline.stack.url}/v1/subscribers/${id}/secret`);
    const { secret } = secretAnswer.parse(await answer.json());
    for (const { body, headers } of endpoint.received) {
      const signed = z.record(z.string(), z.string()).parse(headers);
      expect(new Webhook(secret).verify(body, signed)).toMatchObject({ version: 1 });
    }
    const { url } = mediaAnswer.parse(await (await pipeline.read(byWamid())).json());
    expect(await sha256At(url ?? '')).toBe(sha256);
  });

  test('hears why there is no file, and a bot in the provider’s format of its message alone', async () => {
    const pipeline = await aPipeline();
    const [endpoint, bot] = [await anEndpoint(), await anEndpoint()];
    await subscribe(pipeline, endpoint.url);
    await subscribe(pipeline, bot.url, { format: 'provider' });

    await post(pipeline, aPhoto('forged'));
    await expect.poll(endpoint.types, wait).toEqual(['message.received', 'media.failed']);

    expect(endpoint.events()[1]).toMatchObject({
      data: { media: { state: 'failed', reason: 'unknown-media' } },
    });
    expect(bot.received.map(({ body }) => JSON.parse(body))).toEqual([
      JSON.parse(aPhoto('forged')),
    ]);
  });

  test.each([true, false])(
    'never gets a file before its message, ordered: %s',
    async (isOrdered) => {
      const pipeline = await aPipeline();
      const endpoint = await anEndpoint((index) => (index < 2 ? 500 : 200));
      await subscribe(pipeline, endpoint.url, { isOrdered });

      await post(pipeline, aPhoto(ID));
      await pipeline.settle();
      const isStored = async () =>
        (await pipeline.rows()).some((row) => row['media.state']?.S === 'stored');
      await expect.poll(isStored, wait).toBe(true);
      const types = () => {
        pipeline.stack.clock.advance(5000);
        return endpoint.types();
      };

      await expect
        .poll(types, wait)
        .toEqual([...Array(3).fill('message.received'), 'media.stored']);
    },
  );
});

describe('a file of which nobody followed the settling', { timeout: 120_000 }, () => {
  test('is told by catch-up, behind its message', async () => {
    const pipeline = await aPipeline();
    const { stack, rows } = pipeline;
    const from = new Date(stack.clock.now() - 60_000).toISOString();
    await post(pipeline, aPhoto(ID));
    const isSettled = async () => (await rows()).some((row) => row['mediaNewsAt'] !== undefined);
    await expect.poll(isSettled, wait).toBe(true);
    stack.clock.advance(300_000);
    await expect.poll(() => stack.left(), wait).toBe(0);
    const endpoint = await anEndpoint();
    await subscribe(pipeline, endpoint.url);

    const until = new Date(stack.clock.now() + 60_000).toISOString();
    const report = await operatorOf(stack)('catch-up', '--from', from, '--until', until, '--json');

    expect(JSON.parse(report.stdout)).toEqual({ events: 2, deliveries: 2, unreadable: 0 });
    await expect.poll(endpoint.types, wait).toEqual(['message.received', 'media.stored']);
  });
});

/** Where the file of the message is read; its wamid has a slash. */
function byWamid(): string {
  return `${CONTACT}/media/${encodeURIComponent(WAMID)}`;
}
