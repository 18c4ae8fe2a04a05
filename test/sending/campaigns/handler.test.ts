import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { campaignTable } from '../../../lambda/campaigns/campaign-table.ts';
import { cursorTable } from '../../../lambda/campaigns/cursor-table.ts';
import { refusalsKey } from '../../../lambda/campaigns/part.ts';
import type { CheckReport } from '../../../lambda/campaigns/report.ts';
import { writeReport } from '../../../lambda/campaigns/report-json.ts';
import { channelWriter } from '../../../lambda/channels/channel-table.ts';
import { CAMPAIGN_ROUTES as R } from '../../../lambda/sending/campaigns/routes.ts';
import {
  campaignCreated,
  campaignShown,
  exportAnswer,
} from '../../../lambda/sending/campaigns/schemas.ts';
import { ATTRIBUTES as A, campaignPartition, REPORT_SORT_KEY } from '../../../lambda/table/keys.ts';
import { textValue } from '../../../lambda/table/update-expression.ts';
import { rowKey } from '../../../lambda/table/writes.ts';
import { aCampaign, aCursor } from '../../support/a-campaign.ts';
import { anObjectStore } from '../../support/an-object-store.ts';
import { CAMPAIGN, CAMPAIGN_CHANNEL } from '../../support/campaign-rows.ts';
import { aChannel } from '../../support/channels.ts';
import { type EventTableEmulator, startEventTable } from '../../support/event-table-emulator.ts';

const BUCKET = 'campaigns';
const objects = await anObjectStore(BUCKET);
const { signal } = new AbortController();

let emulator: EventTableEmulator;

beforeAll(async () => {
  emulator = await startEventTable();
  const environment = {
    ...{ AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
    ...{ AWS_ENDPOINT_URL_DYNAMODB: emulator.endpoint, AWS_ENDPOINT_URL_S3: objects.url },
    ...{ TABLE_NAME: emulator.tableName, CAMPAIGNS_BUCKET: BUCKET, RETENTION_DAYS: '30' },
    ...{ OUTBOX_QUEUE_URL: 'http://127.0.0.1:1/outbox.fifo', SENDER_MAXIMUM_CONCURRENCY: '2' },
    CHECKS_QUEUE_URL: 'http://127.0.0.1:1/checks.fifo',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await emulator[Symbol.asyncDispose]();
});

type Event = Pick<APIGatewayProxyEventV2, 'routeKey' | 'headers' | 'isBase64Encoded' | 'body'> &
  Pick<APIGatewayProxyEventV2, 'pathParameters'>;

async function call(routeKey: string, pathParameters: Record<string, string>, body?: object) {
  const { handler } = await import('../../../lambda/sending/campaigns/handler.ts');
  const event: Event = {
    ...{ routeKey, headers: {}, pathParameters, isBase64Encoded: false },
    body: JSON.stringify(body ?? {}),
  };
  const { statusCode, body: text = 'null' } = await handler(event as APIGatewayProxyEventV2);
  const json: unknown = JSON.parse(text);
  return { status: statusCode, body: json };
}

test('makes campaigns under ids that nobody guesses', async () => {
  const { dynamodb, tableName } = emulator;
  await channelWriter(dynamodb, tableName).add(aChannel({ id: CAMPAIGN_CHANNEL }), signal);
  const variants = [{ template: 'spring_sale', language: 'es_MX' }];
  const made = await Promise.all(
    [1, 2].map(async () => {
      const { body } = await call(R.create, {}, { channel: CAMPAIGN_CHANNEL, variants });
      return campaignCreated.parse(body).campaign.id;
    }),
  );

  expect(new Set(made).size).toBe(2);
  for (const id of made) expect(id).toMatch(/^cmp_[\w-]{22}$/);
});

test('shows what the table has of a campaign, and links to whom its check refused', async () => {
  const { dynamodb, tableName } = emulator;
  const campaign = aCampaign({ id: 'cmp_shown' });
  await campaignTable(dynamodb, tableName).add(campaign, signal);
  await cursorTable(dynamodb, tableName).write(campaign.id, aCursor(), 1_900_000_000, signal);
  const report: CheckReport = {
    ...{ check: 'chk', at: 1, faults: [], warnings: [], columns: ['phone'], recipients: 3 },
    ...{ refused: { doubled: 2 }, costs: [], cost: { micros: 1, currency: 'USD' } },
    ...{ costOfAllSteps: { micros: 1, currency: 'USD' }, rates: '2026-10-01', seconds: 1 },
    ...{ zones: [], templates: [] },
  };
  const Item = {
    ...rowKey(campaignPartition(campaign.id), REPORT_SORT_KEY),
    [A.report]: textValue(writeReport(report)),
  };
  await dynamodb('PutItem', { TableName: tableName, Item }, signal);
  await objects.put(`${BUCKET}/${refusalsKey(campaign.id, 'chk')}`, 'row,column\n');
  const shown = campaignShown.parse((await call(R.show, { campaign: campaign.id })).body);

  expect(shown).toMatchObject({
    ...{ figures: { recipients: 3, waiting: 3 }, report: { refused: { doubled: 2 } } },
  });
  expect(await (await fetch(shown.refusals ?? '')).text()).toBe('row,column\n');
});

test('links to an export for whoever asks, once it is there', async () => {
  const { dynamodb, tableName } = emulator;
  await campaignTable(dynamodb, tableName).add(aCampaign(), signal);
  const asked = { campaign: CAMPAIGN, export: `${'e'.repeat(22)}.csv` };
  const before = exportAnswer.parse((await call(R.exported, asked)).body);
  await objects.put(`${BUCKET}/campaigns/${CAMPAIGN}/exports/${asked.export}`, 'row,state\n');
  const { url } = exportAnswer.parse((await call(R.exported, asked)).body);

  expect(before.url).toBeNull();
  expect(new URL(url ?? '').searchParams.get('response-content-type')).toMatch(/^text\/csv/);
  expect(await (await fetch(url ?? '')).text()).toBe('row,state\n');
});
