import type { HttpRequest } from '../../lambda/answers/api-gateway.ts';
import type { Campaign } from '../../lambda/campaigns/campaign.ts';
import { campaignTable } from '../../lambda/campaigns/campaign-table.ts';
import type { Cursor } from '../../lambda/campaigns/cursor.ts';
import { cursorTable } from '../../lambda/campaigns/cursor-table.ts';
import { readCampaignFigures } from '../../lambda/campaigns/figures-table.ts';
import { marksTable } from '../../lambda/campaigns/marks-table.ts';
import { optOutReader } from '../../lambda/campaigns/opt-outs-table.ts';
import { type PartLine, partKeyOf, writePartLine } from '../../lambda/campaigns/part.ts';
import { readCampaignReport } from '../../lambda/campaigns/report-table.ts';
import { triggeredTable } from '../../lambda/campaigns/triggered-table.ts';
import type { Channel } from '../../lambda/channels/channel.ts';
import { channelReader, channelWriter } from '../../lambda/channels/channel-table.ts';
import { type AnswerDeps, answer } from '../../lambda/sending/campaigns/answer.ts';
import { s3Recipients } from '../../lambda/sending/campaigns/s3-recipients.ts';
import { outboxTable } from '../../lambda/sending/outbox-table.ts';
import { s3Parts } from '../../lambda/sending/pulling/s3-parts.ts';
import { waitingSinceReader } from '../../lambda/sending/waiting-since-table.ts';
import type { Wake } from '../../lambda/sending/wake.ts';
import type { LogFields } from '../../lambda/shared/aws/telemetry.ts';
import { tableReader } from '../../lambda/table/reader-table.ts';
import { callerReader, callerWriter } from '../../lambda/tenants/caller-table.ts';
import { tenantAmong } from '../../lambda/tenants/caller-tenant.ts';
import { aCampaign, aCursor } from './a-campaign.ts';
import { awsService } from './aws-service.ts';
import { CAMPAIGN, CAMPAIGN_CHANNEL } from './campaign-rows.ts';
import { aChannel } from './channels.ts';
import { startEventTable } from './event-table-emulator.ts';
import { aRequest } from './fake-ingest.ts';
import { startObjects } from './object-emulator.ts';

export type CampaignsApi = Awaited<ReturnType<typeof startCampaignsApi>>;

const BUCKET = 'campaigns';
const { signal } = new AbortController();

/** The API of campaigns, over a table and a bucket in memory. */
export async function startCampaignsApi(startMs: number) {
  const [emulator, objects] = await Promise.all([startEventTable(), startObjects(BUCKET)]);
  const { dynamodb, tableName } = emulator;
  const now = () => startMs;
  const expiresAt = () => Math.floor(startMs / 1000) + 30 * 86_400;
  const woken: Wake[] = [];
  const requested: string[] = [];
  const logged: { message: string; fields: LogFields }[] = [];
  const campaigns = campaignTable(dynamodb, tableName);
  const cursors = cursorTable(dynamodb, tableName);
  const callers = callerReader(dynamodb, tableName);
  const channel = channelReader(dynamodb, tableName).get;
  const recipients = s3Recipients(BUCKET, awsService('s3', objects.url), now);
  const wake = async (one: Wake) => void woken.push(one);
  const request = (what: string) => async (campaign: string, name: string) =>
    void requested.push(`${what} ${name} of ${campaign}`);

  const deps: AnswerDeps = {
    tenantOf: async (principal) => tenantAmong(await callers(signal), principal),
    ...{ campaigns, channel, now, wake, expiresAt, ...recipients },
    error: (message, fields) => void logged.push({ message, fields }),
    marks: marksTable(dynamodb, { tableName, expiresAt }),
    readCursors: (id, until) => cursors.read(id, undefined, until),
    readFigures: async (id, until) =>
      (await readCampaignFigures(dynamodb, tableName, id, until)).all,
    readReport: (id, until) => readCampaignReport(dynamodb, tableName, id, until),
    refusalsLink: async (campaign, check) => `https://s3/${campaign}/${check}/refusals.csv`,
    requestCheck: request('check'),
    requestExport: request('export'),
    requestRetry: request('retry'),
    newExportName: () => 'e'.repeat(22),
    exportLink: async () => undefined,
    newId: () => CAMPAIGN,
    newCheckId: () => 'check',
    newKey: () => 'key',
    triggered: triggeredTable(dynamodb, tableName, now),
    readRange: s3Parts(BUCKET, awsService('s3', objects.url)),
    accepting: {
      ...{ channel, wake, now, isSending: true },
      outbox: outboxTable(dynamodb, { tableName, expiresAt }),
      leftOut: optOutReader(dynamodb, tableName).leftOut,
      waitingSince: waitingSinceReader(dynamodb, tableName, now),
      table: tableReader(emulator.read, tableName, now),
    },
  };

  async function send(
    routeKey: string,
    {
      body,
      ...request
    }: Partial<Omit<HttpRequest, 'rawBody' | 'routeKey'>> & { readonly body?: unknown } = {},
    others: Partial<AnswerDeps> = {},
  ) {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const rawBody = Buffer.from(body === undefined ? '' : text);
    const path = { campaign: CAMPAIGN };
    const result = await answer(aRequest({ routeKey, path, ...request, rawBody }), {
      ...deps,
      ...others,
    });
    const parsed: unknown = JSON.parse(result.body ?? 'null');
    return { status: result.statusCode ?? 0, headers: result.headers ?? {}, body: parsed };
  }

  return {
    ...{ emulator, objects, deps, woken, requested, logged, send },
    addCampaign: (campaign: Campaign = aCampaign()) => campaigns.add(campaign, signal),
    campaign: async (id = CAMPAIGN) => (await campaigns.get(id, signal))?.campaign,
    addChannel: (overrides: Partial<Channel> = {}) =>
      channelWriter(dynamodb, tableName).add(
        aChannel({ id: CAMPAIGN_CHANNEL, ...overrides }),
        signal,
      ),
    addCaller: (principal: string, tenant: string) =>
      callerWriter(dynamodb, tableName).put({ principal, tenant }, signal),
    /** A part as its check wrote it; a line that is undefined is of somebody who was forgotten. */
    addPart: async (
      lines: readonly (PartLine | undefined)[],
      overrides: Partial<Cursor> = {},
      campaign = CAMPAIGN,
    ) => {
      const text = lines
        .map((line) => `${line === undefined ? ' '.repeat(9) : writePartLine(line)}\n`)
        .join('');
      const bytes = Buffer.byteLength(text);
      const cursor = aCursor({ lines: lines.length, bytes, ...overrides });
      await cursors.write(campaign, cursor, expiresAt(), signal);
      if (text !== '') await objects.put(`${BUCKET}/${partKeyOf(campaign, 'chk', cursor)}`, text);
    },
    clear: async () => {
      await emulator.clear();
      for (const key of await objects.keys(BUCKET)) await objects.remove(`${BUCKET}/${key}`);
      for (const list of [woken, requested, logged]) list.length = 0;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([emulator[Symbol.asyncDispose](), objects[Symbol.asyncDispose]()]);
    },
  };
}
