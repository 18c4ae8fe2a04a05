import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { loadForgetConfig } from '../../../lambda/forgetting/forget/config.ts';
import { forgettingTable } from '../../../lambda/forgetting/forgettings-table.ts';
import { eventTable } from '../../../lambda/table/event-table.ts';
import { anEventTable } from '../../support/an-event-table.ts';
import { anObjectStore } from '../../support/an-object-store.ts';
import { aMessage, aStatus, splitMeta } from '../../support/just-sent.ts';
import { contextWith, runsInLambda, startedIn } from '../../support/lambda-runtime.ts';
import { CHANNEL, metaWebhook } from '../../support/webhooks.ts';

const NEVER = new AbortController().signal;
const PHONE = '5215550001111';
const PAYLOAD = 'payloads/message.1.json';

const table = await anEventTable();
const objects = await anObjectStore('overflow', 'media', 'campaigns');
const output = runsInLambda();

/** The handler as it starts in Lambda, before the emulators. */
async function startHandler(environment: Record<string, string> = {}) {
  const variables = {
    TABLE_NAME: table.tableName,
    OVERFLOW_BUCKET: 'overflow',
    MEDIA_BUCKET: 'media',
    CAMPAIGNS_BUCKET: 'campaigns',
    ARCHIVE_DAYS: '400',
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_ENDPOINT_URL_S3: objects.url,
    ...environment,
  };
  const { handler } = await startedIn(
    variables,
    () => import('../../../lambda/forgetting/forget/handler.ts'),
  );
  return async (pathParameters: object, leftMs = 29_000) => {
    const event: APIGatewayProxyEventV2 = Object.assign(Object.create(null), {
      ...{ routeKey: 'DELETE /v1/channels/{channel}/contacts/{contact}', headers: {} },
      ...{ pathParameters, isBase64Encoded: false },
    });
    const { statusCode, body = '' } = await handler(event, contextWith(leftMs));
    return { statusCode, body: JSON.parse(body) };
  };
}

async function receive(webhook: string): Promise<void> {
  const options = { tableName: table.tableName, retentionDays: 30, now: Date.now };
  const store = eventTable(table.dynamodb, options);
  for (const [index, { payload, ...event }] of splitMeta(webhook).entries()) {
    const isMessage = event.kind === 'message';
    const stored = isMessage ? { ...event, payloadKey: PAYLOAD } : { ...event, payload };
    await store(stored, String(index), NEVER);
  }
}

const webhook = metaWebhook({ messages: [aMessage()], statuses: [aStatus()] });

describe('the function that forgets', () => {
  test('empties rows and deletes what they point at, and says what is still to be done', async () => {
    await receive(webhook);
    await objects.put(`overflow/${PAYLOAD}`, 'a payload');
    const forget = await startHandler();

    expect(await forget({ channel: CHANNEL, contact: PHONE })).toEqual({
      statusCode: 200,
      body: {
        ...{ events: 1, messages: 1, payloads: 1, files: 0, links: 1 },
        ...{ isComplete: true, archive: 'pending' },
      },
    });

    expect(await objects.keys('overflow')).toEqual([]);
    const pending = await forgettingTable(table.dynamodb, table.tableName, Date.now).list(NEVER);
    expect(pending).toMatchObject([{ isPending: true, forgetting: { contact: PHONE } }]);
    expect(output.join()).not.toMatch(/5215550001111|wamid/);
  });

  test('says that there is more, when its time is up', async () => {
    await receive(webhook);
    const forget = await startHandler();

    const { body } = await forget({ channel: CHANNEL, contact: PHONE }, 8000);

    // Nothing is forgotten of which it is not durable that it is to be.
    expect(body).toMatchObject({ isComplete: false, events: 0 });
  });

  test('answers 503, and names nobody, when the table is away', async () => {
    const forget = await startHandler({ AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' });

    const { statusCode } = await forget({ channel: CHANNEL, contact: PHONE });

    expect(statusCode).toBe(503);
    expect(output.join()).not.toMatch(/5215550001111/);
  });

  test('refuses a name that nobody can have', async () => {
    const forget = await startHandler();

    expect(await forget({ channel: CHANNEL, contact: '0155' })).toMatchObject({
      statusCode: 400,
      body: { error: { code: 'invalid_parameter' } },
    });
  });

  test('does not start without knowing where to look', () => {
    expect(() => loadForgetConfig({})).toThrow(/TABLE_NAME[\s\S]*MEDIA_BUCKET[\s\S]*ARCHIVE_DAYS/);
  });
});
