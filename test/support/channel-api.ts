import type { HttpRequest } from '../../lambda/answers/api-gateway.ts';
import { channelReader, channelWriter } from '../../lambda/channels/channel-table.ts';
import { type AnswerDeps, answer } from '../../lambda/channels/managing/answer.ts';
import { outboxLook } from '../../lambda/channels/outbox-look-table.ts';
import { keptTenancy } from '../../lambda/channels/tenancy.ts';
import type { LogFields } from '../../lambda/shared/aws/telemetry.ts';
import { KEPT_DAYS } from './channels.ts';
import { startEventTable } from './event-table-emulator.ts';
import { aRequest } from './fake-ingest.ts';

export type ChannelApi = Awaited<ReturnType<typeof startChannelApi>>;

/** The management of channels over a table in memory. */
export async function startChannelApi(startMs: number) {
  const emulator = await startEventTable();
  const { dynamodb, tableName } = emulator;
  const clock = { now: startMs };
  const logged: { message: string; fields: LogFields }[] = [];
  const deps: AnswerDeps = {
    table: { ...channelReader(dynamodb, tableName), ...channelWriter(dynamodb, tableName) },
    ...keptTenancy(dynamodb, tableName, () => clock.now),
    isOutboxEmpty: outboxLook(dynamodb, tableName),
    keptDays: KEPT_DAYS,
    now: () => clock.now,
    error: (message, fields) => void logged.push({ message, fields }),
  };

  async function send(
    request: Partial<Omit<HttpRequest, 'rawBody'>> & { readonly body?: unknown },
    others: Partial<AnswerDeps> = {},
  ) {
    const { body, ...rest } = request;
    const text = typeof body === 'string' ? body : JSON.stringify(body ?? null);
    const rawBody = Buffer.from(body === undefined ? '' : text);
    const result = await answer(aRequest({ ...rest, rawBody }), { ...deps, ...others });
    const json: unknown = result.body === undefined ? undefined : JSON.parse(result.body);
    return { status: result.statusCode ?? 0, body: json };
  }

  return {
    ...{ emulator, clock, logged, deps, send },
    clear: async () => {
      await emulator.clear();
      logged.length = 0;
      clock.now = startMs;
    },
    [Symbol.asyncDispose]: () => emulator[Symbol.asyncDispose](),
  };
}
