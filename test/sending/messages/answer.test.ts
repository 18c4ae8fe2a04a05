import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { optOutWriter } from '../../../lambda/campaigns/opt-outs-table.ts';
import { laneOf } from '../../../lambda/channels/channel.ts';
import { outgoingAnswer } from '../../../lambda/reading/schemas.ts';
import { laneTable } from '../../../lambda/sending/lane-table.ts';
import type { AnswerDeps } from '../../../lambda/sending/messages/answer.ts';
import { MESSAGE_ROUTES as R } from '../../../lambda/sending/messages/routes.ts';
import { outgoingListAnswer } from '../../../lambda/sending/messages/schemas.ts';
import { AwsRequestError } from '../../../lambda/shared/aws/request.ts';
import { firstWait } from '../../../lambda/table/outgoing-json.ts';
import { type MessagesApi, startMessagesApi } from '../../support/messages-api.ts';
import { aMessage, CHANNEL, metaChanges, metaValue, metaWebhook } from '../../support/webhooks.ts';

const SECOND = 1_795_212_000;
const NOW = SECOND * 1000 + 3_600_000;
const HOUR_MS = 3_600_000;
const PHONE = '5215550001111';
const USER_ID = 'MX.10000000000000000001';
const { signal } = new AbortController();

let api: MessagesApi;

beforeAll(async () => {
  api = await startMessagesApi(NOW);
});
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(async () => {
  await api.clear();
  await api.addChannel();
});

const text = { to: `+${PHONE}`, type: 'text', text: { body: 'hello' }, force: true };
const template = {
  ...{ to: `+${PHONE}`, type: 'template', category: 'utility' },
  template: { name: 'order_update', language: { code: 'es_MX' } },
};
const LANE = { channel: CHANNEL, lane: 0 };
const away = () =>
  Promise.reject(new AwsRequestError('dynamodb', 'ECONNRESET', { isTransient: true }));

const waiting = () => api.deps().outbox.queryWaiting(LANE, 'reply', 9, signal);
const ofOne = (routeKey: string, id: string, body?: unknown) =>
  api.send({ routeKey, path: { channel: CHANNEL, id }, body });
const wrote = (overrides: object = {}) =>
  api.meta(metaWebhook({ messages: [aMessage({ timestamp: String(SECOND), ...overrides })] }));

async function taken(body: unknown = text, key?: string) {
  const answered = await api.post(body, key);
  expect(answered).toMatchObject({ status: 202 });
  return outgoingAnswer.parse(answered.body);
}

async function refused(body: unknown, key?: string) {
  const answered = await api.post(body, key);
  expect(await waiting()).toEqual([]);
  return answered;
}

describe('a good request', () => {
  test('is answered once the message is stored, waits, and its lane knows', async () => {
    const order: string[] = [];
    const { outbox } = api.deps();
    const noted = {
      outbox: {
        ...outbox,
        putContent: async (...all: Parameters<typeof outbox.putContent>) => {
          order.push('content');
          return await outbox.putContent(...all);
        },
        putWaiting: async (...all: Parameters<typeof outbox.putWaiting>) => {
          order.push('waiting');
          await outbox.putWaiting(...all);
        },
      },
      wake: async () => void order.push('wake'),
    };
    const { status, body } = await api.post(text, 'key', noted);

    expect({ status, order }).toEqual({ status: 202, order: ['content', 'waiting', 'wake'] });
    expect(outgoingAnswer.parse(body)).toMatchObject({
      ...{ to: PHONE, state: 'queued', category: 'service', class: 'reply', wamid: null },
      body: { type: 'text', text: { body: 'hello' } },
      notAfter: new Date(NOW + 24 * HOUR_MS).toISOString(),
    });
    expect(await waiting()).toMatchObject([{ attempt: 1, dueAt: NOW, to: { name: PHONE } }]);
  });

  test('waits where its contact’s lane is, and wakes that', async () => {
    await api.clear();
    await api.addChannel({ messagesPerSecond: 1000 });
    await taken();

    expect(api.woken).toEqual([
      { channel: CHANNEL, lane: laneOf({ messagesPerSecond: 1000 }, PHONE) },
    ]);
  });

  test('is one message however often it comes, with members in any order', async () => {
    const { id } = await taken();
    const { to, type, force } = text;
    const again = await taken({ force, text: text.text, type, to });

    expect(again.id).toBe(id);
    expect(await waiting()).toHaveLength(1);
  });

  test('is another message by another key, or to somebody else', async () => {
    const ids = [
      await taken(),
      await taken(text, 'other'),
      await taken({ ...text, to: '15551230000' }),
    ];

    expect(new Set(ids.map(({ id }) => id)).size).toBe(3);
  });

  test('is told how far it is when it comes again, also to a channel that takes nothing now', async () => {
    const { id } = await taken();
    await api.deps().claims.settleUnsent({ channel: CHANNEL, id }, 'expired', signal);
    api.clock.now += 48 * HOUR_MS;

    expect(await taken()).toMatchObject({ id, state: 'expired' });
  });

  test('is not taken by a stage that sends nothing, with what to do, but told of where it was taken', async () => {
    const off = { isSending: false };
    const message = expect.stringContaining('senderMaximumConcurrency');
    expect(await api.post(text, 'key', off)).toMatchObject({
      ...{ status: 409, body: { error: { code: 'conflict', message } } },
    });
    expect(await waiting()).toEqual([]);
    const { id } = await taken();
    expect(await api.post(text, 'key', off)).toMatchObject({ status: 202, body: { id } });
  });

  test('is mended by the same again, whichever step failed', async () => {
    const { outbox } = api.deps();
    const faults: readonly Partial<AnswerDeps>[] = [
      { outbox: { ...outbox, putContent: away } },
      { outbox: { ...outbox, putWaiting: away } },
      { wake: away },
    ];
    for (const fault of faults) {
      expect(await api.post(text, 'key', fault)).toMatchObject({
        ...{ status: 503, body: { error: { code: 'unavailable' } } },
      });
    }
    expect(api.woken).toEqual([]);
    await taken();

    expect(await waiting()).toHaveLength(1);
    expect(api.woken).toEqual([LANE]);
  });

  test('does not wait twice once it was put back for another attempt', async () => {
    await taken();
    const [first] = await waiting();
    if (first === undefined) throw new Error('nothing waits');
    const { outbox, claims } = api.deps();
    await claims.claim({ channel: CHANNEL, id: first.id }, 1, signal);
    await outbox.putBack(LANE, { ...first, attempt: 2, dueAt: NOW + 60_000 }, signal);
    await outbox.removeWaiting(LANE, first, signal);
    await claims.release({ channel: CHANNEL, id: first.id }, { attempt: 1, retryAt: 0 }, signal);
    await taken();

    expect(await waiting()).toMatchObject([{ attempt: 2, dueAt: NOW + 60_000 }]);
  });

  test('waits for ten minutes where it is a code, and for as long as it says', async () => {
    const code = await taken({ ...template, category: 'authentication' });
    const until = await taken({ ...template, notAfter: '2026-11-21T07:00:00+01:00' }, 'other');

    expect(Date.parse(code.notAfter)).toBe(NOW + HOUR_MS / 6);
    expect(until.notAfter).toBe('2026-11-21T06:00:00.000Z');
  });

  test('goes to a BSUID, and to the phone where both are given', async () => {
    const { to: _, ...rest } = text;

    expect(await taken({ ...rest, recipient: USER_ID })).toMatchObject({ to: USER_ID });
    expect(await taken({ ...text, recipient: USER_ID }, 'both')).toMatchObject({ to: PHONE });
    expect(await taken({ ...rest, to: USER_ID }, 'to')).toMatchObject({ to: USER_ID });
  });

  test('goes to a group, which has no window', async () => {
    const { force: _, ...rest } = text;
    const group = { ...rest, to: 'Y2FwaV9ncm91cDox', recipient_type: 'group' };

    expect(await taken(group)).toMatchObject({ to: 'Y2FwaV9ncm91cDox' });
  });
});

describe('a request that is wrong', () => {
  const BAD: readonly (readonly [unknown, string])[] = [
    ['no json', 'the body is no JSON object'],
    [[text], 'the body is no JSON object'],
    [{ ...text, text: {} }, 'text.body is missing'],
    [{ ...text, to: `5550001${'1'.repeat(20)}` }, 'to takes a phone number'],
    [{ ...text, to: undefined }, 'to is missing'],
    [{ ...template, category: undefined }, 'category takes marketing or utility'],
    [{ ...text, category: 'marketing' }, 'category takes service'],
    [{ ...template, category: 'authentication', to: USER_ID }, 'Meta sends no codes to a BSUID'],
    [{ ...text, notAfter: 'tomorrow' }, 'notAfter takes a time such as'],
    [{ ...text, notAfter: '2020-01-01T00:00:00Z' }, 'notAfter takes a time to come'],
    // Longer than the least that anything is kept.
    [
      { ...text, notAfter: new Date(NOW + 7 * 24 * HOUR_MS + 1000).toISOString() },
      'notAfter takes a time within seven days',
    ],
    [{ ...text, biz_opaque_callback_data: 'x' }, 'use Idempotency-Key'],
    [{ ...text, note: 'x'.repeat(66_000) }, 'the body takes at most 65536 bytes'],
    [`{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 'the body is nested too deep'],
  ];

  test.each(BAD)('is answered 400 with the member: %#', async (body, reason) => {
    expect(await refused(body)).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_parameter', message: expect.stringContaining(reason) } },
    });
  });

  test.each([undefined, '', 'two words', 'x'.repeat(256)])(
    'is answered 400 where its key is %j',
    async (key) => {
      const headers = key === undefined ? {} : { 'idempotency-key': key };
      const request = { routeKey: R.send, path: { channel: CHANNEL }, headers, body: text };

      expect(await api.send(request)).toMatchObject({
        status: 400,
        body: { error: { message: expect.stringContaining('Idempotency-Key') } },
      });
    },
  );

  test('tells all that is wrong at once, and nothing of what was to be said', async () => {
    const { body } = await refused({ to: 'Ana', type: 'text', text: { body: ['secret'] } });

    expect(JSON.stringify(body)).toContain('text.body takes a text; to takes a phone number');
    expect(JSON.stringify(body)).not.toMatch(/secret|Ana/);
  });

  test('is answered 409 where its key is that of another message', async () => {
    const { id } = await taken();

    expect(await api.post({ ...text, text: { body: 'bye' } })).toMatchObject({
      status: 409,
      body: { error: { message: expect.stringContaining(id) } },
    });
  });

  test('is answered 404 on a channel that is not there', async () => {
    await api.clear();

    expect(await api.post(text)).toMatchObject({ status: 404 });
  });

  test('is answered 400 where WasenderApi cannot send it', async () => {
    await api.clear();
    await api.addChannel({ provider: 'wasender' });

    expect(await refused({ ...text, type: 'image', image: { id: '1' } })).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining('image.link is missing') } },
    });
    expect(await taken({ to: PHONE, type: 'text', text: { body: 'hello' } })).toMatchObject({
      ...{ state: 'queued' },
    });
  });
});

describe('a request that cannot be done now', () => {
  test('is answered 409 where its channel is paused, with the reason', async () => {
    await api.clear();
    await api.addChannel({ state: 'paused', pausedBecause: '190' });

    expect(await refused(text)).toMatchObject({
      status: 409,
      body: { error: { message: expect.stringContaining('is paused (190)') } },
    });
  });

  test('is answered 429 where its lane is behind by an hour, and says when to come again', async () => {
    const { tableName, dynamodb } = api.emulator;
    const waitingSince = { N: String(NOW - HOUR_MS - 1) };
    const Item = { pk: { S: 'lanes' }, sk: { S: `${CHANNEL}.0` }, waitingSince };
    await dynamodb('PutItem', { TableName: tableName, Item }, signal);

    expect(await refused(text)).toMatchObject({
      ...{ status: 429, headers: { 'retry-after': '60' } },
      body: { error: { code: 'too_many_waiting' } },
    });
    api.clock.now -= 2;
    await taken();
  });

  test('is answered 422 for marketing to the United States, and to nobody else of +1', async () => {
    const marketing = { ...template, category: 'marketing' };

    expect(await refused({ ...marketing, to: '+12125550123' })).toMatchObject({
      ...{ status: 422, body: { error: { code: 'country' } } },
    });
    await taken({ ...marketing, to: '+14165550123' });
    await taken({ ...template, to: '+12125550123' });
  });

  test('is answered 422 for marketing to who wrote that they want none, under any of their names', async () => {
    const { dynamodb, tableName } = api.emulator;
    const { decide } = optOutWriter(dynamodb, tableName, () => api.clock.now);
    const marketing = { ...template, category: 'marketing' };
    // The other number of the same account in Mexico.
    const other = `52${PHONE.slice(3)}`;
    await decide('another', PHONE, { isOptedOut: true, at: 1 }, signal);
    await decide('default', other, { isOptedOut: true, at: SECOND * 1000 }, signal);

    const { status, body } = await refused(marketing);

    expect({ status, body }).toMatchObject({ status: 422, body: { error: { code: 'opted_out' } } });
    expect(JSON.stringify(body)).toContain(new Date(SECOND * 1000).toISOString());
    await taken({ ...template, category: 'utility' });
    await decide('default', other, { isOptedOut: false, at: SECOND * 1000 + 1 }, signal);
    await taken(marketing, 'another-key');
  });

  test('is answered 422 for marketing to who chose to get none', async () => {
    const choose = (value: string, at: number) => {
      const told = { wa_id: PHONE, detail: 'as told', category: 'marketing_messages', value };
      const chosen = { user_preferences: [{ ...told, timestamp: SECOND + at }] };
      return api.meta(metaChanges({ field: 'user_preferences', value: metaValue(chosen) }));
    };
    const marketing = { ...template, category: 'marketing' };
    await choose('stop', 1);

    expect(await refused(marketing)).toMatchObject({
      ...{ status: 422, body: { error: { code: 'opted_out' } } },
    });
    await taken(template, 'utility');
    await choose('resume', 2);
    await taken(marketing);
  });

  test('is answered 503 where the table is away', async () => {
    expect(await api.post(text, 'key', { channel: away })).toMatchObject({ status: 503 });
    expect(api.logged).toMatchObject([{ message: 'Request failed' }]);
    expect(JSON.stringify(api.logged)).not.toContain(PHONE);
  });
});

describe('the customer service window', () => {
  const { force: _, ...free } = text;

  test('is open for a day from what the contact wrote, by few reads', async () => {
    await wrote({ from: PHONE, from_user_id: undefined });
    api.emulator.operations.length = 0;
    await taken(free);

    // The first is whose callers are, which is known for ten seconds from then on.
    expect(api.emulator.operations.slice(0, 5)).toEqual([
      'Query',
      'GetItem',
      'GetItem',
      'Query',
      'BatchGetItem',
    ]);
    expect(api.emulator.operations.slice(5)).toEqual(['PutItem', 'PutItem']);
  });

  test('is open by another name of the contact', async () => {
    await wrote();

    await taken(free);
  });

  test('is closed after a day, and the answer says since when; a template goes, and what is forced', async () => {
    await wrote();
    api.clock.now = SECOND * 1000 + 25 * HOUR_MS;
    const closedAt = new Date(SECOND * 1000 + 24 * HOUR_MS).toISOString();

    expect(await refused(free)).toMatchObject({
      status: 422,
      body: { error: { code: 'window_closed', message: expect.stringContaining(closedAt) } },
    });
    await taken(template, 'template');
    await taken(text);
  });

  test('is closed for who never wrote, or reacted only', async () => {
    await wrote({
      type: 'reaction',
      text: undefined,
      reaction: { message_id: 'wamid.X', emoji: '👍' },
    });

    expect(await refused(free)).toMatchObject({
      ...{ status: 422, body: { error: { message: expect.stringContaining('has not written') } } },
    });
  });
});

describe('a message that was taken', () => {
  test('is cancelled while it waits, also twice, and waits no more', async () => {
    const { id } = await taken();

    expect(await ofOne(R.cancel, id)).toMatchObject({ status: 200, body: { state: 'cancelled' } });
    expect(await ofOne(R.cancel, id)).toMatchObject({ status: 200 });
    expect(await waiting()).toEqual([]);
    expect(await api.deps().claims.claim({ channel: CHANNEL, id }, 1, signal)).toBe(false);
    expect(await taken()).toMatchObject({ state: 'cancelled' });
    expect(await waiting()).toEqual([]);
  });

  test('is not cancelled once it is claimed', async () => {
    const { id } = await taken();
    await api.deps().claims.claim({ channel: CHANNEL, id }, 1, signal);

    expect(await ofOne(R.cancel, id)).toMatchObject({
      status: 409,
      body: { error: { message: expect.stringContaining('is sending') } },
    });
  });

  test('is not known on another channel, nor is one that is not there', async () => {
    const { id } = await taken();

    expect(await ofOne(R.cancel, 'msg_none')).toMatchObject({ status: 404 });
    const other = { routeKey: R.cancel, path: { channel: 'other', id } };
    expect(await api.send(other)).toMatchObject({ status: 404 });
  });

  test('is not known on a channel whose id its own begins with', async () => {
    await api.addChannel({ id: 'shop' });
    await api.addChannel({ id: 'shop.mx' });
    const headers = { 'idempotency-key': 'key' };
    const request = { routeKey: R.send, path: { channel: 'shop.mx' }, headers, body: text };
    const { body } = await api.send(request);
    const { id } = outgoingAnswer.parse(body);

    for (const routeKey of [R.cancel, R.resolve]) {
      const path = { channel: 'shop', id: `mx.${id}` };
      const asked = { routeKey, path, body: { as: 'sent' } };
      expect(await api.send(asked)).toMatchObject({ status: 404 });
    }
  });

  test('is listed while it waits', async () => {
    const { id } = await taken();
    const list = async (query: Record<string, string> = {}) =>
      api.send({ routeKey: R.list, path: { channel: CHANNEL }, query });

    expect(outgoingListAnswer.parse((await list()).body)).toMatchObject({
      messages: [{ id, state: 'queued', to: PHONE, attempt: 1 }],
      isComplete: true,
    });
    expect((await list({ state: 'uncertain' })).body).toMatchObject({ messages: [] });
    expect(await list({ state: 'lost' })).toMatchObject({ status: 400 });
    expect(await api.send({ routeKey: R.list, path: { channel: '1' } })).toMatchObject({
      status: 404,
    });
  });
});

test('what waits is listed by its time, up to a hundred of a lane, and that there is more', async () => {
  const { outbox } = api.deps();
  const { id } = await taken();
  const stored = await outbox.read({ channel: CHANNEL, id }, signal);
  if (stored === undefined) throw new Error('nothing was taken');
  for (let at = 101; at > 0; at -= 1) {
    const to = { kind: 'phone', name: `5215550${10_000 + at}` } as const;
    const row = { ...firstWait(stored.message), id: `${id}${at}`, to, dueAt: NOW + at };
    await outbox.putWaiting(LANE, row, signal);
  }

  const { body } = await api.send({ routeKey: R.list, path: { channel: CHANNEL } });

  const { messages, isComplete } = outgoingListAnswer.parse(body);
  expect(isComplete).toBe(false);
  expect(messages).toHaveLength(100);
  expect(messages.map(({ at }) => at)).toEqual(messages.map(({ at }) => at).toSorted());
});

describe('an uncertain message', () => {
  async function uncertain() {
    const { id } = await taken();
    const { claims, outbox } = api.deps();
    const key = { channel: CHANNEL, id };
    await claims.claim(key, 1, signal);
    await claims.record(key, { state: 'uncertain' }, signal);
    const [row] = await waiting();
    if (row !== undefined) await outbox.removeWaiting(LANE, row, signal);
    return id;
  }

  test.each(['sent', 'failed'] as const)('is resolved as %s by a person, once', async (as) => {
    const id = await uncertain();

    expect(await ofOne(R.resolve, id, { as })).toMatchObject({ status: 200, body: { state: as } });
    expect(await ofOne(R.resolve, id, { as })).toMatchObject({ status: 409 });
  });

  test('waits again where a person says so', async () => {
    const id = await uncertain();

    expect(await ofOne(R.resolve, id, { as: 'resend' })).toMatchObject({
      body: { state: 'queued' },
    });
    expect(await waiting()).toMatchObject([{ id, attempt: 2 }]);
    expect(await api.deps().claims.claim({ channel: CHANNEL, id }, 2, signal)).toBe(true);
  });

  test('is not sent again where a status told in between that it went out', async () => {
    const id = await uncertain();
    const { claims } = api.deps();
    const release = async (...all: Parameters<typeof claims.release>) => {
      await claims.record({ channel: CHANNEL, id }, { state: 'sent', wamid: 'wamid.1' }, signal);
      return await claims.release(...all);
    };
    const path = { channel: CHANNEL, id };
    const request = { routeKey: R.resolve, path, body: { as: 'resend' } };

    expect(await api.send(request, { claims: { ...claims, release } })).toMatchObject({
      status: 409,
      body: { error: { message: `message ${id} is not uncertain any more` } },
    });
  });

  test('is listed as what it is', async () => {
    const id = await uncertain();
    const { outbox, lanes } = {
      ...api.deps(),
      lanes: laneTable(api.emulator.dynamodb, api.options),
    };
    const stored = await outbox.read({ channel: CHANNEL, id }, signal);
    const since = api.clock.now;
    if (stored !== undefined) {
      const doubt = { ...firstWait(stored.message), since, neighbours: [] };
      await lanes.putDoubt(LANE, doubt, signal);
    }

    for (const query of [{}, { state: 'uncertain' }]) {
      const answered = await api.send({ routeKey: R.list, path: { channel: CHANNEL }, query });
      expect(answered.body).toMatchObject({ messages: [{ id, state: 'uncertain' }] });
    }
  });

  test('is the only kind that is resolved', async () => {
    const { id } = await taken();

    expect(await ofOne(R.resolve, id, { as: 'sent' })).toMatchObject({ status: 409 });
    expect(await ofOne(R.resolve, id, { as: 'lost' })).toMatchObject({ status: 400 });
  });
});

test('no other path is there', async () => {
  expect(await api.send({ routeKey: 'GET /v1/other' })).toMatchObject({ status: 404 });
});
