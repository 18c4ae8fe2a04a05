import { CreateQueueCommand, DeleteQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { writeDelivery } from '../../lambda/delivery/delivery.ts';
import { endpointStateWriter } from '../../lambda/delivery/endpoint-table.ts';
import { standardEvent } from '../../lambda/delivery/standard-event-schema.ts';
import { subscriberWriter } from '../../lambda/delivery/subscriber-table.ts';
import { addedAnswer } from '../../lambda/delivery/subscribers/schemas.ts';
import { forgottenAnswer } from '../../lambda/forgetting/forget/schemas.ts';
import { writeMediaJob } from '../../lambda/media/job.ts';
import { timelineAnswer } from '../../lambda/reading/schemas.ts';
import { LISTEN_QUEUES } from '../../lib/delivery/listen-queues.ts';
import type { Right } from '../../local/rights/rights.ts';
import { signedFetch } from '../../local/signature/signed-fetch.ts';
import type { LocalStack } from '../../local/stack.ts';
import { queueUrlOf } from '../bin/subscribed.ts';
import { alteredAssembly } from '../support/altered-assembly.ts';
import { type Endpoint, startEndpoint } from '../support/endpoint.ts';
import { aDelivery, aMessage, aStatus, wasenderWebhook } from '../support/just-sent.ts';
import { metaWamid } from '../support/meta-wamid.ts';
import { aPipeline, type Pipeline } from '../support/pipeline.ts';
import { aSubscriber } from '../support/subscribers.ts';
import { CHANNEL, metaWebhook } from '../support/webhooks.ts';
import { checkCampaigns } from './checked-campaigns.ts';
import { manage, queueLost, subscribe } from './delivering.ts';
import { drawWidgets } from './drawn-widgets.ts';
import { runCampaign } from './ran-campaign.ts';
import { sendMessages } from './sent-messages.ts';
import { runTriggered } from './triggered-campaign.ts';

const wait = { timeout: 150_000, interval: 100 };
const never = new AbortController().signal;

const WAMID = 'wamid.sent';
/** Of somebody who has no phone, and whose wamid has none: it is looked for by the links. */
const nameless = { from: undefined, from_user_id: 'MX.2', id: metaWamid('MX.2', '3A02') };
const small = metaWebhook({
  messages: [aMessage({ context: { id: WAMID } }), aMessage(nameless)],
  statuses: [aStatus({ id: WAMID })],
});
const large = metaWebhook({
  messages: [aMessage({ id: 'wamid.large', text: { body: 'ñ'.repeat(300_000) } })],
});

/** An answer that is too big for its row. */
const answer = metaWebhook({
  messages: [
    aMessage({
      ...{ id: 'wamid.answer', type: 'document', context: { id: WAMID } },
      document: { id: '2', caption: 'ñ'.repeat(300_000) },
    }),
  ],
});

/** What makes the processor dead-letter one message and give another back, and the media function too. */
function disturb({ stack }: Pipeline): void {
  const poison = { groupId: 'poison', deduplicationId: 'poison', body: 'poison' };
  stack.queue('inbox').send(poison, stack.clock.now());
  stack.queue('mediaJobs').send({ ...poison, groupId: '', deduplicationId: '' }, stack.clock.now());
  // Until the processor has given something back: others put rows too.
  const isRefusing = () =>
    stack.rights.unused.some(
      ({ functionName, action }) =>
        functionName.startsWith('StorageProcessor') && action === 'sqs:ChangeMessageVisibility',
    );
  stack.faults.dynamodb = (action) =>
    action === 'PutItem' && isRefusing() ? { code: 'ValidationException' } : undefined;
}

/** What looks like an event and is a row that nobody of ours writes. */
async function fillTable({ stack, dynamodb }: Pipeline): Promise<void> {
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
  // Of one tenant, so that it matters whose the channel of a drop is.
  const headers = { 'x-floodgate-caller': 'role/shop-bot' };
  const call = (path: string, method = 'GET', body?: object) =>
    fetch(`${url}/v1/subscribers${path}`, {
      ...{ method, headers },
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
  expect((await call(`${one}/deliveries/message.none`)).status).toBe(200);
  const drop = { channel: CHANNEL, contact: '5215550001111', why: 'a test' };
  expect((await call(`${one}/drops`, 'POST', drop)).status).toBe(200);
  expect((await call(one, 'PATCH', { name: 'other' })).status).toBe(200);
  expect((await call(`${one}/resume`, 'POST')).status).toBe(200);
  expect((await call(one, 'DELETE')).status).toBe(204);
}

/** What each right of the function that manages tenants is for; its callers are those of all others. */
async function manageTenants({ stack: { url } }: Pipeline) {
  const call = async (path: string, method: string, body?: object) => {
    const json = body !== undefined && { body: JSON.stringify(body) };
    return (await fetch(`${url}/v1/tenants/${path}`, { method, ...json })).status;
  };
  expect(await call('user/local', 'PUT', { tenant: '*' })).toBe(200);
  expect(await call('role/shop-bot', 'PUT', { tenant: 'default' })).toBe(200);
  expect(await call('role/no-bot', 'PUT', { tenant: 'default' })).toBe(200);
  expect(await call('role/no-bot', 'DELETE')).toBe(204);
}

/** What each right of the function that manages channels is for. */
async function manageChannels({ stack: { url, clock } }: Pipeline): Promise<void> {
  const call = async (path: string, method = 'GET', body?: object) => {
    const json = body !== undefined && { body: JSON.stringify(body) };
    return (await fetch(`${url}/v1/channels${path}`, { method, ...json })).status;
  };
  expect(await call('', 'POST', { id: 'shop', provider: 'wasender' })).toBe(201);
  expect(await call('')).toBe(200);
  expect(await call('/shop/pause', 'POST')).toBe(200);
  clock.advance(60_000);
  expect(await call('/shop', 'DELETE')).toBe(204);
}

/** A contact with a link, a sent message and oversized payloads. */
async function forgetContact({ stack: { url } }: Pipeline): Promise<void> {
  const contact = `${url}/v1/channels/${CHANNEL}/contacts/5215550001111`;
  const forgotten = await fetch(contact, { method: 'DELETE' });
  expect(forgottenAnswer.parse(await forgotten.json())).toEqual({
    ...{ events: 5, messages: 1, payloads: 3, files: 2, links: 1, isComplete: true },
    archive: 'pending',
  });
  expect((await fetch(contact)).status).toBe(404);
}

/** As somebody may by hand: what is for it then is a dead letter. */
async function removeQueue({ stack }: Pipeline, id: string): Promise<void> {
  const client = sqsOf(stack);
  const command = new DeleteQueueCommand({ QueueUrl: queueUrlOf(stack, id) });
  await client.send(command).finally(() => client.destroy());
}

function sqsOf({ aws }: LocalStack): SQSClient {
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  return new SQSClient({ endpoint: aws.sqs, region: 'us-east-1', credentials });
}

/** The URL of a queue such as `floodgate listen` makes. */
async function aListenQueue({ stack }: Pipeline, name: string): Promise<string> {
  const client = sqsOf(stack);
  const Attributes = { FifoQueue: 'true' };
  const command = new CreateQueueCommand({
    QueueName: `${LISTEN_QUEUES}local_${name}.fifo`,
    Attributes,
  });
  const { QueueUrl = '' } = await client.send(command).finally(() => client.destroy());
  return QueueUrl;
}

async function anEndpoint(status: (body: string, index: number) => number = () => 200) {
  const endpoint: Endpoint = await startEndpoint((response, index) => {
    response.writeHead(status(endpoint.received[index]?.body ?? '', index)).end();
  });
  onTestFinished(() => endpoint[Symbol.asyncDispose]());
  return endpoint;
}

/** What each right of the deliverer is for: an endpoint that fails once, a queue, and what was lost. */
async function subscribeAll(pipeline: Pipeline): Promise<void> {
  const endpoint = await anEndpoint((_, index) => (index === 0 ? 500 : 200));
  const wanted = { format: 'provider', concurrency: 2, ratePerSecond: 1000 };
  const id = await subscribe(pipeline, endpoint.url, wanted);
  await listen(pipeline, 'a');
  await queueLost(pipeline, id);
}

async function listen(pipeline: Pipeline, name: string): Promise<string> {
  const queueUrl = await aListenQueue(pipeline, name);
  return subscribe(pipeline, '', { endpoint: { kind: 'sqs', queueUrl } });
}

/** Lets only the prober deliver to them, each its oldest message. */
async function takeDown({ dynamodb, stack }: Pipeline, ...ids: readonly string[]): Promise<void> {
  const state = endpointStateWriter(dynamodb, stack.table, stack.clock.now);
  for (const id of ids) await state.down(id, never);
}

/**
 * What each right of the prober is for where it delivers: an answer that is too big for its row, a queue,
 * what was lost, and an account's event that nobody answers.
 */
async function subscribeDown(pipeline: Pipeline): Promise<void> {
  const endpoint = await anEndpoint();
  const broken = await anEndpoint(() => 500);
  const filter = { types: ['document'] };
  const limited = await subscribe(pipeline, endpoint.url, { filter, ratePerSecond: 1000 });
  const losing = await subscribe(pipeline, endpoint.url, { format: 'provider' });
  const ailing = await subscribe(pipeline, broken.url, { filter: { kinds: ['account'] } });
  await takeDown(pipeline, limited, losing, ailing, await listen(pipeline, 'b'));
  await queueLost(pipeline, losing);
}

/** What tells of messages that are sent: to an endpoint that fails once, and to one that is down. */
async function subscribeToSent(pipeline: Pipeline): Promise<void> {
  const filter = { kinds: ['outgoing'] };
  const endpoint = await anEndpoint((_, index) => (index === 0 ? 500 : 200));
  await subscribe(pipeline, endpoint.url, { filter });
  const down = await anEndpoint();
  await takeDown(pipeline, await subscribe(pipeline, down.url, { filter }));
}

/** What the prober finds to do: what an earlier release left, and who was removed or does not listen. */
async function leaveToProber(pipeline: Pipeline): Promise<void> {
  const { dynamodb, stack } = pipeline;
  const isRemoved = await subscribe(pipeline, 'http://127.0.0.1:1/hook');
  const Key = { pk: { S: 'subscribers' }, sk: { S: isRemoved } };
  await dynamodb('DeleteItem', { TableName: stack.table, Key }, never);
  const unheard = await subscribe(pipeline, 'http://127.0.0.1:1/hook', { isPaused: true });
  await manage(pipeline, 'POST', `${unheard}/listening`);
  const former = aSubscriber({ isPaused: true });
  await subscriberWriter(dynamodb, stack.table).add(former, 'none', never);
  await dynamodb(
    'UpdateItem',
    {
      ...{ TableName: stack.table, Key: { pk: { S: 'subscribers' }, sk: { S: former.id } } },
      UpdateExpression: 'REMOVE mappingId',
    },
    never,
  );
  const delivery = { S: writeDelivery({ ...aDelivery(), subscriberId: former.id }) };
  const Item = { pk: { S: `backlog.${former.id}` }, sk: { S: 'delivery.a#1' }, delivery };
  await dynamodb('PutItem', { TableName: stack.table, Item }, never);
  const message = { groupId: 'a', deduplicationId: 'a', body: delivery.S };
  stack.queue('deliveries').send(message, stack.clock.now());
}

/** Somebody who is told of files, and reads them by the right of whoever told of them. */
async function aFileReader(pipeline: Pipeline, isRefused: () => boolean = () => false) {
  const fileIn = (body: string) => {
    const event = standardEvent.parse(JSON.parse(body));
    return event.type === 'media.stored' ? event.data : undefined;
  };
  const endpoint = await anEndpoint((body) =>
    fileIn(body) !== undefined && isRefused() ? 500 : 200,
  );
  const id = await subscribe(pipeline, endpoint.url);
  const files = () => endpoint.received.flatMap(({ body }) => fileIn(body) ?? []);
  const readAll = async () => {
    const isThere = () => files().some(({ provider }) => provider === 'wasender');
    await expect.poll(isThere, wait).toBe(true);
    for (const { media } of files()) expect((await fetch(media.url)).status).toBe(200);
  };
  return { id, files, readAll };
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
 * Rights for what goes wrong between two calls: an upload of over 5 MB is given up, a file is removed whose
 * event was forgotten while it was fetched, a queue was mapped and the answer was lost, a campaign is resumed
 * whose files are gone (test/sending/pulling/feed.test.ts). And for a message of
 * the release before that its mapping hands over while it is being removed. test/media/s3-files.test.ts,
 * test/delivery/lambda-mappings.test.ts and test/delivery/deliverer/handlers.test.ts do all of it.
 */
const ON_MISHAPS: ReadonlySet<string> = new Set([
  'MediaFetcherFunction s3:AbortMultipartUpload',
  'MediaFetcherFunction s3:DeleteObject',
  'CampaignsCheckerFunction s3:AbortMultipartUpload',
  'ForgettingForgetFunction s3:AbortMultipartUpload',
  'SendingSenderFunction s3:ListBucket',
  'SubscriberApiSubscribersFunction lambda:ListEventSourceMappings',
]);

/** Met where a delivery that waits tells of a message that was sent from here, which no run does for sure. */
const PROBED_BY_CHANCE = 'DeliveryProberFunction outgoing.*';

const isOnMishaps = ({ functionName, action, resource, partition }: Right) =>
  ON_MISHAPS.has(`${functionName} ${action}`) ||
  `${functionName} ${partition}` === PROBED_BY_CHANCE ||
  (functionName === 'DeliveryDelivererFunction' && resource.endsWith(':DeliveriesQueue.fifo'));

/** What the prober has for deliveries, but those that tell of what is sent from here. */
const PROBING =
  /^DeliveryProber\w+ (?:s3:|secretsmanager:|dynamodb:(?!Query|DeleteItem (?:backlog|subscribers)|BatchGetItem outgoing))/;

describe('the rights of the functions', { timeout: 420_000 }, () => {
  test('are just those that the whole path needs', async () => {
    const pipeline = await aPipeline();
    const { stack, post, postAll, settle, read } = pipeline;
    const { rights, clock } = stack;
    await manageTenants(pipeline);
    await fillTable(pipeline);
    await subscribeAll(pipeline);
    await subscribeDown(pipeline);
    const reader = await aFileReader(pipeline);
    const isProbed = { now: false };
    const probedReader = await aFileReader(pipeline, () => !isProbed.now);
    disturb(pipeline);
    for (const body of [small, large, answer]) expect((await post(body)).status).toBe(200);
    const body = wasenderWebhook('session.status', { status: 'connected' });
    await postAll([{ provider: 'wasender', body }]);
    const unused = () =>
      rights.unused
        .filter((right) => !isOnMishaps(right))
        .map(({ functionName, action, resource, partition }) =>
          [functionName, action, partition ?? resource].join(' '),
        );
    clock.advance(5_000);
    await settle();
    const contact = 'contacts/5215550001111';
    for (const path of [contact, `${contact}/timeline`, `messages/${WAMID}`]) {
      expect((await read(`/v1/channels/${CHANNEL}/${path}`)).status).toBe(200);
    }
    await manageSubscribers(pipeline);
    await manageChannels(pipeline);
    await fetchFiles(pipeline);
    await reader.readAll();
    await probedReader.readAll();
    await takeDown(pipeline, probedReader.id);
    isProbed.now = true;
    const before = probedReader.files().length;
    await loseLargePayload(pipeline);
    expect((await read(`/v1/channels/${CHANNEL}/${contact}/timeline`)).status).toBe(200);
    const passTime = () => {
      clock.advance(60_000);
      return unused();
    };
    const slowly = { ...wait, interval: 1000 };
    const isTold = () => passTime().length > 0 && probedReader.files().length > before;
    await expect.poll(isTold, slowly).toBe(true);
    await probedReader.readAll();
    const ofProbes = () => passTime().filter((right) => PROBING.test(right));
    await expect.poll(ofProbes, slowly).toEqual([]);

    await forgetContact(pipeline);
    await subscribeToSent(pipeline);
    await checkCampaigns(pipeline);
    await runCampaign(pipeline);
    await drawWidgets(pipeline);
    await runTriggered(pipeline);
    await sendMessages(pipeline);

    await removeQueue(pipeline, reader.id);
    expect((await post(metaWebhook({ messages: [aMessage({ id: 'wamid.last' })] }))).status).toBe(
      200,
    );
    await expect.poll(unused, wait).not.toContainEqual(expect.stringMatching(/^RoutingRouter/));
    await leaveToProber(pipeline);
    const ofAudits = async () => {
      const body = metaWebhook({ messages: [aMessage({ id: `wamid.${clock.now()}` })] });
      expect((await post(body)).status).toBe(200);
      // Longer than the archiver gathers.
      clock.advance(6 * 60_000);
      return unused().filter((right) => right.startsWith('AuditAuditor'));
    };
    await expect.poll(ofAudits, slowly).toEqual([]);
    // Nobody has listened for a day, and what is uncertain was so for an hour.
    clock.advance(25 * 3_600_000);
    await expect.poll(passTime, slowly).toEqual([]);
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
