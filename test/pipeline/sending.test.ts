import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { aPipeline, type Pipeline } from '../support/pipeline.ts';

const CHANNEL = '900000000000100';
const OUTGOING = `/v1/channels/${CHANNEL}/messages`;

const ledger = z.object({
  recipients: z.array(
    z.object({ messages: z.array(z.object({ type: z.string(), mark: z.nullable(z.string()) })) }),
  ),
});
const taken = z.object({ id: z.string() });
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
  return taken.parse(answer).id;
}

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

  test('that cannot be delivered fails', async () => {
    const pipeline = await aSendingPipeline();
    const id = await ask(pipeline, '5215550002213');

    await expect.poll(() => stateOf(pipeline, id), soon).toBe('failed');
  });
});
