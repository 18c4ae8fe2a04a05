import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { campaignTable } from '../../lambda/campaigns/campaign-table.ts';
import { cursorTable } from '../../lambda/campaigns/cursor-table.ts';
import { marksTable } from '../../lambda/campaigns/marks-table.ts';
import { partKeyOf, uploadKey, writePartLine } from '../../lambda/campaigns/part.ts';
import { channelReader, channelWriter } from '../../lambda/channels/channel-table.ts';
import { tokenParameter } from '../../lambda/channels/token-parameter.ts';
import { writeCheckRequest, writeStepRequest } from '../../lambda/sending/check-request.ts';
import type { Wake } from '../../lambda/sending/wake.ts';
import { writeCheckWake, writeWake } from '../../lambda/sending/wake.ts';
import { unqueuedMessage } from '../../lambda/shared/queue/queued-message.ts';
import { BUSINESS, NUMBERS } from '../../local/whatsapp/business.ts';
import { serveWhatsApp, type WhatsApp } from '../../local/whatsapp/serve-whatsapp.ts';
import { aCampaign as aCampaignUnderWay, aCursor, aPartLine } from '../support/a-campaign.ts';
import { anEventTable } from '../support/an-event-table.ts';
import { anObjectStore } from '../support/an-object-store.ts';
import { startAwsStub } from '../support/aws-stub.ts';
import { CAMPAIGN, CAMPAIGN_CHANNEL } from '../support/campaign-rows.ts';
import { aCampaign, CAMPAIGN_ID } from '../support/campaigns.ts';
import { aChannel } from '../support/channels.ts';
import { startEndpoint } from '../support/endpoint.ts';
import { contextWith, runsInLambda, startedIn } from '../support/lambda-runtime.ts';
import { LANE, laneRows } from '../support/lane-rows.ts';
import { sqsRecord } from '../support/queued-events.ts';

const { signal } = new AbortController();
const TOKEN = 'a-token-of-the-channel';
const BUCKET = 'campaigns';
const YEAR_MS = 365 * 86_400_000;
const expiresAt = Math.ceil((Date.now() + YEAR_MS) / 1000);

const table = await anEventTable();
const objects = await anObjectStore(BUCKET);
const output = runsInLambda();
const { dynamodb, tableName } = table;
const channels = { ...channelReader(dynamodb, tableName), ...channelWriter(dynamodb, tableName) };
const campaigns = campaignTable(dynamodb, tableName);

let whatsapp: WhatsApp;
beforeAll(async () => {
  whatsapp = await serveWhatsApp({ tokens: { meta: TOKEN, wasender: 'w' } });
});
afterAll(() => whatsapp.close());

/** SQS and SSM, and the settings of the three functions. */
async function startServices(graphUrl: string) {
  const aws = await startAwsStub(({ target, input }) => {
    if (target.endsWith('GetParameter')) return { body: { Parameter: { Value: TOKEN } } };
    if (target.endsWith('Batch')) return { body: { Successful: entriesIn(input) } };
    return { body: {} };
  });
  const sent = (target: string) =>
    aws.calls.filter((call) => call.target.endsWith(target)).map(({ input }) => input);
  const environment = {
    TABLE_NAME: tableName,
    OUTBOX_QUEUE_URL: `${aws.url}/1/outbox.fifo`,
    CHECKS_QUEUE_URL: `${aws.url}/1/checks.fifo`,
    CAMPAIGNS_BUCKET: BUCKET,
    CAMPAIGN_DAYS: '30',
    RETENTION_DAYS: '30',
    TOKENS_PATH: '/floodgate/test/channels',
    SENDER_MAXIMUM_CONCURRENCY: '2',
    GRAPH_URL: graphUrl,
    AWS_ENDPOINT_URL: aws.url,
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_ENDPOINT_URL_S3: objects.url,
  };
  return { environment, sent };
}

function entriesIn(input: unknown): readonly unknown[] {
  const entries = input instanceof Object && 'Entries' in input ? input.Entries : [];
  return Array.isArray(entries) ? entries : [];
}

const recordOf = (body: string) =>
  sqsRecord({ ...unqueuedMessage('m', body), receiptHandle: 'receipt' });

/** A message that waits, and may be sent for another year. */
const ask = (key: string) =>
  laneRows(table).ask(key, { createdAt: Date.now(), notAfter: Date.now() + YEAR_MS });

describe('the sender', () => {
  /** As it starts in Lambda, with a provider that answers so, one request after another. */
  async function startSender(...answers: readonly (readonly [status: number, answer: object])[]) {
    const provider = await startEndpoint((response, index) => {
      const [status, answer] = answers[index] ?? [500, {}];
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer));
    });
    onTestFinished(() => provider[Symbol.asyncDispose]());
    const services = await startServices(provider.url);
    const { handler } = await startedIn(
      services.environment,
      () => import('../../lambda/sending/sender/handler.ts'),
    );
    const work = (wake: Wake) =>
      handler({ Records: [recordOf(writeWake(wake))] }, contextWith(60_000));
    const check = (channel: string) =>
      handler({ Records: [recordOf(writeCheckWake(channel))] }, contextWith(60_000));
    return { ...services, work, check, received: provider.received };
  }

  const accepted = { messages: [{ id: 'wamid.1', message_status: 'accepted' }] };

  test('sends what waits in a lane by the channel’s token, and keeps what it is known by', async () => {
    await channels.add(aChannel({ id: LANE.channel }), signal);
    const { message } = await ask('one');
    const { work, received, sent } = await startSender([200, accepted]);

    expect(await work(LANE)).toEqual({ batchItemFailures: [] });

    expect(received).toMatchObject([{ headers: { authorization: `Bearer ${TOKEN}` } }]);
    expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({
      to: `+${message.to.name}`,
      text: { body: 'hello' },
    });
    const rows = laneRows(table);
    expect(await rows.recordOf(message.id)).toMatchObject({ state: 'sent', wamid: 'wamid.1' });
    expect(await rows.waiting()).toEqual([]);
    const Name = tokenParameter('/floodgate/test/channels', LANE.channel);
    expect(sent('GetParameter')).toEqual([{ Name, WithDecryption: true }]);
  });

  test('pauses the channel whose token is refused, and leaves the message waiting', async () => {
    await channels.add(aChannel({ id: LANE.channel }), signal);
    const { message } = await ask('one');
    const refusal = { error: { code: 190, message: 'Invalid OAuth access token' } };
    const { work } = await startSender([401, refusal]);

    await work(LANE);

    expect((await channels.get(LANE.channel, signal))?.channel).toMatchObject({
      ...{ state: 'paused', pausedBecause: 'token' },
    });
    expect(await laneRows(table).waiting()).toMatchObject([{ id: message.id }]);
    expect(output.join('\n')).not.toContain(TOKEN);
  });

  test('keeps what went out just before a message whose answer is lost', async () => {
    await channels.add(aChannel({ id: LANE.channel }), signal);
    const { message: before } = await ask('one');
    const { message: lost } = await ask('two');
    const { work } = await startSender([200, accepted], [502, {}]);

    await work(LANE);

    const rows = laneRows(table);
    const [first, second] = [before, lost].toSorted((one, other) => (one.id < other.id ? -1 : 1));
    expect(await rows.recordOf(second?.id ?? '')).toMatchObject({ state: 'uncertain' });
    expect(await rows.doubts()).toMatchObject([{ id: second?.id, neighbours: [first?.id] }]);
  });

  test('has its wake come back when the rest is over that the provider wants', async () => {
    await channels.add(aChannel({ id: LANE.channel }), signal);
    const { message } = await ask('one');
    const refusal = { error: { code: 131_057, message: 'Account in maintenance mode' } };
    const { work, sent } = await startSender([400, refusal]);

    expect(await work(LANE)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm' }] });

    expect(sent('ChangeMessageVisibilityBatch')).toMatchObject([
      { Entries: [{ VisibilityTimeout: 60 }] },
    ]);
    expect(await laneRows(table).waiting()).toMatchObject([{ id: message.id, attempt: 2 }]);
  });

  test('sends a campaign by the parts in the bucket, and asks for its next step', async () => {
    const lane = { channel: CAMPAIGN_CHANNEL, lane: 0 };
    await channels.add(aChannel({ id: CAMPAIGN_CHANNEL }), signal);
    const step = { template: 'more', language: 'es_MX', delayMs: 60_000 };
    const steps = [{ ...step, condition: 'no_reply' }] as const;
    const campaign = aCampaignUnderWay({ timeZone: 'UTC', steps });
    await campaigns.add(campaign, signal);
    const text = `${writePartLine(aPartLine(1))}\n`;
    const cursor = aCursor({ lines: 1, bytes: text.length });
    await objects.put(`${BUCKET}/${partKeyOf(CAMPAIGN, 'chk', cursor)}`, text);
    await cursorTable(dynamodb, tableName).write(CAMPAIGN, cursor, expiresAt, signal);
    const marks = marksTable(dynamodb, { tableName, expiresAt: () => expiresAt });
    await marks.put(lane, { id: CAMPAIGN, start: 1, dueAt: 0 }, signal);
    const { work, received, sent } = await startSender([200, accepted]);

    await work(lane);

    expect(received.map(({ body }) => JSON.parse(body))).toMatchObject([
      {
        to: `+${aPartLine(1).to.name}`,
        template: { name: 'spring_sale', language: { code: 'es_MX' } },
      },
    ]);
    expect(sent('SendMessage')).toMatchObject([
      {
        QueueUrl: expect.stringMatching(/\/checks\.fifo$/),
        MessageBody: writeStepRequest({ campaign: CAMPAIGN, step: 1 }),
        MessageGroupId: CAMPAIGN,
      },
    ]);
  });

  test('gives back the wake of a later release, after a few seconds', async () => {
    const services = await startServices('http://127.0.0.1:9');
    const { handler } = await startedIn(
      services.environment,
      () => import('../../lambda/sending/sender/handler.ts'),
    );

    const answer = await handler({ Records: [recordOf('{"v":2}')] }, contextWith(60_000));

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm' }] });
    expect(services.sent('ChangeMessageVisibilityBatch')).toMatchObject([
      { Entries: [{ ReceiptHandle: 'receipt', VisibilityTimeout: 5 }] },
    ]);
  });

  test('keeps what a channel’s provider says of it when it is asked', async () => {
    await channels.add(aChannel({ id: LANE.channel, createdAt: 1 }), signal);
    const refusal = { error: { code: 190, message: 'Invalid OAuth access token' } };
    const { check } = await startSender([401, refusal]);

    await check(LANE.channel);

    expect((await channels.get(LANE.channel, signal))?.channel).toMatchObject({
      ...{ state: 'paused', pausedBecause: 'token' },
      said: { token: { ok: false } },
    });
  });
});

describe('the ticker', () => {
  async function tick() {
    const services = await startServices('http://127.0.0.1:9');
    const { handler } = await startedIn(
      services.environment,
      () => import('../../lambda/sending/ticker/handler.ts'),
    );
    await handler({}, contextWith(60_000));
    return services.sent('SendMessage');
  }

  test('wakes a lane in which something waits, and no other', async () => {
    await channels.add(aChannel({ id: LANE.channel }), signal);
    await channels.add(aChannel({ id: 'idle' }), signal);
    await ask('one');

    const bodies = (await tick()).map((input) => JSON.stringify(input));

    expect(bodies.filter((body) => body.includes('lane'))).toEqual([
      expect.stringContaining(JSON.stringify(writeWake(LANE))),
    ]);
  });

  test('ends what is too late of a channel that is paused', async () => {
    await channels.add(aChannel({ id: LANE.channel, state: 'paused' }), signal);
    const { message } = await laneRows(table).ask('late', { createdAt: 1, notAfter: 2 });

    await tick();

    const rows = laneRows(table);
    expect(await rows.recordOf(message.id)).toMatchObject({ state: 'expired' });
    expect(await rows.waiting()).toEqual([]);
  });
});

describe('the checker', () => {
  const FILE = 'phone,name,image,path\n525512345678,Ana,https://a.example/a,b\n';
  const channel = aChannel({ id: NUMBERS[0]?.id ?? '', accountId: BUSINESS.account });

  async function startChecker() {
    const services = await startServices(whatsapp.urls.meta);
    const { handler } = await startedIn(
      services.environment,
      () => import('../../lambda/sending/checker/handler.ts'),
    );
    const body = writeCheckRequest({ campaign: CAMPAIGN_ID, check: 'chk_1' });
    return {
      ...services,
      check: () => handler({ Records: [recordOf(body)] }, contextWith(60_000)),
    };
  }

  test('makes a campaign ready whose file and template are right', async () => {
    await channels.add(channel, signal);
    const draft = aCampaign({ channel: channel.id, state: 'checking', checking: 'chk_1' });
    await campaigns.add(draft, signal);
    await objects.put(`${BUCKET}/${uploadKey(CAMPAIGN_ID)}`, gzipSync(FILE));
    const { check } = await startChecker();

    expect(await check()).toEqual({ batchItemFailures: [] });

    expect((await campaigns.get(CAMPAIGN_ID, signal))?.campaign).toMatchObject({
      state: 'ready',
      check: { recipients: 1, category: 'marketing' },
    });
  });

  test('says so where the channel is not there any more', async () => {
    const draft = aCampaign({ channel: channel.id, state: 'checking', checking: 'chk_1' });
    await campaigns.add(draft, signal);
    const { check } = await startChecker();

    await check();

    const campaign = (await campaigns.get(CAMPAIGN_ID, signal))?.campaign;
    expect(campaign).toMatchObject({ state: 'draft', because: expect.stringContaining('channel') });
  });
});
