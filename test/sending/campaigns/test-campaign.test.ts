import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CAMPAIGN_ROUTES as R } from '../../../lambda/sending/campaigns/routes.ts';
import { aCampaign, aDraft, aPartLine } from '../../support/a-campaign.ts';
import { CAMPAIGN, CAMPAIGN_CHANNEL } from '../../support/campaign-rows.ts';
import { type CampaignsApi, startCampaignsApi } from '../../support/campaigns-api.ts';

const OWN = '+5215550009999';

let api: CampaignsApi;

beforeAll(async () => {
  api = await startCampaignsApi(Date.parse('2027-01-15T08:00:00Z'));
});
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(async () => {
  await api.clear();
  await api.addChannel();
});

const tested = (body: unknown = { to: OWN }) => api.send(R.test, { body });
const named = (name: string) => [[{ type: 'body', parameters: [{ type: 'text', text: name }] }]];
describe('a test of a campaign', () => {
  test('sends to a number of one’s own what its first recipient would get', async () => {
    await api.addCampaign();
    await api.addPart([
      aPartLine(1, { components: named('Ana') }),
      aPartLine(2, { components: named('Juan') }),
    ]);
    const { status, body } = await tested();

    expect(status).toBe(202);
    expect(body).toMatchObject({
      ...{ to: OWN.slice(1), category: 'marketing', class: 'reply', state: 'queued' },
      body: {
        type: 'template',
        template: {
          ...{ name: 'spring_sale', language: { code: 'es_MX' } },
          components: named('Ana')[0],
        },
      },
    });
    expect(api.woken).toEqual([{ channel: CAMPAIGN_CHANNEL, lane: expect.any(Number) }]);
  });

  test('is of the variant of that recipient, in the first part with anybody, and the first line that is anybody’s', async () => {
    const variants = ['a', 'b'].map((template) => ({ template, language: 'es', share: 1 }));
    await api.addCampaign(aCampaign({ variants }));
    await api.addPart([], { zone: 'all', track: 0 });
    await api.addPart([undefined, aPartLine(7, { variant: 1 })], { track: 1 });

    expect(await tested()).toMatchObject({
      status: 202,
      body: { body: { template: { name: 'b' } } },
    });
  });

  test('is sent of a part that is longer than what is read of it', async () => {
    await api.addCampaign();
    const long = named('x'.repeat(1000));
    await api.addPart(
      Array.from({ length: 400 }, (_, row) => aPartLine(row + 1, { components: long })),
    );

    expect(await tested()).toMatchObject({ status: 202 });
  });

  test('is sent to somebody of a later part where all of the first were forgotten', async () => {
    await api.addCampaign();
    await api.addPart([undefined, undefined]);
    await api.addPart([aPartLine(3, { components: named('Eva') })], { track: 1 });

    expect(await tested()).toMatchObject({
      status: 202,
      body: { body: { template: { components: named('Eva')[0] } } },
    });
  });

  test('is refused before its check, which finds who they are', async () => {
    await api.addCampaign(aDraft());

    expect(await tested()).toMatchObject({
      status: 409,
      body: { error: { message: `campaign ${CAMPAIGN} is draft: check it first` } },
    });
  });

  test('is refused where nobody is left in it', async () => {
    await api.addCampaign();
    const nobody = {
      status: 409,
      body: { error: { message: `campaign ${CAMPAIGN} has no recipients any more` } },
    };
    expect(await tested()).toMatchObject(nobody);
    await api.addPart([undefined]);

    expect(await tested()).toMatchObject(nobody);
    expect(api.woken).toEqual([]);
  });

  test('is refused as a single message is, of a number that is none or a channel that is no more', async () => {
    await api.addCampaign();
    await api.addPart([aPartLine(1)]);
    expect(await tested({ to: 'me' })).toMatchObject({ status: 400 });
    await api.emulator.clear();
    await api.addCampaign();
    await api.addPart([aPartLine(1)]);

    expect(await tested()).toMatchObject({
      status: 404,
      body: { error: { message: `there is no channel ${CAMPAIGN_CHANNEL}` } },
    });
  });

  test('takes the number alone', async () => {
    await api.addCampaign();

    expect(await tested({})).toMatchObject({
      status: 400,
      body: { error: { message: 'to is missing' } },
    });
    expect(await tested({ to: OWN, template: 'x' })).toMatchObject({ status: 400 });
  });

  test('is of a campaign that is there', async () => {
    expect(await tested()).toMatchObject({ status: 404 });
  });
});
