import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AwsRequestError } from '../../lambda/adapters/aws-request.ts';
import { subscriberWriter } from '../../lambda/adapters/subscriber-table.ts';
import { webhookId } from '../../lambda/domain/delivery.ts';
import { signingSecrets } from '../../lambda/domain/signing-secrets.ts';
import { eventOfPayload } from '../../lambda/domain/stored-event.ts';
import { SUBSCRIBER_ROUTES as R } from '../../lambda/subscribers/routes.ts';
import {
  addedAnswer,
  secretAnswer,
  subscriberAnswer,
  subscribersAnswer,
  testAnswer,
} from '../../lambda/subscribers/schemas.ts';
import { FULL, refusing } from '../support/refusing-table.ts';
import { type SubscriberApi, startSubscriberApi } from '../support/subscriber-api.ts';

const NOW = Date.parse('2026-11-22T06:00:00.000Z');
const DAY_MS = 86_400_000;
const URL = 'https://bot.example/hook';
const bot = { name: 'bot', endpoint: { kind: 'https', url: URL } };

let api: SubscriberApi;

beforeAll(async () => {
  api = await startSubscriberApi(NOW);
});
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(() => api.clear());

const add = async (body: object = bot) =>
  addedAnswer.parse((await api.send({ routeKey: R.add, body })).body);
const one = (routeKey: string, id = 'sub_1', body?: object) =>
  api.send({ routeKey, path: { id }, body });
const shown = async (id?: string) => subscriberAnswer.parse((await one(R.show, id)).body);

describe('a new subscriber', () => {
  test('is answered 503 where the partition of subscribers is full, and is not there', async () => {
    const { emulator, deps } = api;
    const full = subscriberWriter(refusing(FULL), emulator.tableName);
    const table = { ...deps.table, ...full };
    const { status } = await api.send({ routeKey: R.add, body: bot }, { table });

    expect(status).toBe(503);
    expect(await emulator.rows()).toEqual([]);
  });

  test('is answered with what it gets, and with the secret that it verifies it by', async () => {
    const { status, body } = await api.send({ routeKey: R.add, body: bot });

    expect(status).toBe(201);
    expect(addedAnswer.parse(body)).toEqual({
      subscriber: {
        ...bot,
        id: 'sub_1',
        tenant: 'default',
        format: 'standard',
        filter: {},
        isOrdered: true,
        ratePerSecond: null,
        concurrency: null,
        state: 'active',
        createdAt: '2026-11-22T06:00:00.000Z',
        updatedAt: '2026-11-22T06:00:00.000Z',
      },
      secret: expect.stringMatching(/^whsec_[\w+/]{43}=$/),
    });
  });

  test('keeps every wish', async () => {
    const wishes = {
      ...bot,
      tenant: 'acme',
      endpoint: {
        kind: 'sqs',
        queueUrl: 'https://sqs.eu-west-1.amazonaws.com/123456789012/bot.fifo',
      },
      format: 'provider',
      filter: {
        channels: ['106540352242922'],
        kinds: ['message', 'status'],
        types: ['text'],
        statuses: ['failed'],
        directions: ['inbound'],
        mediaEvents: false,
      },
      isOrdered: false,
      ratePerSecond: 5,
      concurrency: 2,
    };
    await add({ ...wishes, isPaused: true });

    expect(await shown()).toMatchObject({ ...wishes, state: 'paused' });
  });

  test('is listed after those that were there before', async () => {
    await add();
    api.clock.now += 1;
    await add({ ...bot, name: 'other' });

    const { body } = await api.send({ routeKey: R.list });
    const { subscribers } = subscribersAnswer.parse(body);
    expect(subscribers.map(({ name }) => name)).toEqual(['bot', 'other']);
  });

  test('is not made where its secret could not be told', async () => {
    const signingKey = () => Promise.reject(new AwsRequestError('secretsmanager', 'ECONNREFUSED'));
    const { status } = await api.send({ routeKey: R.add, body: bot }, { signingKey });

    expect(status).toBe(503);
    expect(await api.emulator.rows()).toEqual([]);
  });
});

describe('a request that is wrong', () => {
  test.each([
    ['{"name":', 'the body is no JSON'],
    ['7', 'the body takes an object, not 7'],
    [{}, 'name is missing; endpoint is missing'],
    [
      {
        ...bot,
        name: '',
        tenant: 'Acme Inc',
        format: 'xml',
        isOrdered: 'yes',
        ratePerSecond: 0.5,
        concurrency: 0,
      },
      'name takes at least 1 character, not ""; tenant takes up to 63 lower case letters, digits and -, not "Acme Inc"; format takes standard or provider, not "xml"; isOrdered takes true or false, not "yes"; ratePerSecond takes a whole number, not 0.5; concurrency takes at least 1, not 0',
    ],
    [{ ...bot, filtr: {}, pause: true }, 'the body knows no filtr, pause'],
    [
      { ...bot, filter: { chats: ['grupo'] } },
      'filter.chats.0 takes private or group or channel or status, not "grupo"',
    ],
    [{ ...bot, filter: { mediaEvents: 'no' } }, 'filter.mediaEvents takes true or false, not "no"'],
    [
      { ...bot, filter: { kinds: ['massage'], types: [], channels: 'shop', status: ['read'] } },
      'filter.channels takes a list, not "shop"; filter.kinds.0 takes message or echo or history or call or status or account, not "massage"; filter.types takes at least 1 entry, not []; filter knows no status',
    ],
    [{ ...bot, endpoint: { kind: 'smtp' } }, 'endpoint.kind takes https or sqs, not "smtp"'],
    [{ ...bot, endpoint: { url: URL } }, 'endpoint.kind is missing'],
    [{ ...bot, endpoint: URL }, `endpoint takes an object, not "${URL}"`],
    [{ ...bot, name: 'a\nb' }, 'name takes a text without control characters, not "a\\nb"'],
    [{ ...bot, name: 'n'.repeat(101) }, 'name takes at most 100 characters, not "nnnn'],
    [
      { name: '', endpoint: { kind: 'https', url: 'http://bot.example' } },
      'name takes at least 1 character, not ""; endpoint.url takes https:, not http://bot.example',
    ],
  ])('is told all its faults, with the values: %j', async (body, message) => {
    const answered = await api.send({ routeKey: R.add, body });

    expect(answered.status).toBe(400);
    expect(answered.body).toEqual({
      error: { code: 'invalid_parameter', message: expect.stringContaining(message) },
    });
    expect(await api.emulator.rows()).toEqual([]);
  });

  test('is told so, however deep it is nested', async () => {
    const body = '['.repeat(500_000) + ']'.repeat(500_000);

    const answered = await api.send({ routeKey: R.add, body });

    expect(answered.status).toBe(400);
  });

  test('is told of a query parameter that is not known', async () => {
    expect(await api.send({ routeKey: R.list, query: { limit: '5' } })).toEqual({
      status: 400,
      body: {
        error: {
          code: 'invalid_parameter',
          message: 'unknown query parameter limit; this path has none',
        },
      },
    });
  });

  const ofOne = Object.values(R).filter((routeKey) => routeKey.includes('{id}'));
  test.each(ofOne)('is answered 404 where there is no such subscriber: %s', async (routeKey) => {
    expect(await one(routeKey, 'sub_7', {})).toEqual({
      status: 404,
      body: { error: { code: 'not_found', message: 'there is no subscriber sub_7' } },
    });
  });

  test('is answered 404 where there is no such path', async () => {
    expect((await api.send({ routeKey: 'GET /v1/other' })).status).toBe(404);
  });
});

describe('a change', () => {
  test('is of the members that it has, each as a whole', async () => {
    await add({ ...bot, filter: { kinds: ['message'], types: ['text'] }, ratePerSecond: 5 });
    api.clock.now += 1000;
    const filter = { kinds: ['status'] };
    const { status, body } = await one(R.change, 'sub_1', { filter, concurrency: 3 });

    expect(status).toBe(200);
    expect(subscriberAnswer.parse(body)).toMatchObject({
      name: 'bot',
      filter,
      ratePerSecond: 5,
      concurrency: 3,
      createdAt: '2026-11-22T06:00:00.000Z',
      updatedAt: '2026-11-22T06:00:01.000Z',
    });
    expect(await shown()).toEqual(body);
  });

  test('lifts a limit that it says is null', async () => {
    await add({ ...bot, ratePerSecond: 5, concurrency: 3 });
    await one(R.change, 'sub_1', { ratePerSecond: null });

    expect(await shown()).toMatchObject({ ratePerSecond: null, concurrency: 3 });
  });

  test('of the endpoint obeys its rules', async () => {
    await add();
    const endpoint = { kind: 'https', url: 'https://10.0.0.1/hook' };
    const { status } = await one(R.change, 'sub_1', { endpoint });

    expect(status).toBe(400);
    expect(await shown()).toMatchObject({ endpoint: bot.endpoint });
  });

  test('that others make at the same moment is made again on top of theirs', async () => {
    await add();
    const { table } = api.deps;
    let isFirst = true;
    const get: typeof table.get = async (id, signal) => {
      const found = await table.get(id, signal);
      if (isFirst && found !== undefined) {
        isFirst = false;
        await table.update(found, { ...found.subscriber, disabledBecause: 'gone' }, signal);
      }
      return found;
    };
    const request = { routeKey: R.change, path: { id: 'sub_1' }, body: { name: 'renamed' } };

    const { status } = await api.send(request, { table: { ...table, get } });

    expect(status).toBe(200);
    expect(await shown()).toMatchObject({ name: 'renamed', state: 'disabled' });
  });

  test('that others beat again and again is answered 409', async () => {
    await add();
    const table = { ...api.deps.table, update: async () => false };
    const request = { routeKey: R.pause, path: { id: 'sub_1' } };

    expect(await api.send(request, { table })).toEqual({
      status: 409,
      body: { error: { code: 'conflict', message: 'others are changing sub_1: try again' } },
    });
  });
});

describe('the state', () => {
  test('is paused until it is resumed', async () => {
    await add();

    expect((await one(R.pause)).body).toMatchObject({ state: 'paused' });
    expect((await one(R.resume)).body).toMatchObject({ state: 'active' });
  });

  test('is disabled where the endpoint is gone, until it is resumed', async () => {
    await add();
    const signal = AbortSignal.timeout(1000);
    const stored = await api.deps.table.get('sub_1', signal);
    if (stored === undefined) throw new Error('not stored');
    const gone = { ...stored.subscriber, disabledBecause: 'gone' as const };
    await api.deps.table.update(stored, gone, signal);

    expect(await shown()).toMatchObject({ state: 'disabled' });
    expect((await one(R.resume)).body).toMatchObject({ state: 'active' });
  });

  test.each([
    ['failing', 'failing'],
    ['paused', 'active'],
    ['limits', 'active'],
  ])('where the deliverer puts aside because of %s is %s', async (because, state) => {
    await add();
    const get: typeof api.deps.table.get = async (id, signal) => {
      const found = await api.deps.table.get(id, signal);
      return (
        found && { ...found, row: { breakerState: { S: 'open' }, openedBecause: { S: because } } }
      );
    };
    const request = { routeKey: R.show, path: { id: 'sub_1' } };
    const { body } = await api.send(request, { table: { ...api.deps.table, get } });

    expect(body).toMatchObject({ state });
  });
});

describe('the secret', () => {
  test('can be read again, and is the one that deliveries are signed with', async () => {
    const { secret } = await add();
    const stored = await api.deps.table.get('sub_1', AbortSignal.timeout(1000));

    expect((await one(R.readSecret)).body).toEqual({ secret, previous: null });
    expect(stored && signingSecrets('signing-key', stored.subscriber, NOW).current).toBe(secret);
  });

  test('has the one before beside it for a day after a rotation', async () => {
    const { secret: before } = await add();
    const rotated = secretAnswer.parse((await one(R.rotateSecret)).body);

    expect(rotated.secret).not.toBe(before);
    expect(rotated.previous).toEqual({
      secret: before,
      validUntil: '2026-11-23T06:00:00.000Z',
    });
    api.clock.now += DAY_MS;
    expect((await one(R.readSecret)).body).toEqual({ secret: rotated.secret, previous: null });
  });

  test('is rotated once, also where the answer of the table was lost', async () => {
    const { secret: before } = await add();
    const { dynamodb, tableName } = api.emulator;
    const { subscriberWriter } = await import('../../lambda/adapters/subscriber-table.ts');
    const twice: typeof dynamodb = async (operation, input, signal) => {
      if (operation === 'UpdateItem') await dynamodb(operation, input, signal);
      return await dynamodb(operation, input, signal);
    };
    const table = { ...api.deps.table, ...subscriberWriter(twice, tableName) };
    const request = { routeKey: R.rotateSecret, path: { id: 'sub_1' } };
    const { body } = await api.send(request, { table });

    expect(secretAnswer.parse(body).previous?.secret).toBe(before);
  });
});

test('a test is a delivery of its own, which splits into its event again', async () => {
  await add({ ...bot, filter: { kinds: ['status'] } });
  const { status, body } = await one(R.test);
  await one(R.test);

  expect(status).toBe(202);
  const [first, second] = api.sent;
  expect(first).toMatchObject({ subscriberId: 'sub_1', routedAt: NOW });
  expect(testAnswer.parse(body)).toEqual({
    eventId: first?.event.id,
    webhookId: first && webhookId(first),
  });
  expect(first?.event.id).not.toBe(second?.event.id);
  const { payload = '', ...facts } = first?.event ?? {};
  const origin = { provider: 'meta', channel: 'floodgate', receivedAt: NOW } as const;
  expect(eventOfPayload(origin, payload)).toMatchObject({ ...facts, type: 'floodgate.test' });
});

test('a removed subscriber is gone', async () => {
  await add();

  expect(await one(R.remove)).toEqual({ status: 204, body: undefined });
  expect((await one(R.show)).status).toBe(404);
});

describe('a failure', () => {
  test('of the table is answered 503, and logged without an id', async () => {
    const away = () => Promise.reject(new AwsRequestError('dynamodb', 'ECONNREFUSED'));
    const table = { ...api.deps.table, get: away };
    const { status } = await api.send({ routeKey: R.show, path: { id: 'sub_1' } }, { table });

    expect(status).toBe(503);
    expect(api.logged).toEqual([
      { message: 'Request failed', fields: expect.objectContaining({ error: 'ECONNREFUSED' }) },
    ]);
    expect(JSON.stringify(api.logged)).not.toContain('sub_1');
  });

  test('of our own is answered 500', async () => {
    const signingKey = () => Promise.reject(new Error('secret is no JSON'));
    const { status } = await api.send({ routeKey: R.add, body: bot }, { signingKey });

    expect(status).toBe(500);
  });
});
