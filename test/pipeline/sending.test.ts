import { describe, expect, onTestFinished, test } from 'vitest';
import * as z from 'zod/mini';
import { standardEvent } from '../../lambda/delivery/standard-event-schema.ts';
import { startEndpoint } from '../support/endpoint.ts';
import { aPipeline, type Pipeline } from '../support/pipeline.ts';
import { subscribe } from './delivering.ts';

const CHANNEL = '900000000000100';
const OUTGOING = `/v1/channels/${CHANNEL}/messages`;

const ledger = z.object({
  recipients: z.array(
    z.object({ messages: z.array(z.object({ type: z.string(), mark: z.nullable(z.string()) })) }),
  ),
});
const told = z.object({ outgoing: z.object({ id: z.string() }) });
const takenAs = z.object({ id: z.string() });
const shown = z.object({ outgoing: z.object({ state: z.string() }) });

async function post(url: string, body: object, headers: Record<string, string> = {}) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${text}`);
  return JSON.parse(text) as unknown;
}

/** The stack with a channel of Meta's. */
async function aSendingPipeline(): Promise<Pipeline> {
  const pipeline = await aPipeline();
  await post(`${pipeline.stack.url}/v1/channels`, { id: CHANNEL, provider: 'meta' });
  return pipeline;
}

/** Has a person write, which opens the window, and asks for an answer to them. */
async function ask({ stack, settle }: Pipeline, phone: string): Promise<string> {
  const person = `${stack.whatsapp.url}/stand-in/people/${phone}/messages`;
  await post(person, { provider: 'meta', channel: CHANNEL, text: 'Hello' });
  await settle();
  const body = { to: `+${phone}`, type: 'text', text: { body: `For ${phone}` } };
  const answer = await post(`${stack.url}${OUTGOING}`, body, { 'idempotency-key': 'one' });
  return takenAs.parse(answer).id;
}

/** Asks once more, by a key, and says what was answered. */
function request({ stack }: Pipeline, phone: string, key: string): Promise<Response> {
  const body = { to: `+${phone}`, type: 'text', text: { body: `Again for ${phone}` } };
  return fetch(`${stack.url}${OUTGOING}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  });
}

const away = { code: 'InternalServerError', status: 500 };

async function stateOf({ read }: Pipeline, id: string): Promise<string> {
  const answer = await read(`${OUTGOING}/${id}`);
  return shown.parse(await answer.json()).outgoing.state;
}

async function receivedBy({ stack }: Pipeline, phone: string) {
  const answer = await fetch(`${stack.whatsapp.url}/stand-in/ledger?recipient=${phone}`);
  const { recipients } = ledger.parse(await answer.json());
  return recipients.flatMap(({ messages }) => messages);
}

const soon = { timeout: 30_000, interval: 100 };

describe('a message that somebody asks to send', { timeout: 180_000 }, () => {
  test('is at WhatsApp once, and its ticks come back', async () => {
    const pipeline = await aSendingPipeline();
    const phone = '5215550002222';
    const id = await ask(pipeline, phone);

    await expect.poll(() => stateOf(pipeline, id), soon).toMatch(/^(delivered|read)$/);
    const received = await receivedBy(pipeline, phone);
    expect(received).toHaveLength(1);
    expect(received[0]?.mark).toContain(id);
    expect(pipeline.stack.rights.refused).toEqual([]);
  });

  test('is told to a subscriber, and again where that did not take it, in order', async () => {
    const pipeline = await aSendingPipeline();
    const endpoint = await startEndpoint((response, index) => {
      response.writeHead(index === 0 ? 500 : 200).end();
    });
    onTestFinished(() => endpoint[Symbol.asyncDispose]());
    await subscribe(pipeline, endpoint.url, { filter: { kinds: ['outgoing'] } });
    const id = await ask(pipeline, '5215550002222');

    const tries = () => {
      // What failed waits for seconds.
      pipeline.stack.clock.advance(2000);
      return endpoint.received.map(({ body, headers }) => {
        const { type, data } = standardEvent.parse(JSON.parse(body));
        return { type, id: told.parse(data).outgoing.id, webhookId: Object(headers)['webhook-id'] };
      });
    };
    await expect.poll(() => tries().length, soon).toBe(3);
    const [failed, again, after] = tries();
    expect(failed).toMatchObject({ type: 'message.queued', id });
    expect(again).toEqual(failed);
    expect(after).toMatchObject({ type: 'message.sent', id });
    expect(pipeline.stack.rights.refused).toEqual([]);
  });

  test('whose answer is lost is uncertain no more once a status has its mark', async () => {
    const pipeline = await aSendingPipeline();
    const ids = await Promise.all(
      ['5215550002200', '5215550002202'].map((phone) => ask(pipeline, phone)),
    );

    for (const id of ids) {
      await expect.poll(() => stateOf(pipeline, id), soon).toMatch(/^(sent|delivered|read)$/);
    }
    expect(await receivedBy(pipeline, '5215550002200')).toHaveLength(1);
    expect(await receivedBy(pipeline, '5215550002202')).toHaveLength(1);
  });

  test('that got lost on its way is uncertain, and not sent again by itself', async () => {
    const pipeline = await aSendingPipeline();
    const id = await ask(pipeline, '5215550002201');

    await expect.poll(() => stateOf(pipeline, id), soon).toBe('uncertain');
    expect(await receivedBy(pipeline, '5215550002201')).toEqual([]);
  });

  test('is to come later while what was taken before waits for an hour, and goes out in the end', async () => {
    const pipeline = await aSendingPipeline();
    const { stack } = pipeline;
    const phone = '5215550002222';
    // Nobody knows a token yet.
    stack.faults.ssm = () => away;
    const first = await ask(pipeline, phone);
    await expect.poll(() => stateOf(pipeline, first), soon).toBe('queued');
    stack.clock.advance(3_700_000);
    let asked = 0;
    const again = () => {
      // The ticker looks every minute, and what it says is known for five seconds.
      stack.clock.advance(61_000);
      asked += 1;
      return request(pipeline, phone, `again-${asked}`);
    };
    await expect.poll(async () => (await again()).status, soon).toBe(429);
    const refused = await again();
    expect(refused.headers.get('retry-after')).toBe('60');
    expect(await refused.json()).toMatchObject({ error: { code: 'too_many_waiting' } });

    stack.faults.ssm = undefined;
    await expect.poll(async () => (await again()).status, soon).toBe(202);
    await expect.poll(() => stateOf(pipeline, first), soon).toMatch(/^(delivered|read)$/);
  });

  test.each([
    ['table', { dynamodb: () => away }],
    ['queue', { sqs: (action: string) => (action === 'SendMessage' ? away : undefined) }],
  ])('is to come again where the %s is away, and is one message then', async (_, faults) => {
    const pipeline = await aSendingPipeline();
    const phone = '5215550002222';
    await ask(pipeline, phone);
    await expect.poll(async () => (await receivedBy(pipeline, phone)).length, soon).toBe(1);
    Object.assign(pipeline.stack.faults, faults);
    const refused = await request(pipeline, phone, 'two');
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ error: { code: 'unavailable' } });

    Object.assign(pipeline.stack.faults, { dynamodb: undefined, sqs: undefined });
    const ids = [];
    for (let time = 1; time <= 2; time += 1) {
      const taken = await request(pipeline, phone, 'two');
      expect(taken.status).toBe(202);
      ids.push(takenAs.parse(await taken.json()).id);
    }
    expect(new Set(ids).size).toBe(1);
    await expect.poll(async () => (await receivedBy(pipeline, phone)).length, soon).toBe(2);
  });

  test('that cannot be delivered fails', async () => {
    const pipeline = await aSendingPipeline();
    const id = await ask(pipeline, '5215550002213');

    await expect.poll(() => stateOf(pipeline, id), soon).toBe('failed');
  });
});
