import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod/mini';
import { webhookIdOf } from '../../lambda/events/webhook-id.ts';
import { listen } from '../../local/loopback-server.ts';
import { buildAssembly } from '../../local/template/assembly.ts';
import { expectedEvents } from '../../local/traffic/expected.ts';
import { findStored } from '../../local/traffic/find-stored.ts';
import { metaTraffic } from '../../local/traffic/meta-traffic.ts';
import { signRequest } from '../../local/traffic/sign.ts';
import { aFolder } from '../local/keep/a-keep.ts';

const COMMAND = join(import.meta.dirname, '..', '..', 'bin', 'local.ts');
const SECRETS = { meta: 'local-app-secret', wasender: 'local-wasender-secret' };
/** Where the system gives its ports to nobody. */
const PORT = 21_310;

const readySchema = z.object({
  url: z.string(),
  aws: z.record(z.string(), z.string()),
  whatsapp: z.string(),
  table: z.string(),
});

async function start(folder: string) {
  const options = ['--port', String(PORT), '--keep', folder, '--assembly', await buildAssembly()];
  const child = spawn(process.execPath, [COMMAND, ...options]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const exited = once(child, 'exit');
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  await expect.poll(() => said, { timeout: 60_000 }).toMatch(/^ready \{.*\}\n/m);
  const ready = readySchema.parse(JSON.parse(/^ready (.*)$/m.exec(said)?.[1] ?? ''));
  return {
    ready,
    said: () => said,
    end: async (signal: 'SIGKILL' | 'SIGTERM') => {
      child.kill(signal);
      await exited;
    },
  };
}

/** Takes deliveries, and knows which events they were of. */
async function aSubscriber() {
  const ids = new Set<string>();
  const server = createServer((request, response) => {
    ids.add(String(request.headers['webhook-id']));
    request.resume().on('end', () => response.writeHead(200).end());
  });
  const listening = await listen(server);
  onTestFinished(() => listening.close());
  return { url: `${listening.url}/hook`, ids };
}

/** Posts webhooks side by side until they are done or nobody answers. Returns those that were taken. */
async function flood(url: string, bodies: readonly string[], onTaken: (count: number) => void) {
  const left = bodies.entries();
  const taken: string[] = [];
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (const [, body] of left) {
        const target = { baseUrl: url, secrets: SECRETS, pathToken: 'local' };
        const signed = signRequest({ provider: 'meta', body }, target);
        const request = { method: 'POST', headers: { ...signed.headers }, body };
        const answer = await fetch(signed.url, request).catch(() => undefined);
        if (answer?.status !== 200) return;
        taken.push(body);
        onTaken(taken.length);
      }
    }),
  );
  return taken;
}

test('a stack that is killed has what it answered with 200 at its next start, and hands it on', {
  timeout: 180_000,
}, async () => {
  const folder = aFolder();
  const subscriber = await aSubscriber();
  const first = await start(folder);
  const made = await fetch(`${first.ready.url}/v1/subscribers`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'bot', endpoint: { kind: 'https', url: subscriber.url } }),
  });
  expect(made.status).toBe(201);
  const options = { seed: 1, contacts: 40, messages: 900, statuses: 900, mediaShare: 0 };
  const bodies = metaTraffic(options, 3);
  const half = Math.floor(bodies.length / 2);
  let killing = Promise.resolve();
  const taken = await flood(first.ready.url, bodies, (count) => {
    if (count === half) killing = first.end('SIGKILL');
  });
  await killing;
  expect(taken.length).toBeLessThan(bodies.length);

  const second = await start(folder);
  expect(second.ready).toEqual(first.ready);
  const client = new DynamoDBClient({
    endpoint: second.ready.aws['dynamodb'] ?? '',
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  onTestFinished(() => client.destroy());
  let missing = taken.flatMap((body) => expectedEvents({ provider: 'meta', body }, 'local'));
  const ids = [...new Set(missing.map(({ id }) => id))];
  const stillMissing = async () => {
    const found = await findStored(client, second.ready.table, missing);
    const known = new Set(found.map(({ id }) => id));
    missing = missing.filter(({ id }) => !known.has(id));
    return missing;
  };
  await expect.poll(stillMissing, { timeout: 60_000, interval: 500 }).toEqual([]);
  await expect
    .poll(() => ids.filter((id) => !subscriber.ids.has(webhookIdOf(id))), {
      timeout: 60_000,
      interval: 500,
    })
    .toEqual([]);

  await second.end('SIGTERM');
  expect(second.said()).toMatch(/stopped\n$/);
});

const CHANNEL = '900000000000100';
/** Of whom the stand-in makes nothing odd by their last digits. */
const PHONES = Array.from({ length: 120 }, (_, n) => `52155500${String(n).padStart(3, '0')}22`);

const ledgerSchema = z.object({
  recipients: z.array(z.object({ recipient: z.string() })),
  repeated: z.array(z.unknown()),
});
const takenSchema = z.object({ id: z.string() });
const messageSchema = z.object({ outgoing: z.object({ state: z.string() }) });

async function ask(url: string, body?: object, headers: Readonly<Record<string, string>> = {}) {
  const request = { method: 'POST', headers, body: JSON.stringify(body) };
  const answer = await fetch(url, body === undefined ? {} : request);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return await answer.json();
}

async function onEach(phones: readonly string[], act: (phone: string) => Promise<unknown>) {
  const left = phones.values();
  const each = async () => {
    for (const phone of left) await act(phone);
  };
  await Promise.all(Array.from({ length: 8 }, each));
}

test('a stack that is killed while it sends sends nobody the same twice, and all that it took but what is uncertain', {
  timeout: 180_000,
}, async () => {
  const folder = aFolder();
  const first = await start(folder);
  const { url, whatsapp } = first.ready;
  await ask(`${url}/v1/channels`, { id: CHANNEL, provider: 'meta' });
  const person = (phone: string) => `${whatsapp}/stand-in/people/${phone}/messages`;
  await onEach(PHONES, (phone) => ask(person(phone), { text: 'hola' }));
  const ids = new Map<string, string>();
  const sendTo = async (phone: string) => {
    const message = { to: `+${phone}`, type: 'text', text: { body: `for ${phone}` } };
    const answer = await ask(`${url}/v1/channels/${CHANNEL}/messages`, message, {
      'idempotency-key': phone,
    });
    ids.set(phone, takenSchema.parse(answer).id);
  };
  let killing: Promise<void> | undefined;
  await onEach(PHONES, async (phone) => {
    await sendTo(phone).catch(() => undefined);
    if (ids.size >= PHONES.length / 2) killing ??= first.end('SIGKILL');
  });
  await killing;
  expect(ids.size).toBeGreaterThanOrEqual(PHONES.length / 2);
  expect(ids.size).toBeLessThan(PHONES.length);

  const second = await start(folder);
  // As whoever saw no answer does.
  await onEach(PHONES, sendTo);
  const stateOf = async (phone: string) => {
    const message = await ask(`${url}/v1/channels/${CHANNEL}/messages/${ids.get(phone)}`);
    return messageSchema.parse(message).outgoing.state;
  };
  let unsettled = PHONES;
  const stillUnsettled = async () => {
    const states = await Promise.all(unsettled.map(stateOf));
    unsettled = unsettled.filter((_, n) => !['read', 'uncertain'].includes(states[n] ?? ''));
    return unsettled;
  };
  await expect.poll(stillUnsettled, { timeout: 60_000, interval: 500 }).toEqual([]);
  const ledger = ledgerSchema.parse(await ask(`${whatsapp}/stand-in/ledger`));
  expect(ledger.repeated).toEqual([]);
  const got = new Set(ledger.recipients.map(({ recipient }) => recipient));
  for (const phone of PHONES.filter((one) => !got.has(one))) {
    expect(await stateOf(phone)).toBe('uncertain');
  }
  await second.end('SIGTERM');
});
