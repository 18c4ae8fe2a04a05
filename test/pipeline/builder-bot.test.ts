import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test, vi } from 'vitest';
import { aPipeline, type Pipeline } from '../support/pipeline.ts';

const BOT = join(import.meta.dirname, '..', 'support', 'builder-bot.ts');
const TIMEOUT_MS = 120_000;

/** What a bot of the package got, however often it died: whoever runs one starts it again. */
async function aBot(): Promise<{ url: string; got: Set<string>; deaths: () => number }> {
  const port = await freePort();
  const got = new Set<string>();
  let deaths = 0;
  let isOver = false;
  let running: ChildProcess | undefined;
  const start = () => {
    if (isOver) return;
    running = spawn(process.execPath, [BOT, String(port)], { stdio: ['ignore', 'pipe', 'ignore'] });
    if (running.stdout === null) throw new Error('no output to read');
    createInterface({ input: running.stdout }).on('line', (line) => got.add(line));
    running.once('exit', () => {
      deaths += 1;
      start();
    });
  };
  start();
  onTestFinished(() => {
    isOver = true;
    running?.kill();
  });
  await vi.waitFor(() => expect(got).toContain('"ready"'), { timeout: TIMEOUT_MS });
  return { url: `http://127.0.0.1:${port}/webhook`, got, deaths: () => deaths };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

/** One webhook of Meta's, with this in its value. */
async function receive({ post }: Pipeline, value: object): Promise<void> {
  const metadata = { display_phone_number: '15550001111', phone_number_id: '1065' };
  const body = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '2150',
        changes: [
          { field: 'messages', value: { messaging_product: 'whatsapp', metadata, ...value } },
        ],
      },
    ],
  });
  expect((await post(body)).status).toBe(200);
}

function said(contact: string, words: string): object {
  const message = { from: contact, id: `wamid.${words}`, timestamp: '1795212000', type: 'text' };
  return {
    contacts: [{ profile: { name: 'Ana' }, wa_id: contact }],
    messages: [{ ...message, text: { body: words } }],
  };
}

function failedStatus(number: number): object {
  const errors = [{ code: 131_026, title: 'Undeliverable', error_data: { details: 'no user' } }];
  const of = { id: `wamid.sent${number}`, recipient_id: '5215500000001', timestamp: '1795212000' };
  return { statuses: [{ ...of, status: 'failed', errors }] };
}

/** The bot takes its contact from a list that such a message does not have, and dies. */
function changedNumber(contact: string): object {
  const system = { body: 'changed', type: 'user_changed_number', wa_id: `${contact}9` };
  const message = { from: contact, id: `wamid.system${contact}`, timestamp: '1795212000' };
  return { messages: [{ ...message, type: 'system', system }] };
}

test(
  'a bot of @builderbot/provider-meta gets all that it can bear, whatever it refuses or dies of',
  async () => {
    const pipeline = await aPipeline();
    const bot = await aBot();
    const endpoint = { kind: 'https', url: bot.url };
    const added = await fetch(`${pipeline.stack.url}/v1/subscribers`, {
      method: 'POST',
      body: JSON.stringify({ name: 'bot', endpoint, format: 'provider' }),
    });
    expect(added.status).toBe(201);

    const contacts = Array.from({ length: 15 }, (_, n) => `52155000000${10 + n}`);
    for (let n = 0; n < 12; n += 1) await receive(pipeline, failedStatus(n));
    for (const [n, contact] of contacts.entries()) {
      await receive(pipeline, said(contact, `first${n}`));
      if (n % 5 === 0) await receive(pipeline, changedNumber(contact));
      await receive(pipeline, said(contact, `second${n}`));
    }

    const expected = contacts.flatMap((_, n) => [`"body":"first${n}"`, `"body":"second${n}"`]);
    const isTaken = (words: string) => [...bot.got].some((webhook) => webhook.includes(words));
    const missing = () => expected.filter((words) => !isTaken(words));
    await vi.waitFor(() => expect(missing()).toEqual([]), { timeout: TIMEOUT_MS, interval: 200 });
    expect(bot.deaths()).toBeGreaterThan(0);
  },
  TIMEOUT_MS * 2,
);
