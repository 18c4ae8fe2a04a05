import type { HttpRequest } from '../../lambda/answers/api-gateway.ts';
import { optOutReader } from '../../lambda/campaigns/opt-outs-table.ts';
import type { Channel } from '../../lambda/channels/channel.ts';
import { channelReader, channelWriter } from '../../lambda/channels/channel-table.ts';
import { keptTenancy } from '../../lambda/channels/tenancy.ts';
import { claimTable } from '../../lambda/sending/claim-table.ts';
import { type AnswerDeps, answer } from '../../lambda/sending/messages/answer.ts';
import { MESSAGE_ROUTES as R } from '../../lambda/sending/messages/routes.ts';
import { outboxTable } from '../../lambda/sending/outbox-table.ts';
import { waitingSinceReader } from '../../lambda/sending/waiting-since-table.ts';
import type { Wake } from '../../lambda/sending/wake.ts';
import type { LogFields } from '../../lambda/shared/aws/telemetry.ts';
import { eventTable } from '../../lambda/table/event-table.ts';
import { tableReader } from '../../lambda/table/reader-table.ts';
import { startEventTable } from './event-table-emulator.ts';
import { aRequest } from './fake-ingest.ts';
import { CHANNEL, splitMeta } from './webhooks.ts';

export type MessagesApi = Awaited<ReturnType<typeof startMessagesApi>>;

/** The API that takes messages, over a table in memory. */
export async function startMessagesApi(startMs: number) {
  const emulator = await startEventTable();
  const { dynamodb, tableName } = emulator;
  const clock = { now: startMs };
  const now = () => clock.now;
  const woken: Wake[] = [];
  const logged: { message: string; fields: LogFields }[] = [];
  const options = { tableName, now, expiresAt: () => Math.floor(now() / 1000) + 86_400 };
  const signal = new AbortController().signal;

  const depsAfresh = () => ({
    ...keptTenancy(dynamodb, tableName, now),
    channel: channelReader(dynamodb, tableName).get,
    outbox: outboxTable(dynamodb, options),
    claims: claimTable(dynamodb, options),
    wake: async (wake: Wake) => void woken.push(wake),
    leftOut: optOutReader(dynamodb, tableName).leftOut,
    waitingSince: waitingSinceReader(dynamodb, tableName, now),
    table: tableReader(emulator.read, tableName, now),
    now,
    isSending: true,
    error: (message: string, fields: LogFields) => void logged.push({ message, fields }),
  });

  async function send(
    request: Partial<Omit<HttpRequest, 'rawBody'>> & { readonly body?: unknown },
    others: Partial<AnswerDeps> = {},
  ) {
    const { body, ...rest } = request;
    const rawBody = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body ?? null));
    const deps = { ...depsAfresh(), ...others };
    const result = await answer(aRequest({ ...rest, rawBody }), deps);
    const parsed: unknown = JSON.parse(result.body ?? 'null');
    return { status: result.statusCode ?? 0, headers: result.headers ?? {}, body: parsed };
  }

  return {
    emulator,
    options,
    clock,
    woken,
    logged,
    send,
    deps: depsAfresh,
    post: (body: unknown, key: string | undefined = 'key', others: Partial<AnswerDeps> = {}) =>
      send(
        { routeKey: R.send, path: { channel: CHANNEL }, headers: { 'idempotency-key': key }, body },
        others,
      ),
    /** As the processor stores it. */
    meta: async (body: string) => {
      const store = eventTable(dynamodb, { tableName, retentionDays: 30, now });
      for (const [index, event] of splitMeta(body).entries())
        await store(event, String(index), signal);
    },
    addChannel: (overrides: Partial<Channel> = {}) =>
      channelWriter(dynamodb, tableName).add(
        {
          ...{
            id: CHANNEL,
            provider: 'meta',
            tenant: 'default',
            messagesPerSecond: 80,
            share: 0.95,
          },
          ...{ marketingRoute: 'messages', uncertain: 'leave', state: 'active' },
          ...{ createdAt: startMs, updatedAt: startMs },
          ...overrides,
        },
        signal,
      ),
    clear: async () => {
      await emulator.clear();
      woken.length = 0;
      logged.length = 0;
      clock.now = startMs;
    },
    [Symbol.asyncDispose]: () => emulator[Symbol.asyncDispose](),
  };
}
