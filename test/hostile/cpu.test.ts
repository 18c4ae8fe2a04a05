import { expect, test } from 'vitest';
import { type HttpResponse, toRequest } from '../../lambda/answers/api-gateway.ts';
import {
  acceptMetaWebhook,
  acceptWasenderWebhook,
} from '../../lambda/inbound/ingest/accept-by-provider.ts';
import { enqueueEvents } from '../../lambda/inbound/ingest/enqueue-events.ts';
import { fakeIngest } from '../support/fake-ingest.ts';
import {
  aContact,
  aMessage,
  aStatus,
  metaSignature,
  metaWebhook,
  wasenderWebhook,
} from '../support/webhooks.ts';
import { anEvent } from './hostile-requests.ts';

type Shape = (length: number) => string;

/** As many as make up the length. */
function many<T>(length: number, make: (n: number) => T): T[] {
  const each = JSON.stringify(make(1000)).length + 1;
  return Array.from({ length: Math.floor(length / each) }, (_, n) => make(n));
}

/** A webhook with source in it that no serializer writes. */
function around(source: string, value: object = { messages: ['HERE'] }): string {
  return metaWebhook(value).replace('"HERE"', () => source);
}

function repeated(text: string, length: number): string {
  return text.repeat(Math.floor(length / text.length));
}

const message = (n: number) => aMessage({ id: `wamid.${n}`, from_user_id: `MX.${n % 99}` });
const status = (n: number) => aStatus({ id: `wamid.${n}` });
const failure = (n: number) => ({ code: n, title: 'Message undeliverable' });
const API_KEY = 'f3b1c9d27a5e4f60aa11';

const META: Readonly<Record<string, Shape>> = {
  'many messages': (length) => metaWebhook({ messages: many(length, message) }),
  'many statuses': (length) => metaWebhook({ statuses: many(length, status) }),
  'more events than can be queued': (length) => around(`${repeated('{},', length)}{}`),
  'many entries': (length) =>
    `{"object":"whatsapp_business_account","entry":[${repeated('{"id":"1"},', length)}{}]}`,
  'many contacts, each with a message': (length) => {
    const pairs = many(length / 2, message).map((_, n) => ({
      from_user_id: `MX.${n}`,
      id: `w${n}`,
    }));
    const contacts = pairs.map((_, n) => aContact({ user_id: `MX.${n}` }));
    return metaWebhook({ contacts, messages: pairs });
  },
  'many contacts whom no event names': (length) =>
    metaWebhook({ contacts: many(length, (n) => aContact({ user_id: `MX.${n}` })), messages: [] }),
  'a long contact beside many messages': (length) =>
    metaWebhook({
      contacts: [aContact({ note: 'x'.repeat(length / 2) })],
      messages: many(length / 2, (n) => ({ id: `wamid.${n}` })),
    }),
  'long metadata around many messages': (length) =>
    around(`${many(length / 2, (n) => `{"id":"wamid.${n}"}`).join(',')}`, {
      metadata: { phone_number_id: '1', note: 'x'.repeat(length / 2) },
      messages: ['HERE'],
    }),
  'one long text': (length) =>
    metaWebhook({ messages: [aMessage({ text: { body: 'ñ'.repeat(length / 2) } })] }),
  'many escapes': (length) =>
    around(`{"id":"wamid.1","text":"${repeated('\\"\\\\\\u00f1', length)}"}`),
  'many keys with escapes': (length) =>
    around(`{${many(length, (n) => `"\\u0061${n}":1`).join(',')}}`),
  'many backslashes': (length) => around(`{"id":"wamid.1","text":"${repeated('\\\\', length)}"}`),
  'deep lists': (length) => around('['.repeat(length / 2) + ']'.repeat(length / 2)),
  'deep objects': (length) =>
    around(`${repeated('{"a":', length * (5 / 6))}1${'}'.repeat(Math.floor(length / 6))}`),
  'many short lists': (length) => around(`${repeated('[],', length)}[]`),
  'one key many times': (length) => around(`{${repeated('"a":1,', length)}"a":1}`),
  'one key many times beside the messages': (length) =>
    metaWebhook({ a: 'HERE' }).replace('"a":"HERE"', () => `${repeated('"a":1,', length)}"a":1`),
  'many small members beside the messages': (length) =>
    metaWebhook({ messages: [], ...Object.fromEntries(many(length, (n) => [`key-${n}`, n])) }),
  'a status with many errors': (length) =>
    metaWebhook({ statuses: [aStatus({ errors: many(length, failure) })] }),
  'many errors beside the messages': (length) => metaWebhook({ errors: many(length, failure) }),
  'much white space': (length) => around(`${' \n'.repeat(length / 2)}{}`),
  'no JSON': (length) => `"${'x'.repeat(length)}`,
};

const WASENDER: Readonly<Record<string, Shape>> = {
  'many items': (length) =>
    wasenderWebhook('messages.upsert', {
      messages: many(length, (n) => ({ key: { id: `${n}`, remoteJid: '521@s.whatsapp.net' } })),
    }),
  'its API key in many strings': (length) =>
    wasenderWebhook(
      'chats.upsert',
      many(length, (n) => `${API_KEY} "${n}"`),
      { sessionId: API_KEY },
    ),
  'a key that nearly stands everywhere': (length) =>
    wasenderWebhook(
      'x',
      { text: 'a'.repeat(length * 0.75) },
      {
        sessionId: `${'a'.repeat(length / 8)}b${'a'.repeat(length / 8)}`,
      },
    ),
  'many members that are named like a key': (length) =>
    wasenderWebhook(
      'x',
      many(length, (n) => ({ apiKey: `${API_KEY}${n}` })),
    ),
  'a long name and many items': (length) =>
    wasenderWebhook(
      'x'.repeat(length / 2),
      many(length / 2, (n) => n),
    ),
};

async function handleMeta(body: string): Promise<HttpResponse> {
  const { deps } = fakeIngest({ enqueue });
  const bytes = Buffer.from(body);
  const headers = { 'x-hub-signature-256': metaSignature(bytes, 'previous') };
  const event = anEvent({ headers, body: bytes.toString('base64'), isBase64Encoded: true });
  return acceptMetaWebhook(toRequest(event), deps);
}

async function handleWasender(body: string): Promise<HttpResponse> {
  const { deps } = fakeIngest({ enqueue });
  const headers = { 'x-webhook-signature': 'current' };
  const event = anEvent({ headers, body, pathParameters: { token: 'path' } });
  return acceptWasenderWebhook(toRequest(event), deps);
}

type Enqueue = ReturnType<typeof fakeIngest>['deps']['enqueue'];
const enqueue: Enqueue = (events) =>
  enqueueEvents(events, new AbortController().signal, {
    sendBatch: async () => [],
    storePayload: async () => undefined,
    count: () => undefined,
  });

const LENGTHS = { short: 200_000, long: 800_000 };
const MAX_ROUNDS = 10;
/** Less than what the clock can tell is no growth. */
const LEAST_MICROSECONDS = 10_000;
/** A doubling may cost so much. */
const PER_DOUBLING = 2.5;
const MAX_GROWTH = PER_DOUBLING ** Math.log2(LENGTHS.long / LENGTHS.short);

type Handle = (body: string) => Promise<HttpResponse>;

async function cpuMicroseconds(handle: Handle, body: string): Promise<number> {
  const before = process.threadCpuUsage();
  await handle(body);
  const { user, system } = process.threadCpuUsage(before);
  return Math.max(user + system, LEAST_MICROSECONDS);
}

/** How many times the CPU a longer body takes. The least of several tries, as other work only adds. */
async function growth(handle: Handle, shape: Shape): Promise<number> {
  const [short, long] = [shape(LENGTHS.short), shape(LENGTHS.long)];
  expect((await handle(short)).status).toBe(short.endsWith('}') ? 200 : 400);
  const least = { short: Number.POSITIVE_INFINITY, long: Number.POSITIVE_INFINITY };
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    least.short = Math.min(least.short, await cpuMicroseconds(handle, short));
    least.long = Math.min(least.long, await cpuMicroseconds(handle, long));
    if (least.long / least.short <= MAX_GROWTH) break;
  }
  return least.long / least.short;
}

const cases = [
  ...Object.entries(META).map(([name, shape]) => ['Meta', name, handleMeta, shape] as const),
  ...Object.entries(WASENDER).map(
    ([name, shape]) => ['WasenderApi', name, handleWasender, shape] as const,
  ),
];

test.each(cases)(
  'CPU grows with the length of a body from %s with %s',
  async (_, __, handle, shape) => {
    expect(await growth(handle, shape)).toBeLessThanOrEqual(MAX_GROWTH);
  },
);
