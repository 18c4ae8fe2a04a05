import { setTimeout as sleep } from 'node:timers/promises';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { aMessage, splitMeta } from '../support/just-sent.ts';
import { aPipeline, type Pipeline } from '../support/pipeline.ts';
import { metaSignature, metaWebhook, only } from '../support/webhooks.ts';

const body = metaWebhook({ messages: [aMessage()] });

function queueClient({ stack }: Pipeline): SQSClient {
  const client = new SQSClient({
    endpoint: stack.aws.sqs,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  onTestFinished(() => client.destroy());
  return client;
}

async function messageRows({ rows }: Pipeline): Promise<number> {
  return (await rows()).filter(({ sk }) => sk?.S?.startsWith('message.')).length;
}

describe('failures on the whole path', { timeout: 60_000 }, () => {
  test('a poison message goes to the dead-letter queue, and those behind it go on', async () => {
    const pipeline = await aPipeline();
    const { group } = only(splitMeta(body));
    await queueClient(pipeline).send(
      new SendMessageCommand({
        QueueUrl: pipeline.stack.queues['inbox'],
        MessageBody: '{"v":1,"poison":true}',
        MessageGroupId: group,
        MessageDeduplicationId: 'poison',
      }),
    );
    expect((await pipeline.post(body)).status).toBe(200);
    await pipeline.settle();

    expect(await messageRows(pipeline)).toBe(1);
    expect(pipeline.stack.queue('inboxDeadLetter').counts(Date.now()).visible).toBe(1);
  });

  test('a table that is away delays events, and dead-letters none', async () => {
    const pipeline = await aPipeline();
    let isAway = true;
    pipeline.stack.faults.dynamodb = () =>
      isAway ? { code: 'InternalServerError', status: 500 } : undefined;
    expect((await pipeline.post(body)).status).toBe(200);
    await sleep(500);
    isAway = false;
    await pipeline.settle();

    expect(await messageRows(pipeline)).toBe(1);
    expect(pipeline.stack.queue('inboxDeadLetter').counts(Date.now()).visible).toBe(0);
  });

  test('a queue that is away, or takes only some, is answered 503; the next delivery stores once', async () => {
    const pipeline = await aPipeline();
    pipeline.stack.faults.sqs = (action) =>
      action === 'SendMessageBatch' ? { code: 'ServiceUnavailable', status: 503 } : undefined;
    const started = performance.now();
    const refused = await pipeline.post(body);
    expect(refused.status).toBe(503);
    expect(performance.now() - started).toBeLessThan(7_000);

    // Taken, though the answer is lost: the provider delivers again.
    let lost = 0;
    pipeline.stack.faults.sqs = (action) => {
      if (action !== 'SendMessageBatch') return undefined;
      lost += 1;
      return lost === 1 ? { lose: 'answer' } : undefined;
    };
    expect((await pipeline.post(body)).status).toBe(200);
    expect((await pipeline.post(body)).status).toBe(200);
    await pipeline.settle();
    expect(await messageRows(pipeline)).toBe(1);
  });

  test('a secret that cannot be read is answered 503', async () => {
    const pipeline = await aPipeline();
    pipeline.stack.faults.secretsmanager = () => ({ code: 'AccessDeniedException' });
    expect((await pipeline.post(body)).status).toBe(503);
    pipeline.stack.faults.secretsmanager = undefined;
    expect((await pipeline.post(body)).status).toBe(200);
  });

  test('a secret that is known is good for an hour in which it cannot be read', async () => {
    const pipeline = await aPipeline({ maxConcurrency: 1 });
    const { clock, faults } = pipeline.stack;
    expect((await pipeline.post(body)).status).toBe(200);
    faults.secretsmanager = () => ({ code: 'InternalServiceError' });
    clock.advance(59 * 60_000);
    expect((await pipeline.post(body)).status).toBe(200);
    clock.advance(60_000);
    expect((await pipeline.post(body)).status).toBe(503);
    faults.secretsmanager = undefined;
    expect((await pipeline.post(body)).status).toBe(200);
  });

  test('an event too big for a row is read back whole', async () => {
    const pipeline = await aPipeline();
    const text = { body: 'ñ'.repeat(300_000) };
    expect((await pipeline.post(metaWebhook({ messages: [aMessage({ text })] }))).status).toBe(200);
    await pipeline.settle();
    const path = '/v1/channels/106540352242922/contacts/5215550001111/timeline';
    const answer = JSON.parse(await (await pipeline.read(path)).text());
    expect(answer.entries[0].payload.entry[0].changes[0].value.messages[0].text).toEqual(text);
  });

  test('what is no webhook is answered as documented', async () => {
    const pipeline = await aPipeline();
    const url = `${pipeline.stack.url}/webhooks/meta`;
    const signed = (text: string) => pipeline.post(text);
    const answers = [
      [404, fetch(`${pipeline.stack.url}/webhooks`)],
      [404, fetch(url, { method: 'DELETE' })],
      [404, fetch(`${pipeline.stack.url}/v1/channels/1`)],
      [401, fetch(url, { method: 'POST', body })],
      [401, pipeline.post(body, { 'x-hub-signature-256': `sha256=${'g'.repeat(64)}` })],
      [403, pipeline.post(body, { 'x-hub-signature-256': metaSignature(body, 'other') })],
      [400, signed('{')],
      [400, signed('{"entry":[]}')],
      [200, signed('{"object":"page"}')],
      [200, signed('{"object":"whatsapp_business_account","entry":[]}')],
      [413, signed(`"${'x'.repeat(11_000_000)}"`)],
      [413, signed(`"${'x'.repeat(7_000_000)}"`)],
      [403, fetch(`${url}?hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1`)],
      [403, fetch(`${url}?hub.mode=other&hub.verify_token=local-verify-token&hub.challenge=1`)],
      [200, fetch(`${url}?hub.mode=subscribe&hub.verify_token=local-verify-token&hub.challenge=1`)],
      [
        403,
        fetch(`${pipeline.stack.url}/webhooks/wasender/nowhere`, {
          method: 'POST',
          body: '{"event":"x"}',
          headers: { 'x-webhook-signature': 'local-wasender-secret' },
        }),
      ],
      [200, fetch(`${pipeline.stack.url}/healthz`)],
    ] as const;
    const statuses = await Promise.all(answers.map(async ([, answer]) => (await answer).status));
    expect(statuses).toEqual(answers.map(([status]) => status));
    expect(await pipeline.rows()).toEqual([]);
  });
});
