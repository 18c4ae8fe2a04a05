import { beforeEach, describe, expect, test } from 'vitest';
import type { Campaign } from '../../lambda/campaigns/campaign.ts';
import { campaignTable } from '../../lambda/campaigns/campaign-table.ts';
import { type StopDeps, stopCampaigns } from '../../lambda/campaigns/stop-campaigns.ts';
import { mayStop, stoppingNews } from '../../lambda/campaigns/stopping-news.ts';
import { aCampaign } from '../support/a-campaign.ts';
import { anEventTable } from '../support/an-event-table.ts';
import { CAMPAIGN, CAMPAIGN_CHANNEL } from '../support/campaign-rows.ts';
import { aChannel } from '../support/channels.ts';
import { routed } from '../support/deliveries.ts';
import { ACCOUNT, metaChanges, only, RECEIVED_AT, splitMeta } from '../support/webhooks.ts';

const { signal } = new AbortController();
const emulator = await anEventTable();
const campaigns = campaignTable(emulator.dynamodb, emulator.tableName);
const template = {
  message_template_name: 'spring_sale',
  message_template_language: 'es_MX',
};
const display_phone_number = '15550783881';
let lines: string[];

beforeEach(async () => {
  lines = [];
  await campaigns.add(aCampaign(), signal);
});

const told = (field: string, value: object) => only(splitMeta(metaChanges({ field, value })));

async function hear(field: string, value: object, overrides: Partial<StopDeps> = {}) {
  const channel = aChannel({
    id: CAMPAIGN_CHANNEL,
    accountId: ACCOUNT,
    displayPhoneNumber: display_phone_number,
  });
  const event = told(field, value);
  expect(mayStop(event)).toBe(true);
  await stopCampaigns(event, signal, {
    campaigns,
    channels: {
      list: async () => ({ channels: [{ id: channel.id, channel, revision: 1 }], unreadable: [] }),
    },
    now: () => RECEIVED_AT,
    count: (metric) => void lines.push(metric),
    warn: (message, { because }) => void lines.push(`${message}: ${because}`),
    ...overrides,
  });
  return (await campaigns.get(CAMPAIGN, signal))?.campaign;
}

/** A campaign in the place of the one that is there. */
async function change(overrides: Partial<Campaign>): Promise<void> {
  const stored = await campaigns.get(CAMPAIGN, signal);
  if (stored === undefined) throw new Error('no campaign');
  await campaigns.update(stored, aCampaign(overrides), signal);
}

describe('a campaign under way pauses itself', () => {
  test.each([
    ['message_template_status_update', { ...template, event: 'PAUSED' }, 'is PAUSED'],
    ['message_template_status_update', { ...template, event: 'REJECTED' }, 'is REJECTED'],
    ['message_template_status_update', { ...template, event: 'DISABLED' }, 'is DISABLED'],
    [
      'message_template_quality_update',
      { ...template, new_quality_score: 'RED' },
      'the quality RED',
    ],
    [
      'template_category_update',
      { ...template, new_category: 'UTILITY' },
      'is of the category UTILITY',
    ],
    [
      'template_category_update',
      { ...template, new_category: 'MARKETING', correct_category: 'UTILITY' },
      'will be of the category UTILITY',
    ],
    ['phone_number_quality_update', { display_phone_number, event: 'FLAGGED' }, 'fell: FLAGGED'],
  ])('where %s says %j', async (field, value, because) => {
    const campaign = await hear(field, value);

    expect(campaign).toMatchObject({
      ...{ state: 'paused', because: expect.stringContaining(because) },
      changes: [{ at: RECEIVED_AT, state: 'paused', by: 'floodgate' }],
    });
    expect(lines).toEqual([
      'CampaignStoppedItself',
      `Campaign stopped itself: ${campaign?.because}`,
    ]);
  });

  test('where the template of a later step is lost', async () => {
    const step = {
      template: 'reminder',
      language: 'es',
      delayMs: 1,
      condition: 'no_reply',
    } as const;
    await change({ steps: [step], state: 'scheduled' });
    const lost = { message_template_name: 'reminder', message_template_language: 'es' };

    const campaign = await hear('message_template_status_update', { ...lost, event: 'DISABLED' });

    expect(campaign?.because).toBe('template reminder in es is DISABLED');
  });

  test('though a lane writes it meanwhile', async () => {
    let others = 2;
    const update: typeof campaigns.update = async (...args) => {
      others -= 1;
      return others < 0 && (await campaigns.update(...args));
    };
    const raced = { campaigns: { ...campaigns, update } };

    const value = { ...template, event: 'PAUSED' };
    expect((await hear('message_template_status_update', value, raced))?.state).toBe('paused');

    await change({ state: 'running' });
    const never = { campaigns: { ...campaigns, update: async () => false } };
    await expect(hear('message_template_status_update', value, never)).rejects.toThrow('by others');
  });
});

describe('a campaign that is not under way', () => {
  const value = { ...template, event: 'PAUSED' };
  const because = 'template spring_sale in es_MX is PAUSED';

  test('has to be checked again where it was ready', async () => {
    await change({ state: 'ready' });

    expect(await hear('message_template_status_update', value)).toMatchObject({
      ...{ state: 'draft', because },
    });
    expect(lines).toEqual([]);
  });

  test('says what it would go on with where it is paused, once', async () => {
    await change({ state: 'paused' });

    await hear('message_template_status_update', value);
    const campaign = await hear('message_template_status_update', value);
    expect(campaign).toMatchObject({ state: 'paused', because });
    expect(campaign?.changes).toHaveLength(1);
    expect(lines).toEqual([]);
  });
});

describe('a campaign goes on', () => {
  test.each([
    ['message_template_status_update', { ...template, event: 'APPROVED' }],
    [
      'message_template_status_update',
      { ...template, event: 'PAUSED', message_template_language: 'es' },
    ],
    ['message_template_quality_update', { ...template, new_quality_score: 'YELLOW' }],
    ['template_category_update', { ...template, new_category: 'MARKETING' }],
    ['phone_number_quality_update', { display_phone_number, event: 'UNFLAGGED' }],
    ['phone_number_quality_update', { display_phone_number: '1', event: 'FLAGGED' }],
    ['message_template_status_update', {}],
  ])('where %s says %j', async (field, value) => {
    expect((await hear(field, value))?.state).toBe('running');
    expect(lines).toEqual([]);
  });

  test('where another account tells it, or the campaign is not under way', async () => {
    const value = { ...template, event: 'PAUSED' };
    const elsewhere = { channels: { list: async () => ({ channels: [], unreadable: [] }) } };
    expect((await hear('message_template_status_update', value, elsewhere))?.state).toBe('running');

    await change({ state: 'finished' });
    expect((await hear('message_template_status_update', value))?.state).toBe('finished');
  });

  test('where somebody resumed it after that came, and not where it started by itself', async () => {
    const value = { ...template, event: 'PAUSED' };
    const resumed = { at: RECEIVED_AT + 1, state: 'running', by: 'role/shop' } as const;
    await change({ changes: [resumed] });
    expect((await hear('message_template_status_update', value))?.state).toBe('running');

    await change({ changes: [{ ...resumed, by: 'floodgate' }] });
    expect((await hear('message_template_status_update', value))?.state).toBe('paused');
  });
});

test.each([
  ['of a category that is not named', 'template_category_update', template],
  ['of no template', 'message_template_status_update', { event: 'PAUSED' }],
  [
    'of a template that is approved',
    'message_template_status_update',
    { ...template, event: 'APPROVED' },
  ],
  [
    'of a quality that is not red',
    'message_template_quality_update',
    { ...template, new_quality_score: 'YELLOW' },
  ],
])('news %s stop no campaign', async (_, field, value) => {
  expect(await hear(field, value)).toMatchObject({ state: 'running' });
  expect(lines).toEqual([]);
});

test('news whose words lie elsewhere, as they are large, stop no campaign', () => {
  const lost = { ...template, event: 'PAUSED' };
  const {
    payload: _,
    payloadKey: __,
    ...facts
  } = routed(told('message_template_status_update', lost));

  expect(stoppingNews({ ...facts, payload: '{}' })).toBeUndefined();
  expect(stoppingNews({ ...facts, payloadKey: 'payloads/1.json' })).toBeUndefined();
});
