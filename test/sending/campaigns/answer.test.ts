import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CheckReport } from '../../../lambda/campaigns/report.ts';
import { writeReport } from '../../../lambda/campaigns/report-json.ts';
import { CAMPAIGN_ROUTES as R } from '../../../lambda/sending/campaigns/routes.ts';
import {
  campaignAnswer,
  campaignCreated,
  campaignShown,
  campaignsAnswer,
  uploadForm,
} from '../../../lambda/sending/campaigns/schemas.ts';
import { AwsRequestError } from '../../../lambda/shared/aws/request.ts';
import {
  ATTRIBUTES as A,
  CAMPAIGNS_PARTITION,
  campaignPartition,
  REPORT_SORT_KEY,
} from '../../../lambda/table/keys.ts';
import { numberValue, textValue } from '../../../lambda/table/update-expression.ts';
import { rowKey } from '../../../lambda/table/writes.ts';
import { aCampaign, aDraft, aPartLine } from '../../support/a-campaign.ts';
import { CAMPAIGN, CAMPAIGN_CHANNEL } from '../../support/campaign-rows.ts';
import { type CampaignsApi, startCampaignsApi } from '../../support/campaigns-api.ts';
import { saying } from './manage-world.ts';

const NOW = Date.parse('2027-01-15T08:00:00Z');
const { signal } = new AbortController();

let api: CampaignsApi;

beforeAll(async () => {
  api = await startCampaignsApi(NOW);
});
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(async () => {
  await api.clear();
  await api.addChannel();
});

const put = (item: object) =>
  api.emulator.dynamodb('PutItem', { TableName: api.emulator.tableName, Item: item }, signal);
const putUnreadable = (id: string) =>
  put({
    ...rowKey(CAMPAIGNS_PARTITION, id),
    ...{ [A.config]: textValue('{"v":2}'), [A.revision]: numberValue(1) },
  });

const INPUT = {
  channel: CAMPAIGN_CHANNEL,
  variants: [{ template: 'spring_sale', language: 'es_MX' }],
};
/** Bodies with which each route does something. */
const BODIES: Readonly<Record<string, unknown>> = {
  [R.create]: INPUT,
  [R.change]: { name: 'Summer' },
  [R.test]: { to: '+5215550009999' },
  [R.putIn]: { key: 'cart-1', to: '+5215550009999' },
};
const PATH = { campaign: CAMPAIGN, export: `${'e'.repeat(22)}.csv` };
const OF_ONE = Object.values(R).filter((route) => route.includes('{campaign}'));

describe('the way of a campaign', () => {
  test('is a draft, its file, a check, a start, a pause, and an end, each on record with who did it', async () => {
    const principal = 'role/marketing';
    const made = await api.send(R.create, { principal, body: { ...INPUT, name: 'Spring' } });
    expect(made.status).toBe(201);
    const { campaign, ...others } = campaignCreated.parse(made.body);
    const upload = uploadForm.parse(others.upload);
    expect(campaign).toMatchObject({ id: CAMPAIGN, name: 'Spring', state: 'draft' });
    const form = new FormData();
    for (const [field, value] of Object.entries(upload.fields)) form.set(field, value);
    form.set('file', new Blob(['phone\n5215550001111\n']));
    expect((await fetch(upload.url, { method: 'POST', body: form })).status).toBe(204);

    expect(await api.send(R.check, { principal })).toMatchObject({ status: 202 });
    expect(api.requested).toEqual([`check check of ${CAMPAIGN}`]);
    const checking = await api.campaign();
    const etag = await api.deps.etagOf(CAMPAIGN, signal);
    const { check } = aCampaign();
    if (!checking || !check || !etag) throw new Error('it is not checked');
    const found = { ...checking, state: 'ready', check: { ...check, etag } } as const;
    await api.deps.campaigns.update({ campaign: checking, revision: 2 }, found, signal);

    const acts = [R.change, R.start, R.pause, R.resume, R.cancel];
    for (const route of acts) {
      const body = route === R.change ? { name: 'Summer' } : { because: 'so' };
      const sent = route === R.start ? {} : { body };
      const answered = await api.send(route, { principal, ...sent });
      expect({ route, status: answered.status }).toEqual({ route, status: 200 });
      campaignAnswer.parse(answered.body);
    }
    const shown = campaignShown.parse((await api.send(R.show)).body);

    expect(shown.campaign.name).toBe('Summer');
    expect(shown.campaign.changes).toEqual(
      [
        ['checking', null],
        ['running', null],
        ['paused', 'so'],
        ['running', 'so'],
        ['cancelled', 'so'],
      ].map(([state, because]) => ({
        ...{ at: new Date(NOW).toISOString(), state, by: principal, because },
      })),
    );
    expect(api.woken.length).toBeGreaterThan(0);
  });

  test('has somebody on its record where nobody says who they are', async () => {
    await api.addCampaign();
    await api.send(R.pause);

    expect((await api.campaign())?.changes).toMatchObject([{ by: 'somebody', because: 'user' }]);
  });

  test('goes on with what failed once it has finished', async () => {
    await api.addCampaign(aCampaign({ state: 'finished' }));
    const { status } = await api.send(R.retry, { body: { uncertain: true } });

    expect(status).toBe(202);
    expect((await api.campaign())?.retry).toMatchObject({ withUncertain: true, by: 'somebody' });
    expect(await api.send(R.retry)).toMatchObject({ status: 202, body: { retry: { number: 1 } } });
    expect((await api.campaign())?.retry).toMatchObject({ withUncertain: false });
  });

  test('has another place for its file as long as it takes one', async () => {
    await api.addCampaign(aDraft());

    expect(await api.send(R.upload)).toMatchObject({
      ...{ status: 200, body: { fields: { key: `uploads/${CAMPAIGN}` } } },
    });
  });
});

describe('campaigns that are read', () => {
  test('are all, the newest first, with the ids of those of another release', async () => {
    await api.addCampaign();
    await api.addCampaign(aCampaign({ id: 'cmp_newer', createdAt: NOW }));
    await putUnreadable('cmp_other');
    const { campaigns, unreadable } = campaignsAnswer.parse((await api.send(R.list)).body);

    expect(campaigns.map(({ id }) => id)).toEqual(['cmp_newer', CAMPAIGN]);
    expect(unreadable).toEqual(['cmp_other']);
  });

  test('have no figures and no report before their check', async () => {
    await api.addCampaign(aDraft());
    const { body } = await api.send(R.show);

    expect(campaignShown.parse(body)).toMatchObject({
      ...{ figures: null, report: null, refusals: null, campaign: { check: null } },
    });
  });

  const REPORT: CheckReport = {
    ...{ check: 'chk', at: NOW, faults: [], warnings: [], columns: ['phone'], recipients: 2 },
    ...{ refused: {}, costs: [], cost: { micros: 60_000, currency: 'USD' } },
    ...{ costOfAllSteps: { micros: 60_000, currency: 'USD' }, rates: '2026-10-01', seconds: 1 },
    ...{ zones: [], templates: [{ template: 'spring_sale', language: 'es_MX', id: '7' }] },
  };
  const putReport = (report: CheckReport) =>
    put({
      ...rowKey(campaignPartition(CAMPAIGN), REPORT_SORT_KEY),
      [A.report]: textValue(writeReport(report)),
    });

  test('say how far they are, and what their check found', async () => {
    await api.addCampaign();
    await api.addPart([aPartLine(1), aPartLine(2)], { done: 1, passed: { opted_out: 1 } });
    await putReport(REPORT);
    const { body } = await api.send(R.show);

    expect(campaignShown.parse(body)).toMatchObject({
      figures: { recipients: 2, waiting: 1, passed: { opted_out: 1 } },
      report: { recipients: 2, cost: { amount: 0.06, currency: 'USD' } },
      refusals: null,
    });
    expect(JSON.stringify(body)).not.toContain('templates');
  });

  test('link to whom their check refused, where it refused anybody', async () => {
    await api.addCampaign();
    await putReport({ ...REPORT, refused: { doubled: 3 } });
    const { body } = await api.send(R.show);

    expect(campaignShown.parse(body)).toMatchObject({
      report: { refused: { doubled: 3 } },
      refusals: `https://s3/${CAMPAIGN}/chk/refusals.csv`,
    });
  });

  test('are told of that another release wrote, and not changed', async () => {
    await putUnreadable(CAMPAIGN);
    for (const route of [R.show, R.change, R.start, R.cancel]) {
      expect(await api.send(route, { body: BODIES[route] })).toMatchObject(
        saying(409, `campaign ${CAMPAIGN} was written by another release`),
      );
    }
  });
});

describe('a request that is wrong', () => {
  const variant = { template: 'a', language: 'es' };

  test.each<[string, object, string]>([
    ['no channel', { channel: undefined }, 'channel is missing'],
    ['no template', { variants: [] }, 'variants takes at least 1 entry'],
    [
      'five templates',
      { variants: 'abcde'.split('').map((template) => ({ ...variant, template })) },
      'variants takes at most 4 entries',
    ],
    [
      'a template without a name',
      { variants: [{ language: 'es' }] },
      'variants.0.template is missing',
    ],
    [
      'a language that is none',
      { variants: [{ ...variant, language: 'Spanish!' }] },
      'variants.0.language takes a language such as es_MX',
    ],
    [
      'a share of nobody',
      { variants: [{ ...variant, share: 0 }] },
      'variants.0.share takes more than 0, not 0',
    ],
    [
      'a step without a wait',
      { steps: [{ ...variant, afterHours: 0 }] },
      'steps.0.afterHours takes at least 0.01, not 0',
    ],
    [
      'a step on a condition that is none',
      { steps: [{ ...variant, afterHours: 1, condition: 'clicked' }] },
      'steps.0.condition takes no_reply or read or not_read or delivered, not "clicked"',
    ],
    [
      'a start that is no time',
      { startAt: '2027-01-16 09:00' },
      'startAt takes a time such as 2026-12-01T09:00',
    ],
    ['a start in a 25th hour', { startAt: '2027-01-16T24:00' }, 'startAt takes a time such as'],
    ['quiet hours without an end', { quiet: { from: '21:00' } }, 'quiet.to is missing'],
    [
      'quiet hours that are none',
      { quiet: { from: '21:00', to: '8' } },
      'quiet.to takes a time of day such as 21:00, not "8"',
    ],
    ['no pace', { maxPerSecond: 0 }, 'maxPerSecond takes more than 0, not 0'],
    ['no weight', { weight: 0 }, 'weight takes at least 0.01, not 0'],
    [
      'no budget',
      { budget: { amount: 0, currency: 'USD' } },
      'budget.amount takes more than 0, not 0',
    ],
    [
      'a currency that is none',
      { budget: { amount: 1, currency: 'dollars' } },
      'budget.currency takes a currency such as USD, not "dollars"',
    ],
    [
      'a share above all',
      { stopAbove: { failed: 1.5 } },
      'stopAbove.failed takes at most 1, not 1.5',
    ],
    ['a life of a week', { validHours: 168 }, 'validHours takes at most 144, not 168'],
    ['prices that are a list', { prices: 'free' }, 'prices takes an object, not "free"'],
    ['a member that is none', { recipients: [] }, 'the body knows no recipients'],
  ])('makes no campaign, with %s', async (_, more, message) => {
    const { body, status } = await api.send(R.create, { body: { ...INPUT, ...more } });

    expect({ status, body }).toMatchObject(saying(400, message));
    expect(await api.campaign()).toBeUndefined();
  });

  test.each<[string, string, unknown, string]>([
    ['what cannot be changed', R.change, { variants: [] }, 'the body knows no variants'],
    ['a name that is none', R.change, { name: '' }, 'name takes at least 1 character'],
    ['no change', R.change, undefined, 'the body is no JSON'],
    ['a reason that is none', R.pause, { because: 7 }, 'because takes a text, not 7'],
    ['a reason to go on that is none', R.resume, { because: '' }, 'because takes at least 1'],
    ['no JSON', R.cancel, 'because I say so', 'the body is no JSON'],
    ['who is uncertain', R.retry, { uncertain: 'yes' }, 'uncertain takes true or false, not "yes"'],
    ['a workbook', R.export, { format: 'xlsx' }, 'format takes csv or ndjson, not "xlsx"'],
    ['no number', R.test, {}, 'to is missing'],
  ])('does nothing, with %s', async (_, route, body, message) => {
    await api.addCampaign();

    expect(await api.send(route, { body })).toMatchObject(saying(400, message));
    expect(await api.campaign()).toEqual(aCampaign());
    expect([api.woken, api.requested]).toEqual([[], []]);
  });

  test('is told of a query, which no path has, and of a path that is none', async () => {
    const query = { state: 'running' };

    expect(await api.send(R.list, { query })).toMatchObject(saying(400, 'parameter state'));
    expect(await api.send('DELETE /v1/campaigns/{campaign}')).toMatchObject(
      saying(404, 'no such path'),
    );
  });

  test.each(OF_ONE)('is told that the campaign is not there: %s', async (route) => {
    const path = { ...PATH, campaign: 'cmp_none' };

    expect(await api.send(route, { path, body: BODIES[route] })).toMatchObject(
      saying(404, 'there is no campaign cmp_none'),
    );
  });
});

describe('a caller of one tenant', () => {
  const principal = 'role/acme';

  beforeEach(async () => {
    await api.addCaller(principal, 'acme');
    await api.addCaller('role/operator', '*');
  });

  test.each(OF_ONE)('finds no campaign of another, whatever they ask: %s', async (route) => {
    await api.addCampaign();
    const asked = { principal, path: PATH, body: BODIES[route] };

    expect(await api.send(route, asked)).toMatchObject(
      saying(404, `there is no campaign ${CAMPAIGN}`),
    );
    expect(await api.campaign()).toEqual(aCampaign());
    expect([api.woken, api.requested]).toEqual([[], []]);
  });

  test('is shown their own alone, and none of which nobody knows whose it is', async () => {
    await api.addCampaign();
    await api.addCampaign(aCampaign({ id: 'cmp_own', tenant: 'acme' }));
    await putUnreadable('cmp_other');
    const list = async (who: string) =>
      campaignsAnswer.parse((await api.send(R.list, { principal: who })).body);
    const [own, all] = [await list(principal), await list('role/operator')];

    expect(own.campaigns.map(({ id }) => id)).toEqual(['cmp_own']);
    expect(own.unreadable).toEqual([]);
    expect(all.campaigns).toHaveLength(2);
    expect(all.unreadable).toEqual(['cmp_other']);
    expect(await api.send(R.show, { principal, path: { campaign: 'cmp_other' } })).toMatchObject(
      saying(404, 'there is no campaign cmp_other'),
    );
  });

  test('makes campaigns on channels of their own alone', async () => {
    const refused = await api.send(R.create, { principal, body: INPUT });
    await api.addChannel({ id: 'own', tenant: 'acme' });
    const made = await api.send(R.create, { principal, body: { ...INPUT, channel: 'own' } });

    expect(refused).toMatchObject(saying(404, `there is no channel ${CAMPAIGN_CHANNEL}`));
    expect(made).toMatchObject({ status: 201, body: { campaign: { tenant: 'acme' } } });
  });

  test('sends no test on a channel that is another’s by now', async () => {
    await api.addCampaign(aCampaign({ tenant: 'acme' }));
    await api.addPart([aPartLine(1)]);

    expect(await api.send(R.test, { principal, body: BODIES[R.test] })).toMatchObject(
      saying(404, `there is no channel ${CAMPAIGN_CHANNEL}`),
    );
  });

  test('changes what is their own', async () => {
    await api.addCampaign(aCampaign({ tenant: 'acme' }));

    expect(await api.send(R.pause, { principal })).toMatchObject({ status: 200 });
    expect((await api.campaign())?.changes).toMatchObject([{ state: 'paused', by: principal }]);
  });

  test('is refused where they are of none', async () => {
    await api.addCampaign();
    for (const routeKey of Object.values(R)) {
      const stranger = { principal: 'role/stranger', path: PATH, body: BODIES[routeKey] };
      expect(await api.send(routeKey, stranger)).toMatchObject(
        saying(403, 'role/stranger is of no tenant'),
      );
    }
    expect(await api.campaign()).toEqual(aCampaign());
  });
});

describe('an answer', () => {
  test('is 503 where the table cannot be reached, and nobody is told of anything', async () => {
    await api.addCampaign();
    const away = () =>
      Promise.reject(new AwsRequestError('dynamodb', 'ECONNRESET', { isTransient: true }));
    const campaigns = { ...api.deps.campaigns, get: away, list: away, update: away };
    for (const route of [R.list, R.show, R.pause, R.start]) {
      expect(await api.send(route, {}, { campaigns })).toMatchObject(saying(503, 'try again'));
    }

    expect(api.woken).toEqual([]);
  });

  test('is 202 only once the checker has the request, which the same again mends', async () => {
    await api.addCampaign(aDraft());
    await api.objects.put(`campaigns/uploads/${CAMPAIGN}`, 'phone\n');
    const lost = () => Promise.reject(new AwsRequestError('sqs', 'TimeoutError'));

    expect(await api.send(R.check, {}, { requestCheck: lost })).toMatchObject({ status: 503 });
    expect(await api.send(R.check)).toMatchObject({ status: 202 });
    expect(api.requested).toEqual([`check check of ${CAMPAIGN}`]);
  });

  test('is 500 where something is wrong with us: the log has where, and nothing of what', async () => {
    const readFigures = () => Promise.reject(new TypeError('of 5215550001111'));
    await api.addCampaign();

    expect(await api.send(R.show, {}, { readFigures })).toMatchObject({ status: 500 });
    expect(api.logged).toMatchObject([{ fields: { route: R.show, error: 'TypeError' } }]);
    expect(JSON.stringify(api.logged)).not.toContain('5215550001111');
  });

  test('is kept by nobody on the way', async () => {
    expect((await api.send(R.list)).headers).toMatchObject({ 'cache-control': 'no-store' });
  });
});
