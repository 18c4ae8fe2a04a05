import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { subscriberWriter } from '../../lambda/adapters/subscriber-table.ts';
import { startAwsStub } from '../support/aws-stub.ts';
import { startEndpoint } from '../support/endpoint.ts';
import { type EventTableEmulator, startEventTable } from '../support/event-table-emulator.ts';
import { deliveryOf, queuedDelivery } from '../support/fake-delivering.ts';
import { SENT_AT } from '../support/just-sent.ts';
import { contextWith, runsInLambda, startedIn } from '../support/lambda-runtime.ts';
import { sqsRecord } from '../support/queued-events.ts';
import { aSubscriber } from '../support/subscribers.ts';

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
async function startHandlers(status: () => number, isPaused = false) {
  const endpoint = await startEndpoint((response) => void response.writeHead(status()).end());
  onTestFinished(() => endpoint[Symbol.asyncDispose]());
  const SecretString = JSON.stringify({ signingKey: 'a signing key that is long enough' });
  const aws = await startAwsStub(() => ({ body: { SecretString, Successful: [], Failed: [] } }));
  const variables = {
    TABLE_NAME: table.tableName,
    OVERFLOW_BUCKET: 'overflow',
    MEDIA_BUCKET: 'media',
    MEDIA_POLICY: JSON.stringify(MEDIA_POLICY),
    SIGNING_KEY_ARN: 'arn:aws:secretsmanager:eu-central-1:1:secret:key',
    DELIVERIES_QUEUE_URL: `${aws.url}/1/deliveries.fifo`,
    DELIVERIES_DEAD_LETTER_QUEUE_URL: `${aws.url}/1/deliveries-dead-letter.fifo`,
    DELIVER_TO_LOOPBACK: 'true',
    AWS_ENDPOINT_URL: aws.url,
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
  };
  const [deliverer, drainer] = await startedIn(variables, () =>
    Promise.all([
      import('../../lambda/deliverer/handler.ts'),
      import('../../lambda/drainer/handler.ts'),
    ]),
  );
  const subscriber = aSubscriber({ endpoint: { kind: 'https', url: endpoint.url }, isPaused });
  await subscriberWriter(table.dynamodb, table.tableName).add(subscriber, signal);
  const deliver = async (...ids: readonly string[]) => {
    const Records = ids.map((id) => sqsRecord(queuedDelivery(id, {}, deliveryOf(id, {}, SENT_AT))));
    const { batchItemFailures } = await deliverer.handler({ Records }, contextWith(60_000));
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  const received = () => endpoint.received.map(({ headers }) => headers['webhook-id']);
  return { deliver, received, subscriber, drain: () => drainer.handler({}, contextWith(60_000)) };
}

const attempts = async () =>
  (await table.rows())
    .filter(({ pk }) => pk?.S?.startsWith('deliveries.'))
    .flatMap(({ attempts: logged }) => JSON.parse(logged?.S ?? ''));

describe('the deliverer', () => {
  test('delivers a batch, signed, and logs it', async () => {
    const { deliver, received } = await startHandlers(() => 200);

    expect(await deliver('a1', 'a2')).toEqual([]);

    expect(received()).toEqual(['a1', 'a2']);
    expect(await attempts()).toMatchObject([
      { eventId: 'a1', outcome: 'delivered', status: 200 },
      { eventId: 'a2', outcome: 'delivered', status: 200 },
    ]);
  });

  test('returns what failed with its group, and remembers the failure', async () => {
    const { deliver, received } = await startHandlers(() => 500);

    expect(await deliver('a1', 'a2')).toEqual(['a1', 'a2']);

    expect(received()).toEqual(['a1']);
    expect((await table.rows()).some(({ failures }) => failures?.N === '1')).toBe(true);
  });

  test('ends all deliveries to an endpoint that is gone', async () => {
    const { deliver } = await startHandlers(() => 410);

    expect(await deliver('a1', 'a2')).toEqual([]);

    const [row] = (await table.rows()).filter(({ pk }) => pk?.S === 'subscribers');
    expect(row?.['config']?.S).toContain('"disabledBecause":"gone"');
  });
});

describe('the drainer', () => {
  test('lets what is put aside wait while its subscriber is paused', async () => {
    const { deliver, drain, received } = await startHandlers(() => 200, true);
    expect(await deliver('a1')).toEqual([]);

    await drain();

    expect(received()).toEqual([]);
    const aside = (await table.rows()).filter(({ pk }) => pk?.S?.startsWith('backlog.'));
    expect(aside).toHaveLength(1);
  });
});
