import type { DynamoDBRecord } from 'aws-lambda';
import { beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { readCampaignFigures } from '../../../lambda/campaigns/figures-table.ts';
import { optOutReader } from '../../../lambda/campaigns/opt-outs-table.ts';
import { routedEvents } from '../../../lambda/changes/routed-events.ts';
import { toRowChange } from '../../../lambda/changes/table-stream.ts';
import { channelWriter } from '../../../lambda/channels/channel-table.ts';
import { readDelivery } from '../../../lambda/delivery/delivery.ts';
import type { Subscriber } from '../../../lambda/delivery/subscriber.ts';
import { subscriberWriter } from '../../../lambda/delivery/subscriber-table.ts';
import type { WebhookEvent } from '../../../lambda/events/event.ts';
import { readMediaJob } from '../../../lambda/media/job.ts';
import { claimTable } from '../../../lambda/sending/claim-table.ts';
import { eventTable } from '../../../lambda/table/event-table.ts';
import { callerWriter } from '../../../lambda/tenants/caller-table.ts';
import { anEventTable } from '../../support/an-event-table.ts';
import { anObjectStore } from '../../support/an-object-store.ts';
import { confirmed, startAwsStub } from '../../support/aws-stub.ts';
import { CAMPAIGN, campaignMessage, campaignRow, stateOfRow } from '../../support/campaign-rows.ts';
import { watchTable } from '../../support/change-records.ts';
import { aChannel } from '../../support/channels.ts';
import { contextWith, runsInLambda, startedIn } from '../../support/lambda-runtime.ts';
import { aSubscriber } from '../../support/subscribers.ts';
import {
  aMessage,
  CHANNEL,
  metaEvent,
  RECEIVED_AT,
  wasenderEvent,
} from '../../support/webhooks.ts';

const { signal } = new AbortController();
const BUCKET = 'unrouted';
const PHONE = '5215550001111';
const table = await anEventTable();
const objects = await anObjectStore(BUCKET);
const output = runsInLambda();
const { dynamodb, tableName } = table;
const now = () => RECEIVED_AT;

let watched: ReturnType<typeof watchTable>;
beforeEach(() => {
  watched = watchTable(table, now);
});

const Batch = z.object({
  QueueUrl: z.string(),
  Entries: z.array(z.object({ MessageBody: z.string() })),
});

/** The router as it starts in Lambda. @param isAway whether the queues take nothing */
async function startRouter(isAway = false) {
  const aws = await startAwsStub((call) =>
    isAway ? { status: 400, body: { __type: 'AccessDenied' } } : confirmed(call),
  );
  const variables = {
    TABLE_NAME: tableName,
    SUBSCRIBER_QUEUES_ARN: 'arn:aws:sqs:eu-central-1:1:floodgate-',
    DELIVERIES_DEAD_LETTER_QUEUE_URL: `${aws.url}/1/dead-letter.fifo`,
    MEDIA_QUEUE_URL: `${aws.url}/1/media-jobs`,
    UNROUTED_BUCKET: BUCKET,
    AWS_ENDPOINT_URL: aws.url,
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_ENDPOINT_URL_S3: objects.url,
  };
  const { handler } = await startedIn(
    variables,
    () => import('../../../lambda/delivery/router/handler.ts'),
  );
  const route = async (records: readonly DynamoDBRecord[]) => {
    const { batchItemFailures } = await handler({ Records: [...records] }, contextWith(60_000));
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  /** Bodies that a queue took, by the end of its URL. */
  const sentTo = (queue: string) =>
    aws.calls
      .map(({ input }) => Batch.parse(input))
      .filter(({ QueueUrl }) => QueueUrl.endsWith(`/${queue}`))
      .flatMap(({ Entries }) => Entries.map(({ MessageBody }) => MessageBody));
  return { route, sentTo };
}

async function subscribe(subscriber: Subscriber): Promise<void> {
  await subscriberWriter(dynamodb, tableName).add(subscriber, 'mapping', signal);
}

/** What the stream tells once these events are stored. */
async function stored(...events: readonly WebhookEvent[]): Promise<readonly DynamoDBRecord[]> {
  const store = eventTable(watched.dynamodb, { tableName, retentionDays: 30, now });
  for (const event of events) await store(event, '1', signal);
  return watched.records.splice(0);
}

const aText = (body: string) =>
  metaEvent({ messages: [aMessage({ id: `wamid.${body}`, text: { body } })] });
/** Of the rows that are written for an event, the one that tells it. */
const tells = (record: DynamoDBRecord) => routedEvents(toRowChange(record)).length > 0;

describe('the router', () => {
  test('sends an event to the queue of each subscriber who wants it, and its file to be fetched', async () => {
    await subscribe(aSubscriber({ id: 'sub_all' }));
    await subscribe(aSubscriber({ id: 'sub_texts', filter: { types: ['text'] } }));
    const { route, sentTo } = await startRouter();
    const image = { id: '1479537139650973', mime_type: 'image/jpeg', sha256: 'x' };
    const event = metaEvent({ messages: [aMessage({ type: 'image', image, text: undefined })] });

    expect(await route(await stored(event))).toEqual([]);

    expect(sentTo('floodgate-sub_all.fifo').map(readDelivery)).toMatchObject([
      { ok: true, delivery: { subscriberId: 'sub_all', event: { id: event.id, type: 'image' } } },
    ]);
    expect(sentTo('floodgate-sub_texts.fifo')).toEqual([]);
    expect(sentTo('media-jobs').map(readMediaJob)).toMatchObject([
      { ok: true, job: { id: event.id, channel: CHANNEL } },
    ]);
  });

  test('has the stream begin again at the first event that a queue did not take', async () => {
    await subscribe(aSubscriber({ id: 'sub_all' }));
    const { route } = await startRouter(true);
    const records = await stored(aText('hello'), aText('again'));
    const first = records.find(tells);

    expect(await route(records)).toEqual([first?.dynamodb?.SequenceNumber]);
    expect(output.join('\n')).not.toContain(PHONE);
  });

  test('sets a record aside that it cannot read, and goes on with the others', async () => {
    await subscribe(aSubscriber({ id: 'sub_all' }));
    const { route, sentTo } = await startRouter();
    const good = (await stored(aText('hello'))).find(tells);
    if (good === undefined) throw new Error('nothing was stored');
    const { ApproximateCreationDateTime: _, ...timeless } = good.dynamodb ?? {};
    const torn = { ...good, eventID: 'torn', dynamodb: timeless };

    expect(await route([torn, good])).toEqual([]);

    expect(sentTo('floodgate-sub_all.fifo')).toHaveLength(1);
    expect(await objects.keys(BUCKET)).toEqual([
      expect.stringMatching(/^unrouted\/\d+-torn\.json$/),
    ]);
  });

  test('keeps that somebody wrote that they want no more marketing', async () => {
    const { route } = await startRouter();

    expect(await route(await stored(aText('STOP')))).toEqual([]);

    const left = await optOutReader(dynamodb, tableName).leftOut('default', [PHONE], signal);
    expect(left.get(PHONE)).toMatchObject({ optedOutAt: expect.any(Number) });
  });

  test('counts what a campaign’s message has come to, and keeps that somebody answered it', async () => {
    const { channel } = campaignMessage();
    const wamid = 'wamid.of-the-campaign';
    await channelWriter(dynamodb, tableName).add(aChannel({ id: CHANNEL }), signal);
    const options = { tableName, now, expiresAt: () => RECEIVED_AT / 1000 + 86_400 };
    const claims = claimTable(watched.dynamodb, options);
    const Item = campaignRow({}, stateOfRow('sent'));
    const own = { ...Item, pk: { S: Item['pk']?.S?.replace(channel, CHANNEL) ?? '' } };
    await watched.dynamodb('PutItem', { TableName: tableName, Item: own }, signal);
    await claims.point({ channel: CHANNEL, id: campaignMessage().id }, wamid, signal);
    const { route } = await startRouter();
    const answer = aMessage({ context: { from: '15550783881', id: wamid } });
    const records = [
      ...watched.records.splice(0),
      ...(await stored(metaEvent({ messages: [answer] }))),
    ];

    expect(await route(records)).toEqual([]);

    const { all } = await readCampaignFigures(dynamodb, tableName, CAMPAIGN, signal);
    expect(all.states.sent).toBe(1);
    const rows = await table.rows();
    expect(rows.find(({ pk }) => pk?.S === own.pk.S)).toHaveProperty('repliedAt');
  });

  test('tells nobody of another tenant’s channel', async () => {
    await channelWriter(dynamodb, tableName).add(aChannel({ id: 'shop', tenant: 'acme' }), signal);
    const caller = { principal: 'role/acme', tenant: 'acme' };
    await callerWriter(dynamodb, tableName).put(caller, signal);
    await subscribe(aSubscriber({ id: 'sub_default' }));
    await subscribe(aSubscriber({ id: 'sub_acme', tenant: 'acme' }));
    const { route, sentTo } = await startRouter();
    const messages = {
      key: { id: 'W1', fromMe: false, remoteJid: `${PHONE}@s.whatsapp.net` },
      message: { conversation: 'hello' },
    };

    expect(await route(await stored(wasenderEvent('messages.received', { messages })))).toEqual([]);

    expect(sentTo('floodgate-sub_default.fifo')).toEqual([]);
    expect(sentTo('floodgate-sub_acme.fifo')).toHaveLength(1);
  });
});
