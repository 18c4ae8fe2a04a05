import type { HttpRequest } from '../../lambda/answers/api-gateway.ts';
import { keptTenancy } from '../../lambda/channels/tenancy.ts';
import type { Delivery } from '../../lambda/delivery/delivery.ts';
import { endpointStateWriter } from '../../lambda/delivery/endpoint-table.ts';
import type { Mappings } from '../../lambda/delivery/lambda-mappings.ts';
import { deliveryLogReader } from '../../lambda/delivery/log-reader-table.ts';
import type { SubscriberQueues } from '../../lambda/delivery/sqs-queues.ts';
import { subscriberReader, subscriberWriter } from '../../lambda/delivery/subscriber-table.ts';
import { type AnswerDeps, answer } from '../../lambda/delivery/subscribers/answer.ts';
import { waitingDeliveries } from '../../lambda/delivery/waiting-table.ts';
import type { SqsQueue } from '../../lambda/shared/aws/sqs-queue.ts';
import type { LogFields } from '../../lambda/shared/aws/telemetry.ts';
import { operationRow } from '../../lambda/table/operation-row.ts';
import { tableReader } from '../../lambda/table/reader-table.ts';
import { startEventTable } from './event-table-emulator.ts';
import { aRequest } from './fake-ingest.ts';

export type SubscriberApi = Awaited<ReturnType<typeof startSubscriberApi>>;

/** The management of subscribers over a table in memory. */
export async function startSubscriberApi(startMs: number) {
  const emulator = await startEventTable();
  const { dynamodb, tableName } = emulator;
  const clock = { now: startMs };
  const logged: { message: string; fields: LogFields }[] = [];
  const sent: Delivery[] = [];
  /** Stands for the deliverer, where a test has one. */
  const onSent: { call?: (delivery: Delivery) => Promise<void> } = {};
  /** What was made and removed, in its order. */
  const made: string[] = [];
  let ids = 0;

  const queue: SqsQueue = {
    waiting: async () => 0,
    receive: async () => [],
    done: async () => {},
    giveBack: async () => {},
  };
  const queues: SubscriberQueues = {
    of: () => queue,
    create: async (id) => void made.push(`queue ${id}`),
    remove: async (id) => void made.push(`no queue ${id}`),
    list: async () => [],
    madeAt: async () => undefined,
    send: async (delivery) => {
      sent.push(delivery);
      await onSent.call?.(delivery);
    },
  };
  const mappings: Mappings = {
    list: async () => [],
    create: async (arn, { isOn, functions }) => {
      made.push(`mapping ${arn} ${isOn ? 'on' : 'off'} ${functions}`);
      return `mapping-of-${arn}`;
    },
    change: async (id, { isOn, functions }) => {
      made.push(`change ${id} ${isOn ? 'on' : 'off'} ${functions}`);
      return true;
    },
    remove: async (id) => {
      made.push(`no ${id}`);
      return true;
    },
  };

  const deps: AnswerDeps = {
    table: {
      ...subscriberReader(dynamodb, tableName),
      ...subscriberWriter(dynamodb, tableName),
    },
    ...keptTenancy(dynamodb, tableName, () => clock.now),
    signingKey: async () => 'signing-key',
    lookAtQueue: async () => 'there',
    isOwnQueue: (queueUrl) => queueUrl.includes('/Floodgate-own-'),
    account: '123456789012',
    endpoints: { allowsLoopback: false },
    newId: () => {
      ids += 1;
      return String(ids);
    },
    state: endpointStateWriter(dynamodb, tableName, () => clock.now),
    ...{ queues, mappings, queueArn: (id) => `arn-${id}`, functions: 10 },
    waiting: waitingDeliveries(dynamodb, tableName, () => clock.now),
    person: (signal) => ({
      table: tableReader(
        (...call) => dynamodb(...call, signal),
        tableName,
        () => clock.now,
      ),
    }),
    record: async (operation, by, signal) => {
      const Item = operationRow(operation, by, clock.now, String(made.length));
      await dynamodb('PutItem', { TableName: tableName, Item }, signal);
    },
    deliveryLog: deliveryLogReader(dynamodb, tableName, () => clock.now),
    now: () => clock.now,
    error: (message, fields) => void logged.push({ message, fields }),
  };

  async function send(
    request: Partial<Omit<HttpRequest, 'rawBody'>> & { readonly body?: unknown },
    others: Partial<AnswerDeps> = {},
  ) {
    const { body, ...rest } = request;
    const rawBody = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body ?? null));
    const result = await answer(aRequest({ ...rest, rawBody }), { ...deps, ...others });
    const text = result.body;
    return {
      status: result.statusCode ?? 0,
      body: text === undefined ? undefined : (JSON.parse(text) as unknown),
    };
  }

  return {
    emulator,
    clock,
    logged,
    sent,
    made,
    onSent,
    deps,
    send,
    clear: async () => {
      await emulator.clear();
      logged.length = 0;
      sent.length = 0;
      made.length = 0;
      clock.now = startMs;
      ids = 0;
    },
    [Symbol.asyncDispose]: () => emulator[Symbol.asyncDispose](),
  };
}
