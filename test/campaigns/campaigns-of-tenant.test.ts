import { expect, test } from 'vitest';
import { campaignTable } from '../../lambda/campaigns/campaign-table.ts';
import { campaignsOfTenant } from '../../lambda/campaigns/campaigns-of-tenant.ts';
import { anEventTable } from '../support/an-event-table.ts';
import { aCampaign, CAMPAIGN_ID } from '../support/campaigns.ts';

const { signal } = new AbortController();
const emulator = await anEventTable();
const { dynamodb, tableName } = emulator;
const all = campaignTable(dynamodb, tableName);
const ours = campaignsOfTenant('acme', all);
const THEIRS = `cmp_${'B'.repeat(22)}`;

async function addBoth(): Promise<void> {
  await all.add(aCampaign({ tenant: 'acme' }), signal);
  await all.add(aCampaign({ id: THEIRS, tenant: 'brand' }), signal);
}

/** As a later release writes it. */
async function putUnreadable(id: string): Promise<void> {
  const Item = { pk: { S: 'campaigns' }, sk: { S: id }, config: { S: '{"v":99}' } };
  const stored = { ...Item, revision: { N: '1' } };
  await dynamodb('PutItem', { TableName: tableName, Item: stored }, signal);
}

test('a tenant has its own campaigns, and those of others are not there', async () => {
  await addBoth();

  expect((await ours.get(CAMPAIGN_ID, signal))?.campaign).toMatchObject({ tenant: 'acme' });
  expect(await ours.get(THEIRS, signal)).toBeUndefined();
  const { campaigns } = await ours.list(signal);
  expect(campaigns.map(({ campaign }) => campaign.id)).toEqual([CAMPAIGN_ID]);
});

test('a campaign that cannot be read is nobody’s: not one word of it is told', async () => {
  await putUnreadable(THEIRS);

  await expect(all.get(THEIRS, signal)).rejects.toThrow();
  expect(await ours.get(THEIRS, signal)).toBeUndefined();
  expect(await ours.list(signal)).toEqual({ campaigns: [], unreadable: [] });
  expect((await all.list(signal)).unreadable).toEqual([THEIRS]);
});

test('a table that does not answer is no campaign that is missing', async () => {
  const away = { ...all, get: () => Promise.reject(new Error('table away')) };

  await expect(campaignsOfTenant('acme', away).get(CAMPAIGN_ID, signal)).rejects.toThrow('away');
});
