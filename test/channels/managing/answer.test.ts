import { GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readChannel, writeChannel } from '../../../lambda/channels/channel-json.ts';
import { CHANNEL_ROUTES as R } from '../../../lambda/channels/managing/routes.ts';
import { channelAnswer, channelsAnswer } from '../../../lambda/channels/managing/schemas.ts';
import { AwsRequestError } from '../../../lambda/shared/aws/request.ts';
import { type ChannelApi, startChannelApi } from '../../support/channel-api.ts';

const NOW = Date.parse('2026-11-22T06:00:00.000Z');
const ID = '106540352242922';
const number = { id: ID, provider: 'meta' };
const session = { id: 'shop', provider: 'wasender' };

let api: ChannelApi;

beforeAll(async () => {
  api = await startChannelApi(NOW);
});
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(() => api.clear());

const add = (body: object = number) => api.send({ routeKey: R.add, body });
const one = (routeKey: string, channel = ID, body?: unknown) =>
  api.send({ routeKey, path: { channel }, body });
const shown = async (channel?: string) => channelAnswer.parse((await one(R.show, channel)).body);
const reasonOf = (body: unknown) => JSON.stringify(body);

/** As a message that was accepted waits. */
async function wait(lane: number, channel = ID) {
  const Item = { pk: { S: `outbox.${channel}.${lane}` }, sk: { S: 'reply#0000000000001#msg_1' } };
  await api.emulator.client.send(new PutItemCommand({ TableName: api.emulator.tableName, Item }));
}

/** As it was kept before the stage was told to keep less. */
async function keepFor(retentionDays: number) {
  const { emulator } = api;
  const { TableName, Key } = { TableName: emulator.tableName, Key: keyOf(ID) };
  const { Item } = await emulator.client.send(new GetItemCommand({ TableName, Key }));
  const channel = readChannel(Item?.['config']?.S ?? '');
  const config = { S: writeChannel({ ...channel, retentionDays }) };
  await emulator.client.send(new PutItemCommand({ TableName, Item: { ...Item, config } }));
}

function keyOf(channel: string) {
  return { pk: { S: 'channels' }, sk: { S: channel } };
}

async function spoil(channel: string) {
  await api.emulator.client.send(
    new UpdateItemCommand({
      TableName: api.emulator.tableName,
      Key: keyOf(channel),
      UpdateExpression: 'SET config = :config',
      ExpressionAttributeValues: { ':config': { S: '{"v":2}' } },
    }),
  );
}

const ofOne = Object.values(R).filter((routeKey) => routeKey.includes('{channel}'));

describe('a new channel', () => {
  test('of Meta has what all numbers begin with', async () => {
    const { status, body } = await add();

    expect(status).toBe(201);
    expect(channelAnswer.parse(body)).toEqual({
      ...number,
      ...{ tenant: 'default', accountId: null, portfolioId: null, displayPhoneNumber: null },
      ...{ messagesPerSecond: 80, share: 0.95, lanes: 1, marketingRoute: 'messages' },
      ...{ uncertain: 'leave', state: 'active', pausedBecause: null, needsAttention: null },
      ...{ said: [], media: { keep: null, maxMegabytes: null }, retentionDays: null },
      createdAt: '2026-11-22T06:00:00.000Z',
      updatedAt: '2026-11-22T06:00:00.000Z',
    });
    expect(await shown()).toEqual(body);
  });

  test('of WasenderApi has the rate of a paid plan', async () => {
    await add(session);

    expect(await shown('shop')).toMatchObject({ messagesPerSecond: 256 / 60, lanes: 1 });
  });

  test.each([
    ['standard', 80, 1],
    ['high', 1000, 10],
    ['coexistence', 20, 1],
    ['paid', 256 / 60, 1],
    ['protected', 0.2, 1],
    [250.5, 250.5, 3],
    [1000, 1000, 10],
  ])('takes the rate %s', async (messagesPerSecond, told, lanes) => {
    await add({ ...number, messagesPerSecond });

    expect(await shown()).toMatchObject({ messagesPerSecond: told, lanes });
  });

  test('keeps every wish', async () => {
    const wishes = {
      ...{ ...number, tenant: 'acme', accountId: '102290129340398', share: 1 },
      ...{ portfolioId: '900000000000010', displayPhoneNumber: '15550100100' },
      ...{ marketingRoute: 'marketing_messages', uncertain: 'resend' },
    };
    await add(wishes);

    expect(await shown()).toMatchObject(wishes);
  });

  test('keeps what it says of files and rows, until it leaves that to the stage again', async () => {
    const keeping = { media: { keep: ['image', 'audio'], maxMegabytes: 5 }, retentionDays: 90 };
    await add({ ...number, ...keeping });
    expect(await shown()).toMatchObject(keeping);

    await one(R.change, ID, { media: { keep: 'none' }, retentionDays: 8 });
    const none = { media: { keep: 'none', maxMegabytes: 5 }, retentionDays: 8 };
    expect(await shown()).toMatchObject(none);

    await one(R.change, ID, { share: 0.5 });
    expect(await shown()).toMatchObject(none);
    await one(R.change, ID, { media: null, retentionDays: null });
    const stage = { media: { keep: null, maxMegabytes: null }, retentionDays: null };
    expect(await shown()).toMatchObject(stage);
  });

  test('may be changed in all else where the stage keeps less by now than it says', async () => {
    await add({ ...number, retentionDays: 90 });
    await keepFor(120);

    expect(await one(R.change, ID, { share: 0.5 })).toMatchObject({ status: 200 });
    expect(await one(R.pause)).toMatchObject({ status: 200 });
    expect(await shown()).toMatchObject({ share: 0.5, retentionDays: 120 });
    for (const wish of [{ retentionDays: 110 }, { tenant: 'acme' }]) {
      const { status, body } = await one(R.change, ID, wish);
      expect(status).toBe(400);
      expect(reasonOf(body)).toContain('and takes up to 90');
    }
    expect(await one(R.change, ID, { retentionDays: 80 })).toMatchObject({ status: 200 });
  });

  test.each([
    [{ retentionDays: 91 }, 'retentionDays is 91 and takes up to 90, as long as this stage keeps'],
    [{ retentionDays: 7 }, 'retentionDays takes'],
    [{ retentionDays: '9' }, 'retentionDays takes'],
    [{ media: { keep: [] } }, 'media'],
    [{ media: { keep: ['poll'] } }, 'media'],
    [{ media: { maxMegabytes: 101 } }, 'media.maxMegabytes takes'],
    [{ media: { tenant: 'acme' } }, 'media'],
  ])('is refused with %j', async (wish, reason) => {
    const { status, body } = await add({ ...number, ...wish });

    expect(status).toBe(400);
    expect(reasonOf(body)).toContain(reason);
  });

  test('is refused where there is one of that id', async () => {
    await add();

    const { status, body } = await add({ ...number, tenant: 'other' });
    expect(status).toBe(409);
    expect(reasonOf(body)).toContain(`there is a channel ${ID} already`);
    expect(await shown()).toMatchObject({ tenant: 'default' });
  });

  test.each([
    ['{', 'the body is no JSON'],
    [[], 'the body takes an object, not []'],
    [{ provider: 'meta' }, 'id is missing'],
    [{ id: ID }, 'provider is missing'],
    [{ id: ID, provider: 'telegram' }, 'provider takes meta or wasender, not \\"telegram\\"'],
    [{ id: 'shop', provider: 'meta' }, 'id takes the phone number id of Meta, 5 to 20 digits'],
    [{ id: 'a/b', provider: 'wasender' }, 'id takes the name of a session'],
    [{ id: '', provider: 'wasender' }, 'id takes the name of a session'],
    [{ ...session, marketingRoute: 'marketing_messages' }, 'marketingRoute takes messages of'],
    [{ ...number, messagesPerSecond: 'fast' }, 'messagesPerSecond takes standard or high or'],
    [{ ...number, messagesPerSecond: 0 }, 'messagesPerSecond takes'],
    [{ ...number, messagesPerSecond: 1001 }, 'messagesPerSecond takes at most 1000, not 1001'],
    [{ ...number, messagesPerSecond: null }, 'messagesPerSecond takes'],
    [{ ...number, share: 0 }, 'share takes'],
    [{ ...number, share: 1.01 }, 'share takes at most 1, not 1.01'],
    [{ ...number, share: '1' }, 'share takes a number, not \\"1\\"'],
    [{ ...number, tenant: 'Acme Inc' }, 'tenant takes up to 63 lower case letters, digits and -'],
    [{ ...number, accountId: 'waba' }, 'accountId takes an id of 5 to 20 digits'],
    [{ ...number, portfolioId: 7 }, 'portfolioId takes a text, not 7'],
    [{ ...number, displayPhoneNumber: '+1 555' }, 'displayPhoneNumber takes digits with the'],
    [{ ...number, uncertain: 'forget' }, 'uncertain takes leave or resend'],
    [{ ...number, token: 'EAAG' }, 'the body knows no token'],
  ])('of %j is refused: %s', async (body, reason) => {
    const answered = await api.send({ routeKey: R.add, body });

    expect(answered.status).toBe(400);
    expect(reasonOf(answered.body)).toContain(reason);
    expect(await api.emulator.rows()).toEqual([]);
  });
});

describe('the list', () => {
  test('has all channels, the oldest first, and names those that cannot be read', async () => {
    expect(await api.send({ routeKey: R.list })).toEqual({
      status: 200,
      body: { channels: [], unreadable: [] },
    });
    await add();
    api.clock.now += 1;
    await add(session);
    api.clock.now += 1;
    await add({ id: 'odd', provider: 'wasender' });
    await spoil('odd');

    const { channels, unreadable } = channelsAnswer.parse(
      (await api.send({ routeKey: R.list })).body,
    );
    expect(channels.map(({ id }) => id)).toEqual([ID, 'shop']);
    expect(unreadable).toEqual(['odd']);
  });

  test('takes no parameters', async () => {
    const { status, body } = await api.send({ routeKey: R.list, query: { tenant: 'acme' } });

    expect(status).toBe(400);
    expect(reasonOf(body)).toContain('unknown query parameter tenant');
  });
});

describe('a change', () => {
  beforeEach(() => add());

  test('changes what it names, and leaves the rest', async () => {
    await one(R.change, ID, { accountId: '102290129340398' });
    api.clock.now += 1000;
    const { status, body } = await one(R.change, ID, { share: 0.5, tenant: 'acme' });

    expect(status).toBe(200);
    expect(body).toMatchObject({ share: 0.5, tenant: 'acme', accountId: '102290129340398' });
    expect(body).toMatchObject({ updatedAt: '2026-11-22T06:00:01.000Z' });
    expect(await shown()).toEqual(body);
  });

  test('takes a rate of as many lanes at once', async () => {
    const { status, body } = await one(R.change, ID, { messagesPerSecond: 'coexistence' });

    expect([status, body]).toEqual([200, expect.objectContaining({ messagesPerSecond: 20 })]);
  });

  test.each([
    [{ id: '7' }, 'the body knows no id'],
    [{ provider: 'wasender' }, 'the body knows no provider'],
    [{ state: 'paused' }, 'the body knows no state'],
    [{ share: 2 }, 'share takes at most 1, not 2'],
    ['{', 'the body is no JSON'],
  ])('of %j is refused: %s', async (change, reason) => {
    const { status, body } = await one(R.change, ID, change);

    expect(status).toBe(400);
    expect(reasonOf(body)).toContain(reason);
  });

  test('of a session to a route that Meta alone has is refused', async () => {
    await add(session);

    const { status, body } = await one(R.change, 'shop', { marketingRoute: 'marketing_messages' });
    expect(status).toBe(400);
    expect(reasonOf(body)).toContain('marketingRoute takes messages of wasender');
  });

  test('is made to the channel as others leave it', async () => {
    let others = 1;
    const table = {
      ...api.deps.table,
      get: async (id: string, signal: AbortSignal) => {
        const found = await api.deps.table.get(id, signal);
        if (found !== undefined && others > 0) {
          others -= 1;
          await api.deps.table.update(found, { ...found.channel, tenant: 'acme' }, signal);
        }
        return found;
      },
    };
    const path = { channel: ID };
    const { status } = await api.send(
      { routeKey: R.change, path, body: { share: 0.5 } },
      { table },
    );

    expect(status).toBe(200);
    expect(await shown()).toMatchObject({ share: 0.5, tenant: 'acme' });
  });

  test('is answered 409 where others never let it', async () => {
    const table = { ...api.deps.table, update: () => Promise.resolve(false) };
    const path = { channel: ID };
    const { status, body } = await api.send(
      { routeKey: R.change, path, body: { share: 0.5 } },
      { table },
    );

    expect(status).toBe(409);
    expect(reasonOf(body)).toContain(`others are changing ${ID}: try again`);
  });
});

describe('a change of the number of lanes', () => {
  beforeEach(() => add({ ...number, messagesPerSecond: 'high' }));
  const slower = () => one(R.change, ID, { messagesPerSecond: 'standard' });

  test.each([
    ['while the channel sends', [], 0, 'pause it first, with drain'],
    ['a moment after the pause', [R.pause], 39_999, 'try again in 40 s'],
  ])('is refused %s', async (_, routes, ms, reason) => {
    for (const routeKey of routes) await one(routeKey);
    api.clock.now += ms;

    const { status, body } = await slower();
    expect(status).toBe(409);
    expect(reasonOf(body)).toContain(`this rate changes the lanes of ${ID} from 10 to 1: `);
    expect(reasonOf(body)).toContain(reason);
    expect(await shown()).toMatchObject({ messagesPerSecond: 1000 });
  });

  test.each([0, 9])('is refused while something waits in lane %d', async (lane) => {
    await wait(lane);
    await one(R.pause);
    api.clock.now += 40_000;
    expect(reasonOf((await slower()).body)).toContain('messages wait: pause it with drain');

    await one(R.pause, ID, { drain: true });
    api.clock.now += 40_000;
    const { status, body } = await slower();
    expect(status).toBe(409);
    expect(reasonOf(body)).toContain('messages still wait and are being sent');
  });

  test('is made once nothing waits, and the channel goes on with it', async () => {
    await wait(0, 'another');
    await one(R.pause, ID, { drain: true });
    api.clock.now += 40_000;

    expect((await slower()).status).toBe(200);
    expect((await one(R.resume)).body).toMatchObject({ lanes: 1, state: 'active' });
  });
});

describe('a pause', () => {
  beforeEach(() => add());

  test('is told, and ends', async () => {
    expect((await one(R.pause)).body).toMatchObject({ state: 'paused', pausedBecause: 'user' });
    expect((await one(R.resume)).body).toMatchObject({ state: 'active', pausedBecause: null });
  });

  test.each([{}, { drain: false }])('with %j lets nothing out', async (body) => {
    expect((await one(R.pause, ID, body)).body).toMatchObject({ pausedBecause: 'user' });
  });

  test('that drains may follow one that does not, and the other way about', async () => {
    await one(R.pause);
    const drained = await one(R.pause, ID, { drain: true });
    expect(drained.body).toMatchObject({ state: 'paused', pausedBecause: 'lanes' });
    expect((await one(R.pause)).body).toMatchObject({ pausedBecause: 'user' });
  });

  test('that drains is refused where the provider lets nothing out', async () => {
    const { table } = api.deps;
    const { signal } = new AbortController();
    const stored = await table.get(ID, signal);
    if (stored === undefined) throw new Error('no channel');
    const stopped = { ...stored.channel, state: 'paused', pausedBecause: 'auth' } as const;
    await table.update(stored, stopped, signal);

    const { status, body } = await one(R.pause, ID, { drain: true });
    expect(status).toBe(409);
    expect(reasonOf(body)).toContain('paused because of auth');
    expect(await shown()).toMatchObject({ pausedBecause: 'auth' });
  });

  test('of another form is refused', async () => {
    expect((await one(R.pause, ID, { drain: 'yes' })).status).toBe(400);
    expect((await one(R.pause, ID, '{')).status).toBe(400);
    expect(await shown()).toMatchObject({ state: 'active' });
  });
});

describe('a removal', () => {
  beforeEach(() => add());

  test('is refused while the channel sends, or messages wait for it', async () => {
    expect(reasonOf((await one(R.remove)).body)).toContain(`${ID} cannot be removed: pause it`);
    await wait(0);
    await one(R.pause);
    api.clock.now += 40_000;

    expect((await one(R.remove)).status).toBe(409);
    expect(await shown()).toMatchObject({ id: ID });
  });

  test('leaves nothing of the channel', async () => {
    await one(R.pause);
    api.clock.now += 40_000;

    expect(await one(R.remove)).toEqual({ status: 204, body: undefined });
    expect(await api.emulator.rows()).toEqual([]);
  });
});

describe('a check', () => {
  beforeEach(() => add());
  const token = { check: 'token', ok: false, found: 'it has ended', mend: 'make a new one' };
  const quality = { check: 'quality', ok: true, found: 'GREEN', mend: null };

  test('leaves what is at fault for whoever lists channels, until it is mended', async () => {
    const { body } = await one(R.check, ID, { findings: [token, quality] });
    expect(body).toMatchObject({ needsAttention: 'token: it has ended' });
    expect(body).toMatchObject({ said: [{ check: 'token', ok: false }, { check: 'quality' }] });
    expect(await shown()).toEqual(body);

    api.clock.now += 1;
    await one(R.check, ID, { findings: [{ ...token, ok: true, mend: null }, quality] });
    expect(await shown()).toMatchObject({ needsAttention: null });
  });

  test.each([
    [{ findings: [] }, 'findings takes at least 1 entry'],
    [{ findings: [{ ...token, found: 'x'.repeat(301) }] }, 'findings.0.found takes at most 300'],
    [{ findings: [{ check: 'token' }] }, 'findings.0.ok is missing'],
    [{}, 'findings is missing'],
  ])('of another form is refused: %#', async (sent, reason) => {
    const { status, body } = await one(R.check, ID, sent);

    expect(status).toBe(400);
    expect(reasonOf(body)).toContain(reason);
  });
});

describe('whatever is asked of a channel', () => {
  const bodies: Readonly<Record<string, unknown>> = {
    [R.change]: { share: 0.5 },
    [R.check]: { findings: [{ check: 'token', ok: true, found: 'valid', mend: null }] },
  };

  test.each(ofOne)('%s is answered 404 where there is none', async (routeKey) => {
    const { status, body } = await one(routeKey, 'nobody', bodies[routeKey]);

    expect(status).toBe(404);
    expect(reasonOf(body)).toContain('there is no channel nobody');
  });

  test.each(ofOne)('%s is answered 409 where it cannot be read', async (routeKey) => {
    await add();
    await spoil(ID);

    const { status, body } = await one(routeKey, ID, bodies[routeKey]);
    expect(status).toBe(409);
    expect(reasonOf(body)).toContain('was written by another release');
  });

  test.each(ofOne)('%s is answered 503 where the table is away', async (routeKey) => {
    const away = () => Promise.reject(new AwsRequestError('dynamodb', 'ECONNREFUSED'));
    const table = { get: away, list: away, add: away, update: away, remove: away };
    const path = { channel: ID };
    const request = { routeKey, path, body: bodies[routeKey] };

    expect((await api.send(request, { table })).status).toBe(503);
    expect(api.logged).toEqual([
      { message: 'Request failed', fields: expect.objectContaining({ route: routeKey }) },
    ]);
    expect(JSON.stringify(api.logged)).not.toContain(ID);
  });

  test('an unknown path is answered 404', async () => {
    expect((await api.send({ routeKey: 'PUT /v1/channels' })).status).toBe(404);
  });
});
