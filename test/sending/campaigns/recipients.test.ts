import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Campaign } from '../../../lambda/campaigns/campaign.ts';
import { optOutWriter } from '../../../lambda/campaigns/opt-outs-table.ts';
import type { CheckReport } from '../../../lambda/campaigns/report.ts';
import { writeReport } from '../../../lambda/campaigns/report-json.ts';
import { triggeredName } from '../../../lambda/campaigns/triggered.ts';
import { CAMPAIGN_ROUTES as R } from '../../../lambda/sending/campaigns/routes.ts';
import { recipientAnswer } from '../../../lambda/sending/campaigns/schemas.ts';
import { AwsRequestError } from '../../../lambda/shared/aws/request.ts';
import {
  ATTRIBUTES as A,
  campaignPartition,
  outboxPartition,
  REPORT_SORT_KEY,
  timeKey,
  triggeredPartition,
} from '../../../lambda/table/keys.ts';
import { textValue } from '../../../lambda/table/update-expression.ts';
import { rowKey } from '../../../lambda/table/writes.ts';
import { CAMPAIGN, CAMPAIGN_CHANNEL } from '../../support/campaign-rows.ts';
import { type CampaignsApi, startCampaignsApi } from '../../support/campaigns-api.ts';
import { aTemplate, aTriggered, aTriggeredReport } from '../../support/triggered.ts';
import { saying } from './manage-world.ts';

const NOW = Date.parse('2027-01-15T08:00:30Z');
const MINUTE = Date.parse('2027-01-15T08:00:00Z');
const HOUR_MS = 3_600_000;
const { signal } = new AbortController();
const MEXICAN = '+52 1 55 1234 5678';
const NAME = '5215512345678';
const BODY = { key: 'cart-1', to: MEXICAN, parameters: { 1: 'Ana' } };

let api: CampaignsApi;

beforeAll(async () => {
  api = await startCampaignsApi(NOW);
});
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(async () => {
  await api.clear();
  await api.addChannel();
});

async function aRunning(campaign: Partial<Campaign> = {}, report: Partial<CheckReport> = {}) {
  await api.addCampaign(aTriggered(campaign));
  await put({
    ...rowKey(campaignPartition(CAMPAIGN), REPORT_SORT_KEY),
    [A.report]: textValue(writeReport(aTriggeredReport(report))),
  });
}

const put = (item: object) =>
  api.emulator.dynamodb('PutItem', { TableName: api.emulator.tableName, Item: item }, signal);
const rowsIn = async (partition: string) => {
  const rows = await api.emulator.rows();
  return rows.filter((row) => row[A.partitionKey]?.S === partition);
};
const post = (body: unknown = BODY, others = {}) => api.send(R.putIn, { body }, others);
const pathOf = (key = 'cart-1') => ({ campaign: CAMPAIGN, key });
const show = (key?: string) => api.send(R.recipient, { path: pathOf(key) });
const remove = (key?: string) => api.send(R.takeOut, { path: pathOf(key) });
const stored = (key = 'cart-1') =>
  api.deps.triggered.read(CAMPAIGN, triggeredName(CAMPAIGN, key), signal);
const due = (track = 0) => api.deps.triggered.due(CAMPAIGN, track, 100, signal);
const marks = async () => {
  const rows = await rowsIn(outboxPartition(CAMPAIGN_CHANNEL, 0));
  return rows.map((row) => row[A.sortKey]?.S);
};

describe('who is put into a triggered campaign', () => {
  test('is stored with what is said to them, is due, and their lane knows', async () => {
    await aRunning();

    const { status, body } = await post();

    expect(status).toBe(202);
    expect(recipientAnswer.parse(body)).toEqual({
      ...{ key: 'cart-1', to: NAME, state: 'waiting', because: null, step: 0, messages: [] },
      ...{ dueAt: '2027-01-15T08:00:30.000Z', createdAt: '2027-01-15T08:00:30.000Z' },
    });
    expect(await stored()).toMatchObject({
      ...{ key: 'cart-1', track: 0, step: 0, dueAt: NOW },
      line: {
        ...{ row: 1, to: { kind: 'phone', name: NAME }, variant: 0, country: 'MX', micros: 30_500 },
        components: [
          [{ type: 'body', parameters: [{ type: 'text', text: 'Ana' }] }],
          [{ type: 'body', parameters: [{ type: 'text', text: 'Ana' }] }],
        ],
      },
    });
    expect(await due()).toEqual([{ name: triggeredName(CAMPAIGN, 'cart-1'), dueAt: NOW }]);
    expect(await marks()).toEqual([`campaign#${timeKey(MINUTE)}#${CAMPAIGN}`]);
    expect(api.woken).toEqual([{ channel: CAMPAIGN_CHANNEL, lane: 0 }]);
  });

  test('waits for a time that is given, and wakes nobody before', async () => {
    await aRunning();
    const at = new Date(NOW + HOUR_MS).toISOString();

    expect(await post({ ...BODY, at })).toMatchObject({ status: 202, body: { dueAt: at } });

    expect(await due()).toMatchObject([{ dueAt: NOW + HOUR_MS }]);
    expect(await marks()).toEqual([`campaign#${timeKey(MINUTE + HOUR_MS)}#${CAMPAIGN}`]);
    expect(api.woken).toEqual([]);
  });

  test('waits for as long as is said, from the first request of that key on', async () => {
    await aRunning();
    const body = { ...BODY, afterHours: 1 };
    const dueAt = new Date(NOW + HOUR_MS).toISOString();

    expect(await post(body)).toMatchObject({ status: 202, body: { dueAt } });
    const later = { ...api.deps, now: () => NOW + 5000 };
    expect(await post(body, later)).toMatchObject({ status: 202, body: { dueAt } });

    expect(await due()).toMatchObject([{ dueAt: NOW + HOUR_MS }]);
  });

  test('is due at once where that time is over', async () => {
    await aRunning();

    await post({ ...BODY, at: '2027-01-15T07:00:00Z' });

    expect(await stored()).toMatchObject({ dueAt: NOW });
  });

  test('has a number of their own, and the lane of their number', async () => {
    await aRunning({ check: { ...checkOf(), tracks: 4 } });
    await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        post({
          key: `k${at}`,
          to: `+52155123456${String(at).padStart(2, '0')}`,
          parameters: { 1: 'A' },
        }),
      ),
    );

    const all = await Promise.all(Array.from({ length: 20 }, (_, at) => stored(`k${at}`)));
    const rows = all.map((one) => typeof one === 'object' && one.line.row);
    expect(rows.toSorted((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 20 }, (_, at) => at + 1),
    );
    const tracks = await Promise.all([0, 1, 2, 3].map((track) => due(track)));
    expect(tracks.every((one) => one.length > 0)).toBe(true);
    expect(tracks.flat()).toHaveLength(20);
  });

  test('is there once, however often the same is asked, and is answered the same', async () => {
    await aRunning();
    const first = await post();

    expect(await post({ parameters: { 1: 'Ana' }, to: MEXICAN, key: 'cart-1' })).toMatchObject({
      ...{ status: 202, body: first.body },
    });
    const both = await Promise.all([post({ ...BODY, key: 'k' }), post({ ...BODY, key: 'k' })]);
    expect(both.map(({ status }) => status)).toEqual([202, 202]);
    expect(both[0]?.body).toEqual(both[1]?.body);

    expect(await due()).toHaveLength(2);
  });

  test('is refused where the key is that of another request', async () => {
    await aRunning();
    await post();

    for (const other of [{ to: '+5215512345679' }, { parameters: { 1: 'Eva' } }]) {
      expect(await post({ ...BODY, ...other })).toMatchObject(
        saying(409, 'the key is that of another request'),
      );
    }
  });

  test('comes to be due by the same request again, where a try before got no further', async () => {
    await aRunning();
    const broken = { ...api.deps.triggered, putDue: () => Promise.reject(awayError()) };
    expect(await post(BODY, { triggered: broken })).toMatchObject({ status: 503 });
    expect(await due()).toEqual([]);

    expect(await post()).toMatchObject({ status: 202 });

    expect(await due()).toHaveLength(1);
    expect(await stored()).toMatchObject({ line: { row: 1 } });
  });

  test('is told no more than the same again once they were taken out', async () => {
    await aRunning();
    await post();
    await remove();
    for (const one of await due()) await api.deps.triggered.removeDue(CAMPAIGN, 0, one, signal);

    expect(await post()).toMatchObject({ status: 202, body: { state: 'ended' } });

    expect(await due()).toEqual([]);
  });

  test('is taken as before while the campaign is paused, by the same key alone', async () => {
    await aRunning();
    await post();
    const found = await api.deps.campaigns.get(CAMPAIGN, signal);
    if (found === undefined) throw new Error('no campaign');
    const paused = { ...found.campaign, state: 'paused', because: 'budget' } as const;
    await api.deps.campaigns.update(found, paused, signal);

    expect(await post()).toMatchObject({ status: 202 });
    expect(await post({ ...BODY, key: 'cart-2' })).toMatchObject(
      saying(409, 'is paused (budget), and cannot take anybody'),
    );
  });
});

describe('what is refused', () => {
  test.each([
    ['draft', {}],
    ['ready', {}],
    ['paused', { because: 'user' }],
    ['cancelled', {}],
  ] as const)('anybody while the campaign is %s', async (state, others) => {
    await aRunning({ state, ...others });
    expect(await post()).toMatchObject(saying(409, `is ${state}`));
  });

  test('anybody for a campaign with a file, and for none', async () => {
    const { isTriggered: _, ...withFile } = aTriggered();
    await api.addCampaign(withFile);
    expect(await post()).toMatchObject(saying(409, 'has a file'));
    expect(await show()).toMatchObject(saying(409, 'has a file'));
    expect(await remove()).toMatchObject(saying(409, 'has a file'));
  });

  test.each([
    [{}, 'key is missing'],
    [{ ...BODY, key: 'a b' }, 'key takes 1 to 255 characters'],
    [{ ...BODY, to: 7 }, 'to takes a text'],
    [{ ...BODY, to: '12' }, 'to: no country has such a phone number'],
    [{ ...BODY, to: '5.2155E+12' }, 'to: a spreadsheet shortened the number'],
    [{ ...BODY, to: ' ' }, 'to: there is no phone number'],
    [{ ...BODY, parameters: {} }, 'parameters.1 is missing'],
    [{ ...BODY, parameters: { 1: ' ' } }, 'parameters.1: what the template says here is empty'],
    [{ ...BODY, parameters: { 1: 'a'.repeat(1025) } }, 'parameters.1: what the template says here'],
    [{ ...BODY, parameters: { 1: 'a\nb' } }, 'parameters.1: the template takes no line breaks'],
    [{ ...BODY, parameters: { 1: 'A', 2: 'B' } }, 'parameters.2: no template has it; they have: 1'],
    [{ ...BODY, at: '2027-01-23T08:00:00Z' }, 'at takes a time within seven days'],
    [{ ...BODY, at: 'tomorrow' }, 'at takes a time such as 2026-12-01T09:00:00Z, not "tomorrow"'],
    [{ ...BODY, afterHours: 169 }, 'afterHours takes at most 168, not 169'],
    [{ ...BODY, afterHours: -1 }, 'afterHours takes at least 0, not -1'],
    [{ ...BODY, afterHours: 1, at: '2027-01-15T09:00:00Z' }, 'at and afterHours both say when'],
    [{ ...BODY, parameters: ['Ana'] }, 'parameters takes an object, not ["Ana"]'],
    [
      { ...BODY, parameters: { '': 'Ana' } },
      'parameters takes names of at least 1 character, not ""',
    ],
    [{ ...BODY, key: '..' }, 'ASCII without spaces, other than . and .., not ".."'],
    [{ ...BODY, more: 1 }, 'knows no more'],
  ])('%j', async (body, message) => {
    await aRunning();
    expect(await post(body)).toMatchObject(saying(400, message));
    expect(await due()).toEqual([]);
  });

  test('a thousand parameters that no template has, in a few words', async () => {
    await aRunning();
    const names = Array.from({ length: 1000 }, (_, at) => [`v${at}`, 'x'] as const);
    const parameters = { 1: 'Ana', ...Object.fromEntries(names) };

    expect(await post({ ...BODY, parameters })).toMatchObject(
      saying(400, 'parameters.v9: no template has it; they have: 1; and 990 more of them'),
    );
  });

  test('marketing to the United States, and to who opted out under whatever name', async () => {
    await aRunning();
    expect(await post({ ...BODY, to: '+1 415 555 2671' })).toMatchObject({
      ...{ status: 422, body: { error: { code: 'country' } } },
    });
    const optOuts = optOutWriter(api.emulator.dynamodb, api.emulator.tableName, () => NOW);
    await optOuts.decide('default', NAME, { isOptedOut: true, at: NOW }, signal);
    expect(await post()).toMatchObject({
      ...{ status: 422, body: { error: { code: 'opted_out' } } },
    });
  });

  test('neither of them where the campaign is no marketing', async () => {
    await aRunning({ check: { ...checkOf(), category: 'utility' } });
    const optOuts = optOutWriter(api.emulator.dynamodb, api.emulator.tableName, () => NOW);
    await optOuts.decide('default', NAME, { isOptedOut: true, at: NOW }, signal);

    expect(await post()).toMatchObject({ status: 202 });
    expect(await post({ ...BODY, key: 'us', to: '+1 415 555 2671' })).toMatchObject({
      status: 202,
    });
  });

  test('a BSUID where the template goes to numbers alone', async () => {
    const whole = [aTemplate({ hasBid: true }), aTemplate()];
    await aRunning({}, { whole });

    expect(await post({ ...BODY, to: 'MX.1234567890' })).toMatchObject(
      saying(422, 'to: this template goes to phone numbers alone'),
    );
  });

  test('anybody where it is not known any more what is said', async () => {
    await api.addCampaign(aTriggered());
    expect(await post()).toMatchObject(saying(409, 'has lost its templates'));
  });

  test('the key of somebody who was forgotten', async () => {
    await aRunning();
    await post();
    const name = triggeredName(CAMPAIGN, 'cart-1');
    const [row] = (
      await Promise.all([0, 1, 2, 3].map((shard) => rowsIn(triggeredPartition(CAMPAIGN, shard))))
    ).flat();
    await put({ ...row, [A.forgottenAt]: textValue(timeKey(NOW)) });

    expect(await api.deps.triggered.read(CAMPAIGN, name, signal)).toBe('forgotten');
    expect(await post()).toMatchObject(saying(409, 'somebody who was forgotten'));
    expect(await show()).toMatchObject({ status: 404 });
    expect(await remove()).toMatchObject({ status: 404 });
  });
});

test('whatever is asked is answered as it deserves, and never by a fault of ours', async () => {
  await aRunning();
  const odd = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }));
  const texts = fc.oneof(
    odd,
    fc.constantFrom(MEXICAN, 'MX.1234567890', '__proto__', '2027-01-15T09:00:00Z'),
  );
  const key = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('a', 'b', '#', '%2F', '__proto__') },
    { weight: 1, arbitrary: odd },
  );
  const parameters = fc.oneof(
    fc.dictionary(fc.constantFrom('1', '2', '__proto__', 'constructor', 'header'), texts),
    fc.constant({ 1: 'Ana' }),
    odd,
  );
  const input = fc.oneof(
    odd,
    fc.record({ key, to: texts, parameters, at: texts }, { requiredKeys: ['key', 'to'] }),
  );
  await fc.assert(
    fc.asyncProperty(input, key, async (body, asked) => {
      const { status } = await post(typeof body === 'string' ? JSON.stringify(body) : body);
      expect([202, 400, 409, 422]).toContain(status);
      const name = String(asked);
      expect([200, 404]).toContain((await show(name)).status);
      expect([200, 404]).toContain((await remove(name)).status);
    }),
    { numRuns: 150 },
  );
  expect(api.logged).toEqual([]);
});

describe('who was put in', () => {
  test('is shown, and taken out once, however often that is asked', async () => {
    await aRunning();
    await post();

    expect(await show()).toMatchObject({ status: 200, body: { state: 'waiting', step: 0 } });
    const removed = { status: 200, body: { state: 'ended', because: 'removed', dueAt: null } };
    expect(await remove()).toMatchObject(removed);
    expect(await remove()).toMatchObject(removed);
    expect(await show()).toMatchObject(removed);
  });

  test('is taken out where their lane brings them further at that moment', async () => {
    await aRunning();
    await post();
    const { triggered } = api.deps;
    let moves = 0;
    const move: typeof triggered.move = async (id, name, change, until) => {
      moves += 1;
      if (moves === 1) {
        const { before } = change;
        const after = { step: 1, dueAt: NOW + HOUR_MS };
        await triggered.move(id, name, { before, after }, until);
      }
      return await triggered.move(id, name, change, until);
    };

    const path = pathOf();
    expect(
      await api.send(R.takeOut, { path }, { triggered: { ...triggered, move } }),
    ).toMatchObject({
      body: { because: 'removed', step: 1, messages: [`${CAMPAIGN}.0.1.0`] },
    });
  });

  test('is taken out also where they had all, since the last message may still be tried again', async () => {
    await aRunning();
    await post();
    const found = await stored();
    if (found === undefined || found === 'forgotten') throw new Error('nobody');
    const after = { step: 2, dueAt: NOW, ended: 'through' } as const;
    const name = triggeredName(CAMPAIGN, 'cart-1');
    await api.deps.triggered.move(CAMPAIGN, name, { before: found, after }, signal);

    const removed = { status: 200, body: { state: 'ended', because: 'removed', step: 2 } };
    expect(await remove()).toMatchObject(removed);
    expect(await show()).toMatchObject(removed);
  });

  test('is nobody by a key that was never used', async () => {
    await aRunning();
    expect(await show('none')).toMatchObject(saying(404, 'nobody of that key'));
    expect(await remove('none')).toMatchObject(saying(404, 'nobody of that key'));
  });
});

describe('a triggered campaign', () => {
  test('has no file, and nothing that is of one', async () => {
    await aRunning({ state: 'ready' });
    for (const route of [R.upload, R.test]) {
      const body = route === R.test ? { to: '+5215512345678' } : undefined;
      expect(await api.send(route, { body })).toMatchObject(saying(409, 'has no file'));
    }
    const created = { channel: CAMPAIGN_CHANNEL, variants: [{ template: 'a', language: 'en' }] };
    const odd = { map: { 1: 'name' }, recipientColumn: 'to', startAt: '2027-02-01T09:00' };
    for (const [member, value] of Object.entries(odd)) {
      const body = { ...created, triggered: true, [member]: value };
      expect(await api.send(R.create, { body })).toMatchObject(saying(422, member));
    }
  });

  test('is made without a form, checked without a file, and started', async () => {
    const body = {
      ...{ channel: CAMPAIGN_CHANNEL, triggered: true },
      variants: [{ template: 'cart', language: 'es_MX' }],
    };
    expect(await api.send(R.create, { body })).toMatchObject({
      ...{ status: 201, body: { upload: null, campaign: { triggered: true } } },
    });
    expect(await api.send(R.check)).toMatchObject({ status: 202 });
    const found = await api.deps.campaigns.get(CAMPAIGN, signal);
    if (found === undefined) throw new Error('no campaign');
    const ready = { ...found.campaign, state: 'ready', check: { ...checkOf(), etag: '' } } as const;
    await api.deps.campaigns.update(found, ready, signal);
    expect(await api.send(R.start)).toMatchObject({ status: 200, body: { state: 'running' } });
  });
});

function checkOf() {
  const { check } = aTriggered();
  if (check === undefined) throw new Error('no check');
  return check;
}

function awayError() {
  return new AwsRequestError('dynamodb', 'InternalServerError');
}
