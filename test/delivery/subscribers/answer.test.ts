import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Delivery, webhookId } from '../../../lambda/delivery/delivery.ts';
import { endpointStateOf } from '../../../lambda/delivery/endpoint-table.ts';
import { deliveryHistory } from '../../../lambda/delivery/history-table.ts';
import { deliveryPace } from '../../../lambda/delivery/pace-table.ts';
import { signingSecrets } from '../../../lambda/delivery/signing-secrets.ts';
import { subscriberWriter } from '../../../lambda/delivery/subscriber-table.ts';
import { SUBSCRIBER_ROUTES as R } from '../../../lambda/delivery/subscribers/routes.ts';
import {
  addedAnswer,
  deliveryAnswer,
  secretAnswer,
  subscriberAnswer,
  subscribersAnswer,
  testAnswer,
} from '../../../lambda/delivery/subscribers/schemas.ts';
import { webhookIdOf } from '../../../lambda/events/webhook-id.ts';
import { AwsRequestError } from '../../../lambda/shared/aws/request.ts';
import { eventTable } from '../../../lambda/table/event-table.ts';
import { eventOfPayload } from '../../../lambda/table/stored-event.ts';
import { aDelivery, routed } from '../../support/deliveries.ts';
import { FULL, refusing } from '../../support/refusing-table.ts';
import { type SubscriberApi, startSubscriberApi } from '../../support/subscriber-api.ts';
import { NARROW_FILTER } from '../../support/subscribers.ts';
import {
  aContact,
  aMessage,
  aStatus,
  metaEvent,
  metaWebhook,
  splitMeta,
} from '../../support/webhooks.ts';

const NEVER = new AbortController().signal;
const NOW = Date.parse('2026-11-22T06:00:00.000Z');
const DAY_MS = 86_400_000;
const URL = 'https://bot.example/hook';
const PHONE = '5215550001111';
const USER_ID = 'MX.10000000000000000001';
const bot = { name: 'bot', endpoint: { kind: 'https', url: URL } };

let api: SubscriberApi;

beforeAll(async () => {
  api = await startSubscriberApi(NOW);
});
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(() => api.clear());

const eventOf = (value: object) => routed(metaEvent(value));
const messageOf = (overrides: object) => eventOf({ messages: [aMessage(overrides)] });
const add = async (body: object = bot) =>
  addedAnswer.parse((await api.send({ routeKey: R.add, body })).body);
const one = (routeKey: string, id = 'sub_1', body?: object) =>
  api.send({ routeKey, path: { id }, body });
const shown = async (id?: string) => subscriberAnswer.parse((await one(R.show, id)).body);

const ofOne = Object.values(R).filter((routeKey) => routeKey.includes('{id}'));

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
        retryHours: 72,
        refusalIsFinal: false,
        state: 'active',
        ...{ waiting: 0, waitingSince: null },
        createdAt: '2026-11-22T06:00:00.000Z',
        updatedAt: '2026-11-22T06:00:00.000Z',
      },
      secret: expect.stringMatching(/^whsec_[\w+/]{43}=$/),
      notes: [],
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
      filter: NARROW_FILTER,
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

describe('the name of a subscriber', () => {
  test('is its own in its tenant, be it added or changed', async () => {
    await add();
    const again = await api.send({ routeKey: R.add, body: bot });
    await add({ ...bot, name: 'crm' });
    // The refused one had an id too.
    const renamed = await one(R.change, 'sub_3', { name: 'bot' });

    for (const { status, body } of [again, renamed]) {
      expect(status).toBe(409);
      expect(body).toMatchObject({
        error: { message: 'the tenant default has a subscriber "bot" already: sub_1' },
      });
    }
    expect((await shown('sub_3')).name).toBe('crm');
  });

  test('may be that of another tenant’s', async () => {
    await add();
    const { status } = await api.send({ routeKey: R.add, body: { ...bot, tenant: 'acme' } });

    expect(status).toBe(201);
    expect((await one(R.change, 'sub_2', { tenant: 'default' })).status).toBe(409);
  });

  test('may be said again in a change', async () => {
    await add();

    expect((await one(R.change, 'sub_1', { name: 'bot', format: 'provider' })).status).toBe(200);
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
      'name takes at least 1 character, not ""; tenant takes up to 63 lower case letters, digits and -, not "Acme Inc"; format takes standard or provider, not "xml"; isOrdered takes true or false, not "yes"; ratePerSecond takes a whole number, not 0.5; concurrency takes at least 2, not 0',
    ],
    [{ ...bot, filtr: {}, pause: true }, 'the body knows no filtr, pause'],
    [
      { ...bot, filter: { chats: ['grupo'] } },
      'filter.chats.0 takes private or group or channel or status, not "grupo"',
    ],
    [{ ...bot, filter: { mediaEvents: 'no' } }, 'filter.mediaEvents takes true or false, not "no"'],
    [
      { ...bot, filter: { kinds: ['massage'], types: [], channels: 'shop', status: ['read'] } },
      'filter.channels takes a list, not "shop"; filter.kinds.0 takes message or echo or history or call or status or account or outgoing, not "massage"; filter.types takes at least 1 entry, not []; filter knows no status',
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

  test.each(ofOne)('is answered 404 where there is no such subscriber: %s', async (routeKey) => {
    const body = routeKey === R.drop ? { eventId: 'message.1', why: 'a test' } : {};
    expect(await one(routeKey, 'sub_7', body)).toEqual({
      status: 404,
      body: { error: { code: 'not_found', message: 'there is no subscriber sub_7' } },
    });
  });

  test('is answered 404 where there is no such path', async () => {
    expect((await api.send({ routeKey: 'GET /v1/other' })).status).toBe(404);
  });
});

describe('a queue that somebody names', () => {
  const queueOf = (queueUrl: string) => ({ name: 'bot', endpoint: { kind: 'sqs', queueUrl } });
  const fifo = 'https://sqs.eu-west-1.amazonaws.com/123456789012/bot.fifo';
  const adding = async (queueUrl: string, found: 'there' | 'missing' | 'denied') =>
    api.send({ routeKey: R.add, body: queueOf(queueUrl) }, { lookAtQueue: async () => found });

  test.each([
    ['is FIFO', fifo, 'there', []],
    ['is none', fifo.replace('.fifo', ''), 'there', [/standard queue keeps no order/]],
    ['is of another account', fifo.replace('1234', '9999'), 'denied', [/of another account/]],
  ] as const)('is taken where it %s', async (_, queueUrl, found, notes) => {
    const { status, body } = await adding(queueUrl, found);

    expect(status).toBe(201);
    expect(addedAnswer.parse(body).notes).toEqual(notes.map((note) => expect.stringMatching(note)));
  });

  test.each([
    ['missing', `endpoint.queueUrl names a queue that is not there: ${fifo}`],
    ['denied', 'the stage has to name it in subscriberQueueArns'],
  ] as const)('is refused where it is %s, also by a change', async (found, message) => {
    await add();
    const change = {
      routeKey: R.change,
      path: { id: 'sub_1' },
      body: { endpoint: queueOf(fifo).endpoint },
    };
    const answers = [
      await adding(fifo, found),
      await api.send(change, { lookAtQueue: async () => found }),
    ];

    for (const answered of answers) {
      const error = { message: expect.stringContaining(message) };
      expect(answered).toMatchObject({ status: 400, body: { error } });
    }
    expect(await shown()).toMatchObject({ endpoint: bot.endpoint });
  });
});

test('a queue of the stack itself is refused, whoever names it', async () => {
  const queueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/Floodgate-own-sub_1.fifo';
  const endpoint = { kind: 'sqs', queueUrl };
  await add();
  const answers = [
    await api.send({ routeKey: R.add, body: { name: 'bot', endpoint } }),
    await api.send({ routeKey: R.change, path: { id: 'sub_1' }, body: { endpoint } }),
  ];

  for (const answered of answers) {
    const error = { message: expect.stringContaining("a queue of Floodgate's own") };
    expect(answered).toMatchObject({ status: 400, body: { error } });
  }
  expect(await shown()).toMatchObject({ endpoint: bot.endpoint });
});

test('a queue that cannot be reached is said to be so, and nothing else', async () => {
  const queueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/bot.fifo';
  const lookAtQueue = () => Promise.reject(new AwsRequestError('sqs', 'ENOTFOUND'));
  const body = { name: 'bot', endpoint: { kind: 'sqs', queueUrl } };

  expect(await api.send({ routeKey: R.add, body }, { lookAtQueue })).toEqual({
    status: 503,
    body: {
      error: {
        code: 'unavailable',
        message: `the queue ${queueUrl} cannot be reached now (ENOTFOUND), so that nobody knows whether it is there: try again`,
      },
    },
  });
  expect(await api.emulator.rows()).toEqual([]);
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

  test('is failing where its endpoint answers nobody, until it is resumed', async () => {
    await add();
    api.clock.now += 1000;
    await api.deps.state.down('sub_1', NEVER);

    expect(await shown()).toMatchObject({
      state: 'failing',
      waitingSince: '2026-11-22T06:00:01.000Z',
    });
    expect((await one(R.resume)).body).toMatchObject({ state: 'active' });
    expect(await shown()).toMatchObject({ state: 'active', waitingSince: null });
  });

  test('of an endpoint that was down, or asked for time, is forgotten with it', async () => {
    await add();
    const endpoint = { kind: 'https', url: 'https://new.example/hook' };
    const stateOf = async () =>
      endpointStateOf((await api.deps.table.get('sub_1', NEVER))?.row ?? {});
    await api.deps.state.addFailure('sub_1', NEVER);
    await api.deps.state.down('sub_1', NEVER);
    await api.deps.state.slow('sub_1', NOW + 3_600_000, NEVER);

    await one(R.change, 'sub_1', { name: 'renamed', endpoint: bot.endpoint });
    expect(await stateOf()).toMatchObject({ failures: 1, downSince: NOW });
    const { body } = await one(R.change, 'sub_1', { endpoint });

    expect(body).toMatchObject({ state: 'active', waitingSince: null, endpoint });
    expect(await stateOf()).toEqual({
      ...{ failures: 0, failingSince: undefined, downSince: undefined, slowUntil: undefined },
      ...{ waitingSince: undefined, behindSince: undefined, behindSeenAt: undefined },
      ...{ mappingId: 'mapping-of-arn-sub_1', listenedAt: undefined },
    });
    expect(api.made.slice(2)).toEqual(['change mapping-of-arn-sub_1 on 10']);
  });

  test('says how much waits, and nothing of that where the queue does not', async () => {
    await add();
    const { queues } = api.deps;
    const counting = (waiting: () => Promise<number>) => ({
      queues: { ...queues, of: () => ({ ...queues.of('sub_1'), waiting }) },
    });
    const waitingBy = async (waiting: () => Promise<number>) =>
      (await api.send({ routeKey: R.list }, counting(waiting))).body;

    expect(await waitingBy(async () => 7)).toMatchObject({ subscribers: [{ waiting: 7 }] });
    const away = () => Promise.reject(new AwsRequestError('sqs', 'ECONNREFUSED'));
    expect(await waitingBy(away)).toMatchObject({ subscribers: [{ waiting: null }] });
  });
});

describe('a subscriber that another release wrote', () => {
  beforeEach(async () => {
    await add();
    await add({ ...bot, name: 'other' });
    const { emulator } = api;
    const stored = await api.deps.table.get('sub_1', NEVER);
    const Item = { ...stored?.row, config: { S: '{"v":2}' } };
    await emulator.dynamodb('PutItem', { TableName: emulator.tableName, Item }, NEVER);
  });

  test('is named in the list, and keeps nobody from the others', async () => {
    expect((await api.send({ routeKey: R.list })).body).toMatchObject({
      subscribers: [{ id: 'sub_2' }],
      unreadable: ['sub_1'],
    });
  });

  const ofReadable = ofOne.filter((routeKey) => routeKey !== R.remove && routeKey !== R.listening);
  test.each(ofReadable)('is answered 409 that says so: %s', async (routeKey) => {
    const body = routeKey === R.drop ? { eventId: 'message.1', why: 'a test' } : {};
    const message =
      'subscriber sub_1 was written by another release and cannot be read by this one';

    expect(await one(routeKey, 'sub_1', body)).toEqual({
      status: 409,
      body: { error: { code: 'conflict', message } },
    });
    expect(api.logged).toEqual([]);
  });

  test('can be removed', async () => {
    expect(await one(R.remove)).toMatchObject({ status: 204 });

    expect(await api.emulator.rows()).toHaveLength(1);
    expect(api.made.slice(4)).toEqual(['no mapping-of-arn-sub_1', 'no queue sub_1']);
  });
});

describe('the queue of a subscriber', () => {
  test('is there, and read, before anybody finds the subscriber; and goes with it', async () => {
    await add({ ...bot, concurrency: 25 });
    await one(R.remove);

    expect(api.made).toEqual([
      'queue sub_1',
      'mapping arn-sub_1 on 5',
      'no mapping-of-arn-sub_1',
      'no queue sub_1',
    ]);
  });

  test('goes with all that is kept of its deliveries and its rate, and of no other’s', async () => {
    await add();
    await add({ ...bot, name: 'other' });
    const { dynamodb, tableName } = api.emulator;
    const { addFailure } = deliveryHistory(dynamodb, tableName, api.deps.now);
    for (const subscriberId of ['sub_1', 'sub_2']) {
      for (const routedAt of Array.from({ length: 30 }, (_, n) => NOW + n)) {
        await addFailure(aDelivery({ subscriberId, routedAt }), 'http-400', true, NEVER);
      }
      await api.deps.waiting.drop(subscriberId, ['message.7'], NEVER);
      const rated = { id: subscriberId, ratePerSecond: 5 };
      await deliveryPace(dynamodb, tableName, api.deps.now)(rated, 1, NOW + 1000, NEVER);
    }
    const before = await api.emulator.rows();

    expect(await one(R.remove)).toMatchObject({ status: 204 });

    const ofOther = before.filter((row) => JSON.stringify(row).includes('sub_2'));
    expect(ofOther).toHaveLength(33);
    expect(await api.emulator.rows()).toEqual(ofOther);
  });

  test('is removed all the same where what is kept of its deliveries cannot be', async () => {
    await add();
    const clear = () => Promise.reject(new AwsRequestError('dynamodb', 'ThrottlingException'));
    const request = { routeKey: R.remove, path: { id: 'sub_1' } };

    const { status } = await api.send(request, { waiting: { ...api.deps.waiting, clear } });

    expect(status).toBe(204);
    expect(await api.emulator.rows()).toEqual([]);
  });

  test('is not read where it is paused, and again once it is resumed', async () => {
    await add({ ...bot, isPaused: true });
    await one(R.resume);

    expect(api.made.slice(1)).toEqual([
      'mapping arn-sub_1 off 10',
      'change mapping-of-arn-sub_1 on 10',
    ]);
  });

  test('is left to the prober where it is paused, which may be short, or its endpoint dead', async () => {
    await add();
    await one(R.pause);
    await api.deps.state.down('sub_1', NEVER);
    await one(R.change, 'sub_1', { isOrdered: false });

    expect(api.made).toHaveLength(2);
  });
});

describe('what waits', () => {
  const CHANNEL = '1001';
  const state = async (event: string) => {
    const path = { id: 'sub_1', event };
    return deliveryAnswer.parse((await api.send({ routeKey: R.delivery, path })).body);
  };
  const drop = (body: object, caller?: string) =>
    api.send({
      ...{ routeKey: R.drop, path: { id: 'sub_1' }, body: { why: 'a test', ...body } },
      ...(caller !== undefined && { caller }),
    });
  const history = () =>
    deliveryHistory(api.emulator.dynamodb, api.emulator.tableName, api.deps.now);
  const failing = async (event = aDelivery().event, routedAt = NOW) => {
    const delivery = aDelivery({ subscriberId: 'sub_1', routedAt, event });
    await history().addFailure(delivery, 'http-400', true, NEVER);
    return delivery;
  };
  const isDropped = async (delivery: Delivery) => (await history().read(delivery, NEVER)).isDropped;

  test('of an event is told with its tries, and until when it is tried', async () => {
    await add({ ...bot, retryHours: 2 });
    const { event } = await failing();
    api.clock.now += 60_000;
    await failing(event);
    await failing(event, NOW + 1);

    const first = '2026-11-22T06:00:00.000Z';
    const shown = await state(webhookIdOf(event.id));
    expect(shown).toMatchObject({ eventId: event.id, droppedAt: null });
    expect(shown.waiting).toHaveLength(2);
    expect(shown.waiting[0]).toEqual({
      ...{ handedOnAt: first, tries: 2, firstTriedAt: first, fault: 'http-400' },
      lastTriedAt: '2026-11-22T06:01:00.000Z',
      nextTryBy: '2026-11-22T06:01:20.000Z',
      triedUntil: '2026-11-22T08:00:00.000Z',
    });
    expect(await state('message.other')).toMatchObject({ waiting: [], droppedAt: null });
  });

  test('of an event is dropped as it was handed on until now, on the record', async () => {
    await add();
    const dropped = await failing();
    const other = await failing(messageOf({ id: 'wamid.other' }));
    const answered = await drop(
      { eventId: webhookIdOf(dropped.event.id) },
      'arn:aws:iam::1:user/ana',
    );

    expect(answered.body).toEqual({ waiting: 1, isComplete: true });
    expect(await isDropped(dropped)).toBe(true);
    expect(await isDropped({ ...dropped, routedAt: NOW + 1 })).toBe(false);
    expect(await isDropped(other)).toBe(false);
    expect(await state(dropped.event.id)).toMatchObject({ droppedAt: '2026-11-22T06:00:00.000Z' });
    const [record] = (await api.emulator.rows()).filter(({ pk }) => pk?.S === 'records');
    expect(record).toMatchObject({
      action: { S: 'deliveries-dropped' },
      by: { S: 'arn:aws:iam::1:user/ana' },
      why: { S: 'a test' },
    });
    expect(JSON.parse(record?.['details']?.S ?? '')).toEqual({
      ...{ subscriberId: 'sub_1', eventId: dropped.event.id, waiting: 1 },
    });
  });

  test('of a contact is dropped under all its names, with what became of what it was sent', async () => {
    await add();
    const { dynamodb, tableName } = api.emulator;
    const options = { tableName, retentionDays: 30, now: api.deps.now };
    // By which it is known that both are one.
    const [linked] = splitMeta(metaWebhook({ contacts: [aContact()], messages: [aMessage()] }));
    if (linked !== undefined) await eventTable(dynamodb, options)(linked, '1', NEVER);
    const statuses = [aStatus({ recipient_id: PHONE, recipient_user_id: undefined })];
    const theirs = [
      await failing(messageOf({ from: undefined, from_user_id: USER_ID })),
      await failing(messageOf({ id: 'wamid.2', from: PHONE, from_user_id: undefined })),
      await failing(eventOf({ statuses })),
    ];
    const others = await failing(
      messageOf({ id: 'wamid.3', from: undefined, from_user_id: 'MX.9' }),
    );

    const { body } = await drop({ channel: linked?.channel ?? CHANNEL, contact: `+${PHONE}` });
    expect(body).toEqual({ waiting: 3, isComplete: true });
    expect(await Promise.all(theirs.map(isDropped))).toEqual([true, true, true]);
    expect(await isDropped(others)).toBe(false);
    const records = (await api.emulator.rows()).filter(({ pk }) => pk?.S === 'records');
    expect(JSON.stringify(records)).not.toContain(PHONE);
  });

  test.each([
    [{}, 'the body takes either eventId, or channel and contact'],
    [{ channel: CHANNEL }, 'the body takes either eventId, or channel and contact'],
    [{ eventId: 'message.1', channel: CHANNEL, contact: '1' }, 'the body takes either eventId'],
    [{ eventId: 'message.1', contact: '1' }, 'the body takes either eventId'],
    [{ eventId: 'message.1', why: '' }, 'why takes at least 1 character'],
    [{ channel: CHANNEL, contact: '0155' }, 'without its country code'],
  ])('is dropped by nothing like %j', async (body, message) => {
    await add();
    const answered = await drop(body);

    expect(answered).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining(message) } },
    });
  });
});

test('a listener is kept from when somebody says that it is read', async () => {
  await add();
  const { status } = await one(R.listening);

  expect(status).toBe(204);
  const stored = await api.deps.table.get('sub_1', NEVER);
  expect(stored?.row['listenedAt']).toEqual({ N: String(NOW) });
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
    const { subscriberWriter } = await import('../../../lambda/delivery/subscriber-table.ts');
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

test('a test is a delivery of its own, which reads as a message to who takes the format of a provider', async () => {
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
  const { payload = '', type, channel } = first?.event ?? {};
  expect({ type, channel }).toEqual({ type: 'floodgate.test', channel: 'floodgate' });
  const origin = { provider: 'meta', channel: 'floodgate', receivedAt: NOW } as const;
  expect(eventOfPayload(origin, payload)).toMatchObject({ kind: 'message', type: 'text' });
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
