import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { subscriberWriter } from '../../lambda/adapters/subscriber-table.ts';
import { forgottenAnswer, timelineAnswer } from '../../lambda/api/schemas.ts';
import { writeMediaJob } from '../../lambda/domain/media-job.ts';
import { standardEvent } from '../../lambda/domain/standard-event-schema.ts';
import type { Subscriber } from '../../lambda/domain/subscriber.ts';
import { addedAnswer } from '../../lambda/subscribers/schemas.ts';
import { LISTEN_QUEUES } from '../../lib/listen-queues.ts';
import { signedFetch } from '../../local/signature/signed-fetch.ts';
import { alteredAssembly } from '../support/altered-assembly.ts';
import { startEndpoint } from '../support/endpoint.ts';
import { aMessage, aStatus, wasenderWebhook } from '../support/just-sent.ts';
import { metaWamid } from '../support/meta-wamid.ts';
import { aPipeline, type Pipeline } from '../support/pipeline.ts';
import { aSubscriber } from '../support/subscribers.ts';
import { CHANNEL, metaWebhook } from '../support/webhooks.ts';
import { aLostDelivery, change, queueDelivery, subscribe } from './delivering.ts';

const wait = { timeout: 60_000, interval: 100 };

const WAMID = 'wamid.sent';
const LOST = 'payloads/message.lost.json';
/** Of somebody who has no phone, and whose wamid has none: it is looked for by the links. */
const nameless = { from: undefined, from_user_id: 'MX.2', id: metaWamid('MX.2', '3A02') };
const small = metaWebhook({
  messages: [aMessage({ context: { id: WAMID } }), aMessage(nameless)],
  statuses: [aStatus({ id: WAMID })],
});
const large = metaWebhook({
  messages: [aMessage({ id: 'wamid.large', text: { body: 'ñ'.repeat(300_000) } })],
});

/** What makes the processor dead-letter one message and give another back, and the media function too. */
function disturb({ stack }: Pipeline): void {
  const poison = { groupId: 'poison', deduplicationId: 'poison', body: 'poison' };
  stack.queue('inbox').send(poison, stack.clock.now());
  stack.queue('mediaJobs').send({ ...poison, groupId: '', deduplicationId: '' }, stack.clock.now());
  const refused = ['once'];
  stack.faults.dynamodb = (action) =>
    action !== 'PutItem' || refused.pop() === undefined
      ? undefined
      : { code: 'ValidationException' };
}

/** Somebody who wants everything, and what looks like an event and is a row that nobody of ours writes. */
async function fillTable({ stack, dynamodb }: Pipeline): Promise<void> {
  const never = new AbortController().signal;
  await subscriberWriter(dynamodb, stack.table).add(aSubscriber({ isPaused: true }), never);
  const Item = { pk: { S: 'a' }, sk: { S: 'message.a' }, provider: { S: 'meta' } };
  await dynamodb('PutItem', { TableName: stack.table, Item }, never);
}

/** As the bucket's lifecycle would; whoever asks for the payload then hears that it is gone. */
async function loseLargePayload({ rows, stack }: Pipeline): Promise<void> {
  const large = (await rows()).filter(({ payloadKey }) => payloadKey !== undefined);
  const row = large.find(({ type }) => type?.S === 'text');
  const path = `/${stack.buckets[0]}/${row?.['payloadKey']?.S}`;
  const object = { service: 's3', url: stack.aws.s3, path };
  expect((await signedFetch({ ...object, method: 'DELETE' })).status).toBe(204);
  expect((await signedFetch(object)).status).toBe(404);
  const [group, id] = [row?.['pk']?.S ?? '', row?.['sk']?.S ?? ''];
  const job = {
    groupId: '',
    deduplicationId: '',
    body: writeMediaJob({ group, id, channel: CHANNEL }),
  };
  stack.queue('mediaJobs').send(job, stack.clock.now());
}

/** What each right of the function that manages subscribers is for. */
async function manageSubscribers({ stack: { url } }: Pipeline): Promise<void> {
  const call = (path: string, method = 'GET', body?: object) =>
    fetch(`${url}/v1/subscribers${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const endpoint = { kind: 'https', url: 'http://127.0.0.1:1/hook' };
  const added = await call('', 'POST', { name: 'bot', endpoint, isPaused: true });
  expect(added.status).toBe(201);
  const { subscriber } = addedAnswer.parse(await added.json());
  expect((await call('')).status).toBe(200);
  const one = `/${subscriber.id}`;
  expect((await call(`${one}/test`, 'POST')).status).toBe(202);
  expect((await call(`${one}/deliveries`)).status).toBe(200);
  expect((await call(one, 'PATCH', { name: 'other' })).status).toBe(200);
  expect((await call(one, 'DELETE')).status).toBe(204);
}

/** A contact with a link, a sent message and an oversized payload. */
async function forgetContact({ stack: { url } }: Pipeline): Promise<void> {
  const contact = `${url}/v1/channels/${CHANNEL}/contacts/5215550001111`;
  const forgotten = await fetch(contact, { method: 'DELETE' });
  expect(forgottenAnswer.parse(await forgotten.json())).toEqual({
    ...{ events: 4, messages: 1, payloads: 2, files: 1, links: 1, isComplete: true },
    archive: 'pending',
  });
  expect((await fetch(contact)).status).toBe(404);
}

/** The URL of a queue such as `floodgate listen` makes. */
async function aListenQueue({ stack }: Pipeline): Promise<string> {
  const client = new SQSClient({
    endpoint: stack.aws.sqs,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  const Attributes = { FifoQueue: 'true' };
  const command = new CreateQueueCommand({ QueueName: `${LISTEN_QUEUES}local_a.fifo`, Attributes });
  const { QueueUrl = '' } = await client.send(command).finally(() => client.destroy());
  return QueueUrl;
}

/**
 * What each right of deliverer and drainer is for: a subscriber whose endpoint fails once, two that
 * listen by a queue, of whom one is paused and then goes on, and one that goes on and takes nothing.
 */
async function subscribeAll(pipeline: Pipeline): Promise<() => Promise<void>> {
  const endpoint = await startEndpoint((response, index) => {
    response.writeHead(index === 0 ? 500 : 200).end();
  });
  onTestFinished(() => endpoint[Symbol.asyncDispose]());
  const wanted = { format: 'provider', concurrency: 1 } as const;
  const live = await subscribe(pipeline, endpoint.url, { ...wanted, id: 'sub_live' });
  const queueUrl = await aListenQueue(pipeline);
  const listening = { ...wanted, endpoint: { kind: 'sqs', queueUrl } } as const;
  await subscribe(pipeline, endpoint.url, { ...listening, id: 'sub_listening' });
  const paused = { ...listening, id: 'sub_paused', isPaused: true };
  await subscribe(pipeline, endpoint.url, paused);
  const broken = await startEndpoint((response) => void response.writeHead(500).end());
  onTestFinished(() => broken[Symbol.asyncDispose]());
  const ailing = await subscribe(pipeline, broken.url, {
    ...wanted,
    id: 'sub_ailing',
    isPaused: true,
  });
  return async () => {
    for (const { id } of [live, paused]) queueDelivery(pipeline, aLostDelivery(id));
    const aside = async () => JSON.stringify(await pipeline.rows()).includes(LOST);
    await expect.poll(aside, wait).toBe(true);
    for (const { id } of [paused, ailing]) await change(pipeline, id, { isPaused: false });
  };
}

/** Somebody who is told of files, and reads one by the right of whoever told of it. */
async function aFileReader(pipeline: Pipeline, overrides: Partial<Subscriber>) {
  const endpoint = await startEndpoint();
  onTestFinished(() => endpoint[Symbol.asyncDispose]());
  const { id } = await subscribe(pipeline, endpoint.url, overrides);
  /** Of the file of a contact whom nobody forgets. */
  const url = () =>
    endpoint.received
      .map(({ body }) => standardEvent.parse(JSON.parse(body)))
      .flatMap((event) => (event.type === 'media.stored' ? [event.data] : []))
      .find(({ provider }) => provider === 'wasender')?.media.url;
  const read = async () => {
    await expect.poll(url, wait).toBeTypeOf('string');
    expect((await fetch(url() ?? '')).status).toBe(200);
  };
  return { id, read };
}

const photo = (id: string, image: object) =>
  metaWebhook({ messages: [aMessage({ id, type: 'image', image })] });

/** What each right of the media function is for, and of the one that signs its URLs. */
async function fetchFiles({ post, postAll, settle, read }: Pipeline): Promise<void> {
  // One too big for its row, and one that Meta does not know.
  const caption = 'ñ'.repeat(300_000);
  expect((await post(photo('wamid.file', { id: '1', caption }))).status).toBe(200);
  expect((await post(photo('wamid.forged', { id: 'forged' }))).status).toBe(200);
  const key = { id: '3EB0A1', fromMe: false, remoteJid: '5215550001111@s.whatsapp.net' };
  const messages = { key, message: { imageMessage: { mediaKey: 'a2V5' } } };
  const body = wasenderWebhook('messages.received', { messages });
  await postAll([{ provider: 'wasender', body }]);
  await settle();
  const timeline = async () => {
    const path = `/v1/channels/${CHANNEL}/contacts/5215550001111/timeline`;
    const { entries } = timelineAnswer.parse(await (await read(path)).json());
    return entries.find(({ wamid }) => wamid === 'wamid.file')?.media?.url;
  };
  await expect.poll(timeline, { timeout: 20_000 }).toBeTypeOf('string');
  expect((await fetch((await timeline()) ?? '')).status).toBe(200);
}

/**
 * Rights for what goes wrong between two calls: an upload of over 5 MB is given up, and a file is removed
 * whose event was forgotten while it was fetched. test/adapters/s3-media.test.ts does both.
 */
const ON_MISHAPS = ['s3:AbortMultipartUpload', 's3:DeleteObject'].map(
  (action) => `MediaFetcherFunction ${action}`,
);

describe('the rights of the functions', { timeout: 120_000 }, () => {
  test('are just those that the whole path needs', async () => {
    const pipeline = await aPipeline();
    const { stack, post, postAll, settle, read } = pipeline;
    const { rights, clock } = stack;
    await fillTable(pipeline);
    const resume = await subscribeAll(pipeline);
    const reader = await aFileReader(pipeline, { id: 'sub_files' });
    const laterReader = await aFileReader(pipeline, { id: 'sub_files_later', isPaused: true });
    disturb(pipeline);
    for (const body of [small, large]) expect((await post(body)).status).toBe(200);
    const body = wasenderWebhook('session.status', { status: 'connected' });
    await postAll([{ provider: 'wasender', body }]);
    const unused = () =>
      rights.unused
        .filter(({ functionName, action }) => !ON_MISHAPS.includes(`${functionName} ${action}`))
        .map(({ functionName, action, partition }) =>
          [functionName, action, partition].filter((one) => one !== undefined).join(' '),
        );
    await expect
      .poll(unused, wait)
      .not.toContainEqual(expect.stringContaining('sqs:ChangeMessageVisibility'));
    clock.advance(5_000);
    await settle();
    const contact = 'contacts/5215550001111';
    for (const path of [contact, `${contact}/timeline`, `messages/${WAMID}`]) {
      expect((await read(`/v1/channels/${CHANNEL}/${path}`)).status).toBe(200);
    }
    await manageSubscribers(pipeline);
    await fetchFiles(pipeline);
    await reader.read();
    await loseLargePayload(pipeline);
    expect((await read(`/v1/channels/${CHANNEL}/${contact}/timeline`)).status).toBe(200);

    await forgetContact(pipeline);

    await resume();
    await change(pipeline, laterReader.id, { isPaused: false });
    clock.advance(300_000);
    await laterReader.read();
    await expect.poll(unused, wait).toEqual([]);
    expect(rights.refused).toEqual([]);
    expect(unused()).toEqual([]);
    expect(rights.granted.length).toBeGreaterThan(20);
  });

  test('keep a function from what they do not name, as in AWS', async () => {
    const assembly = await alteredAssembly('InboundIngestRole', 's3:PutObject');
    const { stack, post } = await aPipeline({ assembly });

    expect((await post(small)).status).toBe(200);
    expect((await post(large)).status).toBe(503);
    expect(stack.rights.refused[0]).toEqual({
      functionName: 'InboundIngestFunction',
      action: 's3:PutObject',
      resource: expect.stringMatching(/^arn:aws:s3:::overflowbucket\/payloads\/.+\.json$/),
    });
  });

  test('keep Lambda from polling a queue that the role may not read', async () => {
    const assembly = await alteredAssembly('StorageProcessorRole', 'sqs:DeleteMessage');

    await expect(aPipeline({ assembly })).rejects.toThrow(
      /StorageProcessorRole.* is not authorized to perform: sqs:DeleteMessage on .*InboxQueue\.fifo$/,
    );
  });
});
