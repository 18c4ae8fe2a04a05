import { expect } from 'vitest';
import { type Campaign, moved } from '../../lambda/campaigns/campaign.ts';
import { campaignTable } from '../../lambda/campaigns/campaign-table.ts';
import { partKey, readPartLine, uploadKey } from '../../lambda/campaigns/part.ts';
import { writeCheckRequest } from '../../lambda/sending/check-request.ts';
import { signedFetch } from '../../local/signature/signed-fetch.ts';
import { BUSINESS } from '../../local/whatsapp/business.ts';
import { aCampaign, CAMPAIGN_ID } from '../support/campaigns.ts';
import type { Pipeline } from '../support/pipeline.ts';

/** A number of the stand-in's, with ten lanes. */
const CHANNEL = '900000000000101';
const PHONE = '5215550021001';

const soon = { timeout: 60_000, interval: 100 };
/** Each look is a minute later. */
const slowly = { timeout: 60_000, interval: 2000 };
const never = new AbortController().signal;

const REST = 'Ana,https://cdn.example/a.jpg,tulips';

async function ask(url: string, body: object): Promise<void> {
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  expect([answer.status, await answer.text()]).toEqual([
    answer.ok ? answer.status : 0,
    expect.anything(),
  ]);
}

function tools({ dynamodb, stack }: Pipeline) {
  const table = campaignTable(dynamodb, stack.table);
  const bucket = stack.buckets.find((name) => name.startsWith('campaigns')) ?? '';
  const object = (key: string) => ({ service: 's3', url: stack.aws.s3, path: `/${bucket}/${key}` });
  const change = { at: 1, by: 'role/marketing', state: 'checking' } as const;
  return {
    upload: async (body: string) => {
      const put = { ...object(uploadKey(CAMPAIGN_ID)), method: 'PUT', body } as const;
      expect((await signedFetch(put)).status).toBe(200);
    },
    campaign: async () => (await table.get(CAMPAIGN_ID, never))?.campaign,
    /** As the API does where somebody asks for it. */
    check: async (check: string, changes: Partial<Campaign> = {}) => {
      const stored = await table.get(CAMPAIGN_ID, never);
      const campaign = stored?.campaign ?? aCampaign({ channel: CHANNEL });
      const checking = { ...moved({ ...campaign, ...changes }, change), checking: check };
      if (stored === undefined) await table.add(checking, never);
      else await table.update(stored, checking, never);
      const body = writeCheckRequest({ campaign: CAMPAIGN_ID, check });
      const message = { groupId: CAMPAIGN_ID, deduplicationId: check, body };
      stack.queue('campaignsChecks').send(message, stack.clock.now());
    },
    /** As the API does, whose lanes hear nothing of it. */
    startUnheard: async () => {
      const stored = await table.get(CAMPAIGN_ID, never);
      if (stored === undefined) throw new Error('the campaign is gone');
      const running = moved(stored.campaign, {
        ...change,
        at: stack.clock.now(),
        state: 'running',
      });
      await table.update(stored, running, never);
    },
    lines: async (check: string, zone: string, tracks: number) => {
      const parts = Array.from({ length: tracks }, async (_, track) => {
        const answer = await signedFetch(object(partKey(CAMPAIGN_ID, check, zone, track)));
        return answer.ok ? (await answer.text()).split('\n').slice(0, -1) : [];
      });
      return (await Promise.all(parts)).flat().map(readPartLine);
    },
  };
}

/**
 * What each right of the checker is for: a campaign that is checked without a file, over a fault, and once
 * more. And of the ticker, which tells its lanes where nobody did.
 */
export async function checkCampaigns(pipeline: Pipeline): Promise<void> {
  const { stack, settle } = pipeline;
  const channel = {
    id: CHANNEL,
    provider: 'meta',
    accountId: BUSINESS.account,
    messagesPerSecond: 1000,
  };
  await ask(`${stack.url}/v1/channels`, channel);
  const person = `${stack.whatsapp.url}/stand-in/people/${PHONE}/messages`;
  await ask(person, { provider: 'meta', channel: CHANNEL, text: 'Hello' });
  await settle();
  const { people } = await stack.whatsapp.world();
  const userId = people.get(PHONE)?.userId ?? '';
  expect(userId).not.toBe('');

  const { upload, check, campaign, startUnheard, lines } = tools(pipeline);
  await check('chk_0');
  const because = async () => (await campaign())?.because;
  await expect.poll(because, soon).toBe('nobody put up a file of recipients');
  const names = [userId, PHONE, '5215550021002', '34612345678'];
  await upload(['phone,name,image,path', ...names.map((name) => `${name},${REST}`)].join('\n'));
  const isReturned = () =>
    stack.rights.unused.every(
      ({ functionName, action }) =>
        functionName !== 'CampaignsCheckerFunction' || action !== 'sqs:ChangeMessageVisibility',
    );
  stack.faults.s3 = () => ({ code: 'AccessDenied', status: 403 });
  await check('chk_1', { timeZone: 'recipient' });
  await expect.poll(isReturned, soon).toBe(true);
  stack.faults.s3 = undefined;
  const state = () => {
    stack.clock.advance(61_000);
    return campaign();
  };
  await expect.poll(async () => (await state())?.state, slowly).toBe('ready');

  await check('chk_2', { timeZone: 'Europe/Madrid' });
  await expect.poll(async () => (await campaign())?.state, soon).toBe('ready');
  const found = (await campaign())?.check;
  expect(found).toMatchObject({ recipients: 3, refused: 1, tracks: 10, category: 'marketing' });
  const sent = await lines(found?.id ?? '', 'all', 10);
  expect(sent.map((line) => line?.row).toSorted()).toEqual([2, 4, 5]);

  await startUnheard();
  await expect.poll(async () => (await state())?.state, slowly).toBe('finished');
}
