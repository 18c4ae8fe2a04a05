import type { HttpRequest } from '../../lambda/adapters/api-gateway.ts';
import { deliveryLogReader } from '../../lambda/adapters/delivery-log-reader.ts';
import { subscriberReader, subscriberWriter } from '../../lambda/adapters/subscriber-table.ts';
import type { LogFields } from '../../lambda/adapters/telemetry.ts';
import type { Delivery } from '../../lambda/domain/delivery.ts';
import { type AnswerDeps, answer } from '../../lambda/subscribers/answer.ts';
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
  let ids = 0;

  const deps: AnswerDeps = {
    table: {
      ...subscriberReader(dynamodb, tableName),
      ...subscriberWriter(dynamodb, tableName),
    },
    signingKey: async () => 'signing-key',
    endpoints: { allowsLoopback: false },
    newId: () => {
      ids += 1;
      return String(ids);
    },
    send: async (delivery) => {
      sent.push(delivery);
      await onSent.call?.(delivery);
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
    onSent,
    deps,
    send,
    clear: async () => {
      await emulator.clear();
      logged.length = 0;
      sent.length = 0;
      clock.now = startMs;
      ids = 0;
    },
    [Symbol.asyncDispose]: () => emulator[Symbol.asyncDispose](),
  };
}
