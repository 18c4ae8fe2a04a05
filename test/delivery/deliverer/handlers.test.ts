import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { endpointStateWriter } from '../../../lambda/delivery/endpoint-table.ts';
import type { Subscriber } from '../../../lambda/delivery/subscriber.ts';
import { subscriberWriter } from '../../../lambda/delivery/subscriber-table.ts';
import type { QueuedMessage } from '../../../lambda/shared/queue/queued-message.ts';
import { startAwsStub } from '../../support/aws-stub.ts';
import { startEndpoint } from '../../support/endpoint.ts';
import { type EventTableEmulator, startEventTable } from '../../support/event-table-emulator.ts';
import { deliveryOf, queuedDelivery } from '../../support/fake-delivering.ts';
import { SENT_AT } from '../../support/just-sent.ts';
import { contextWith, runsInLambda, startedIn } from '../../support/lambda-runtime.ts';
import { localQueues } from '../../support/local-queues.ts';
import { sqsRecord } from '../../support/queued-events.ts';
import { aSubscriber } from '../../support/subscribers.ts';

let table: EventTableEmulator;

runsInLambda();

beforeAll(async () => {
  table = await startEventTable();
});
afterAll(() => table[Symbol.asyncDispose]());
beforeEach(() => table.clear());

const MEDIA_POLICY = {
  ...{ keep: 'all', maxMegabytes: 100, urlExpiryMinutes: 60, tenant: 'default' },
  channels: {},
};

const { signal } = new AbortController();

/** The two functions that deliver, as they start in Lambda, and an endpoint that answers so. */
async function startHandlers(status: () => number) {
  const endpoint = await startEndpoint((response) => void response.writeHead(status()).end());
  onTestFinished(() => endpoint[Symbol.asyncDispose]());
  const SecretString = JSON.stringify({ signingKey: 'a signing key that is long enough' });
  const aws = await startAwsStub(() => ({ body: { SecretString } }));
  const local = await localQueues();
  const { queues, mappings, names, host, deadLetterUrl } = local;
  host.create({ name: 'former.fifo' });
  const variables = {
    TABLE_NAME: table.tableName,
    OVERFLOW_BUCKET: 'overflow',
    MEDIA_BUCKET: 'media',
    MEDIA_POLICY: JSON.stringify(MEDIA_POLICY),
    SIGNING_KEY_ARN: 'arn:aws:secretsmanager:eu-central-1:1:secret:key',
    DELIVER_TO_LOOPBACK: 'true',
    FORMER_QUEUE_URL: deadLetterUrl.replace('dead-letter', 'former'),
    AWS_ENDPOINT_URL: aws.url,
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    ...local.environment,
  };
  const [deliverer, prober] = await startedIn(variables, () =>
    Promise.all([
      import('../../../lambda/delivery/deliverer/handler.ts'),
      import('../../../lambda/delivery/prober/handler.ts'),
    ]),
  );
  const add = async (overrides: Partial<Subscriber> = {}) => {
    const to = { kind: 'https', url: endpoint.url } as const;
    const subscriber = aSubscriber({ endpoint: to, ...overrides });
    const { id } = subscriber;
    await queues.create(id, signal);
    const settings = { isOn: true, functions: 10 };
    const mappingId = await mappings.create(names.arn(id), settings, signal);
    await subscriberWriter(table.dynamodb, table.tableName).add(subscriber, mappingId, signal);
    return subscriber;
  };
  /** Takes what the queue holds as Lambda does. */
  const deliverFrom = async (queueArn: string, messages: readonly QueuedMessage[]) => {
    const Records = messages.map((one) => ({ ...sqsRecord(one), eventSourceARN: queueArn }));
    const { batchItemFailures } = await deliverer.handler({ Records }, contextWith(60_000));
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  const deliver = async (id: string, ...events: readonly string[]) => {
    for (const event of events) {
      const delivery = { ...deliveryOf(event, {}, SENT_AT), subscriberId: id };
      await queues.send(delivery, true, signal);
    }
    const messages = await queues.of(id).receive(60, signal);
    const returned = await deliverFrom(names.arn(id), messages);
    return messages.filter(({ messageId }) => returned.includes(messageId));
  };
  const received = () => endpoint.received.map(({ headers }) => headers['webhook-id']);
  const probe = () => prober.handler({}, contextWith(60_000));
  return { ...local, add, deliver, deliverFrom, received, probe };
}

const attempts = async () =>
  (await table.rows())
    .filter(({ pk }) => pk?.S?.startsWith('deliveries.'))
    .flatMap(({ attempts: logged }) => JSON.parse(logged?.S ?? ''));

describe('the deliverer', () => {
  test('delivers a batch of one subscriber, signed, and logs it', async () => {
    const { add, deliver, received } = await startHandlers(() => 200);
    const { id } = await add();

    expect(await deliver(id, 'a1', 'a2')).toEqual([]);

    expect(received()).toEqual(['a1', 'a2']);
    expect(await attempts()).toMatchObject([
      { eventId: 'a1', outcome: 'delivered', status: 200 },
      { eventId: 'a2', outcome: 'delivered', status: 200 },
    ]);
  });

  test('returns what failed with its group, for a while, and remembers the failure', async () => {
    const { add, deliver, received, queues, clock } = await startHandlers(() => 500);
    const { id } = await add();

    expect(await deliver(id, 'a1', 'a2')).toHaveLength(2);

    expect(received()).toEqual(['a1']);
    const rows = await table.rows();
    expect(rows.some(({ failures }) => failures?.N === '1')).toBe(true);
    expect(rows.find(({ pk }) => pk?.S === `waiting.${id}`)).toMatchObject({ tries: { N: '1' } });
    clock.advance(10_000);
    expect(await queues.of(id).receive(60, signal)).toHaveLength(2);
  });

  test('ends all deliveries to an endpoint that is gone', async () => {
    const { add, deliver } = await startHandlers(() => 410);
    const { id } = await add();

    expect(await deliver(id, 'a1', 'a2')).toEqual([]);

    const [row] = (await table.rows()).filter(({ pk }) => pk?.S === 'subscribers');
    expect(row?.['config']?.S).toContain('"disabledBecause":"gone"');
  });

  test('gives back what is of no subscriber’s queue: the prober moves it', async () => {
    const { deliverFrom, received, host, deadLetterUrl } = await startHandlers(() => 200);
    const former = deadLetterUrl.replace('dead-letter', 'former');
    const message = { groupId: 'a', deduplicationId: 'a', body: 'a' };
    host.find('former.fifo')?.queue.send(message, Date.now());
    const [taken] = host.find('former.fifo')?.queue.receive(1, Date.now(), 60) ?? [];
    const { receiptHandle = '' } = taken ?? {};
    const queued = queuedDelivery('a1', { receiptHandle });

    const arn = `arn:aws:sqs:us-east-1:000000000000:${former.split('/').at(-1)}`;
    expect(await deliverFrom(arn, [queued])).toEqual(['a1']);

    expect(received()).toEqual([]);
    expect(host.find('former.fifo')?.queue.counts(Date.now() + 5000).visible).toBe(1);
  });
});

describe('the prober', () => {
  const isDown = async (id: string) => {
    const state = endpointStateWriter(table.dynamodb, table.tableName, Date.now);
    await state.addFailure(id, signal);
    await state.down(id, signal);
  };

  test('tries each of those that are down, also where they have rates, and lets them go on', async () => {
    const { add, probe, queues, received } = await startHandlers(() => 200);
    const ids = ['sub_a', 'sub_b', 'sub_c'];
    for (const id of ids) {
      await add({ id, ratePerSecond: 1 });
      await isDown(id);
      const delivery = { ...deliveryOf(`${id}1`, {}, SENT_AT), subscriberId: id };
      await queues.send(delivery, true, signal);
    }

    await probe();

    expect(received().toSorted()).toEqual(ids.map((id) => `${id}1`));
    expect((await table.rows()).some(({ downSince }) => downSince !== undefined)).toBe(false);
    expect(await attempts()).toHaveLength(3);
    for (const id of ids) expect(await queues.of(id).waiting(signal)).toBe(0);
  });

  test('switches off whoever paused', async () => {
    const { add, probe, mappings, received } = await startHandlers(() => 200);
    await add({ isPaused: true });
    const isOn = async () => (await mappings.list(signal)).map((mapping) => mapping.isOn);
    const isChanging = async () => (await mappings.list(signal))[0]?.isChanging;
    await expect.poll(isChanging).toBe(false);

    await probe();

    expect(await isOn()).toEqual([false]);
    expect(received()).toEqual([]);
  });
});
