import { describe, expect, test } from 'vitest';
import { campaignTable } from '../../lambda/campaigns/campaign-table.ts';
import { aCampaign } from '../support/a-campaign.ts';
import { anEventTable } from '../support/an-event-table.ts';

const { signal } = new AbortController();
const emulator = await anEventTable();
const campaigns = campaignTable(emulator.dynamodb, emulator.tableName);
const DAY_SECONDS = 86_400;
const AT = 1_795_000_000_000;
const OWN = aCampaign();

const expiry = async () => {
  const [row] = await emulator.rows();
  return (Number(row?.['expiresAt']?.N) - AT / 1000) / DAY_SECONDS;
};

test('a campaign is kept for more than a year after its last change, however long it waits and runs', async () => {
  const campaign = aCampaign({ updatedAt: AT });
  expect(await campaigns.add(campaign, signal)).toBe(true);
  expect(await expiry()).toBe(400);

  const started = { ...campaign, updatedAt: AT + 90 * DAY_SECONDS * 1000 };
  expect(await campaigns.update({ campaign, revision: 1 }, started, signal)).toBe(true);
  expect(await expiry()).toBe(490);
});

describe('a campaign that is added', () => {
  test('takes the place of no other, and is there where the answer to its write was lost', async () => {
    expect(await campaigns.add(OWN, signal)).toBe(true);
    expect(await campaigns.add({ ...OWN, name: 'Other' }, signal)).toBe(false);
    expect(await campaigns.add(OWN, signal)).toBe(true);
  });

  test('is changed only as it was read', async () => {
    await campaigns.add(OWN, signal);
    const stored = await campaigns.get(OWN.id, signal);
    if (stored === undefined) throw new Error('it is not found');
    const named = (name: string) => campaigns.update(stored, { ...OWN, name }, signal);

    expect([await named('first'), await named('second'), await named('first')]).toEqual([
      ...[true, false, true],
    ]);
    expect(await campaigns.get(OWN.id, signal)).toMatchObject({
      ...{ campaign: { name: 'first' }, revision: 2 },
    });
  });
});
