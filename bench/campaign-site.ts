import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';
import { askJson } from './ask-json.ts';
import type { RunningStack } from './local-stack.ts';
import { phoneOf } from './outgoing.ts';
import type { People } from './sending-site.ts';

/** Campaigns of a local stack, as somebody has them by `/v1`. */
export interface CampaignSite {
  /** Puts up a file of people and has it checked. Resolves with the campaign's id once it can be started. */
  readonly prepare: (channel: string, people: People) => Promise<string>;
  /** Resolves with when that was answered, in ms since 1970. */
  readonly move: (id: string, to: 'start' | 'pause' | 'resume') => Promise<number>;
  readonly finished: (id: string) => Promise<void>;
}

const createdSchema = z.object({
  campaign: z.object({ id: z.string() }),
  upload: z.object({ url: z.string(), fields: z.record(z.string(), z.string()) }),
});
const shownSchema = z.object({
  campaign: z.object({ state: z.string(), because: z.nullish(z.string()) }),
});
const VARIANTS = [{ template: 'plain_offer', language: 'en_US' }];
const LOOK_MS = 500;
/** Of a campaign that somebody would wait for. */
const PATIENCE_MS = 10 * 60_000;

export function campaignSite({ url }: Pick<RunningStack, 'url'>): CampaignSite {
  const campaigns = `${url}/v1/campaigns`;

  async function reach(id: string, wanted: string): Promise<void> {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const { campaign } = shownSchema.parse(await askJson('GET', `${campaigns}/${id}`));
      if (campaign.state === wanted) return;
      if (campaign.because != null || Date.now() > until) {
        throw new Error(`a campaign is ${campaign.state}, not ${wanted}: ${campaign.because}`);
      }
      await sleep(LOOK_MS);
    }
  }

  return {
    prepare: async (channel, people) => {
      const draft = { channel, map: { 1: 'name' }, variants: VARIANTS };
      const { campaign, upload } = createdSchema.parse(await askJson('POST', campaigns, draft));
      await putUp(upload, fileOf(people));
      await askJson('POST', `${campaigns}/${campaign.id}/check`);
      await reach(campaign.id, 'ready');
      return campaign.id;
    },
    move: async (id, to) => {
      await askJson('POST', `${campaigns}/${id}/${to}`);
      return Date.now();
    },
    finished: (id) => reach(id, 'finished'),
  };
}

async function putUp(
  { url, fields }: z.output<typeof createdSchema>['upload'],
  file: string,
): Promise<void> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([file]), 'people.csv');
  const answer = await fetch(url, { method: 'POST', body: form });
  if (!answer.ok) throw new Error(`a file was answered ${answer.status} ${await answer.text()}`);
}

function fileOf({ first, count }: People): string {
  const rows = Array.from({ length: count }, (_, n) => `+${phoneOf(first + n)},Ana`);
  return ['phone,name', ...rows].join('\n');
}
