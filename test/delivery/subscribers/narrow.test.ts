import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ownershipBy } from '../../../lambda/channels/tenancy.ts';
import { subscriberWriter } from '../../../lambda/delivery/subscriber-table.ts';
import type { AnswerDeps } from '../../../lambda/delivery/subscribers/answer.ts';
import { narrow } from '../../../lambda/delivery/subscribers/narrow.ts';
import { SUBSCRIBER_ROUTES as R } from '../../../lambda/delivery/subscribers/routes.ts';
import {
  subscriberAnswer,
  subscribersAnswer,
} from '../../../lambda/delivery/subscribers/schemas.ts';
import { callerWriter } from '../../../lambda/tenants/caller-table.ts';
import { aRequest } from '../../support/fake-ingest.ts';
import { type SubscriberApi, startSubscriberApi } from '../../support/subscriber-api.ts';
import { aSubscriber } from '../../support/subscribers.ts';

const { signal } = new AbortController();
const principal = 'role/acme';
const bot = { name: 'bot', endpoint: { kind: 'https', url: 'https://bot.example/hook' } };
const OURS = 'sub_ours';
const THEIRS = 'sub_theirs';
const NEWER = 'sub_newer';

let api: SubscriberApi;

beforeAll(async () => {
  api = await startSubscriberApi(Date.parse('2026-11-22T06:00:00.000Z'));
});
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(async () => {
  await api.clear();
  // What is known of callers is kept for ten seconds.
  api.clock.now += 60_000;
  const { dynamodb, tableName } = api.emulator;
  await callerWriter(dynamodb, tableName).put({ principal, tenant: 'acme' }, signal);
  const { add } = subscriberWriter(dynamodb, tableName);
  await add(aSubscriber({ id: OURS, tenant: 'acme' }), 'mapping', signal);
  await add(aSubscriber({ id: THEIRS, tenant: 'brand' }), 'mapping', signal);
  const Item = { pk: { S: 'subscribers' }, sk: { S: NEWER }, config: { S: '{"v":99}' } };
  await dynamodb('PutItem', { TableName: tableName, Item }, signal);
});

const ask = (routeKey: string, request: { id?: string; body?: object } = {}) => {
  const { id, body } = request;
  const path = id === undefined ? {} : { id, event: 'event' };
  return api.send({ routeKey, path, principal, body });
};

describe('a caller of a tenant', () => {
  test('is listed the subscribers of it alone', async () => {
    const { body } = await ask(R.list);

    const { subscribers } = subscribersAnswer.parse(body);
    expect(subscribers.map(({ id }) => id)).toEqual([OURS]);
    expect(JSON.stringify(body)).not.toContain(NEWER);
  });

  const ofOne = Object.values(R).filter((routeKey) => routeKey.includes('{id}'));
  const foreign = ofOne.flatMap((key) =>
    [THEIRS, NEWER, 'sub_none'].map((id) => [key, id] as const),
  );

  test.each(foreign)('is answered 404 to %s of %s, and nothing is done', async (routeKey, id) => {
    const before = await api.emulator.rows();

    expect(await ask(routeKey, { id, body: {} })).toMatchObject({ status: 404 });
    expect(await api.emulator.rows()).toEqual(before);
    expect([api.made, api.sent]).toEqual([[], []]);
  });

  test('makes subscribers of it, whether it names it or not', async () => {
    for (const wish of [bot, { ...bot, name: 'crm', tenant: 'acme' }]) {
      const { status, body } = await ask(R.add, { body: wish });

      expect(status).toBe(201);
      expect(body).toMatchObject({ subscriber: { tenant: 'acme' } });
    }
  });

  test('makes none of another, and gives none away', async () => {
    const forbidden = { status: 403, body: { error: { code: 'forbidden' } } };

    expect(await ask(R.add, { body: { ...bot, tenant: 'brand' } })).toMatchObject(forbidden);
    expect(await ask(R.change, { id: OURS, body: { tenant: 'brand' } })).toMatchObject(forbidden);
    const { body } = await ask(R.show, { id: OURS });
    expect(subscriberAnswer.parse(body).tenant).toBe('acme');
    expect(api.made).toEqual([]);
  });
});

describe('a queue that a caller of a tenant names', () => {
  const SQS = 'https://sqs.eu-west-1.amazonaws.com';
  const queue = (queueUrl: string) => ({ kind: 'sqs', queueUrl }) as const;
  const theirs = `${SQS}/123456789012/theirs.fifo`;
  const wishes = (queueUrl: string) => ({ name: 'bot', endpoint: queue(queueUrl) });
  const toTake = { status: 400, body: { error: { code: 'invalid_parameter' } } };

  beforeEach(async () => {
    const { dynamodb, tableName } = api.emulator;
    const { add, remove } = subscriberWriter(dynamodb, tableName);
    await remove(NEWER, signal);
    const endpoint = queue(theirs);
    await add(aSubscriber({ id: 'sub_queue', tenant: 'brand', endpoint }), 'mapping', signal);
  });

  test.each([
    ['as they name it', theirs],
    ['by another host', theirs.replace('.com/', '.com.cn/')],
  ])('is not there for them where another tenant has it, %s', async (_, queueUrl) => {
    const nowhere: Partial<AnswerDeps> = { lookAtQueue: async () => 'denied' };
    const inUse = { routeKey: R.add, path: {}, principal, body: wishes(queueUrl) };
    const change = { ...inUse, routeKey: R.change, path: { id: OURS } };

    for (const request of [inUse, change]) {
      const answered = await api.send(request);
      expect(answered).toMatchObject(toTake);
      // In the words of one that the stack may not send to.
      expect(answered).toEqual(await api.send(request, nowhere));
    }
    expect(api.made).toEqual([]);
  });

  test.each([
    ['nobody has', theirs.replace('theirs', 'other')],
    ['is of that name in another Region', theirs.replace('eu-west-1', 'eu-west-3')],
  ])('is taken where it is one that %s', async (_, queueUrl) => {
    expect(await ask(R.add, { body: wishes(queueUrl) })).toMatchObject({ status: 201 });
    // Of the own tenant any number of subscribers may share it.
    const another = { ...wishes(queueUrl), name: 'another' };
    expect(await ask(R.add, { body: another })).toMatchObject({ status: 201 });
  });

  test('waits where one of the subscribers cannot be read', async () => {
    const { dynamodb, tableName } = api.emulator;
    const Item = { pk: { S: 'subscribers' }, sk: { S: NEWER }, config: { S: '{"v":99}' } };
    await dynamodb('PutItem', { TableName: tableName, Item }, signal);
    const answered = await ask(R.add, { body: wishes(`${SQS}/123456789012/other.fifo`) });

    expect(answered).toMatchObject({ status: 503, body: { error: { code: 'unavailable' } } });
    expect(JSON.stringify(answered)).not.toContain(NEWER);
  });

  test('is any for whoever sees all tenants', async () => {
    const { dynamodb, tableName } = api.emulator;
    const all = { principal: 'role/admin', tenant: '*' };
    await callerWriter(dynamodb, tableName).put(all, signal);
    api.clock.now += 60_000;
    const request = { routeKey: R.add, principal: all.principal, body: wishes(theirs) };

    expect(await api.send(request)).toMatchObject({ status: 201 });
  });
});

describe('other names of somebody', () => {
  const LINKED = { links: [], isComplete: false };

  async function linksOn(channel: string, tenants: ReadonlyMap<string, string> | undefined) {
    const { table } = api.deps.person(signal);
    const deps: AnswerDeps = {
      ...api.deps,
      ownership: async () =>
        tenants === undefined ? () => true : ownershipBy((id) => tenants.get(id)),
      person: () => ({ table: { ...table, linksOf: async () => LINKED } }),
    };
    const seen = await narrow('acme', aRequest(), deps, signal);
    if (!seen.ok) throw new Error('refused');
    return await seen.deps.person(signal).table.linksOf(channel, 'name');
  }

  const tenants = new Map([
    ['1', 'acme'],
    ['2', 'brand'],
  ]);

  test.each([
    ['of its own', '1', LINKED],
    ['of another tenant', '2', { links: [], isComplete: true }],
    ['of nobody knows whom', '3', { links: [], isComplete: true }],
  ])('are told to a caller of a tenant on a channel %s or not', async (_, channel, links) => {
    expect(await linksOn(channel, tenants)).toEqual(links);
  });

  test('are told on every channel while all is one tenant', async () => {
    expect(await linksOn('2', undefined)).toEqual(LINKED);
  });
});
