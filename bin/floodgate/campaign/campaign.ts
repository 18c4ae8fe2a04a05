import { outgoingAnswer } from '../../../lambda/reading/schemas.ts';
import {
  type CampaignAnswer,
  campaignAnswer,
  campaignShown,
  campaignsAnswer,
} from '../../../lambda/sending/campaigns/schemas.ts';
import { drawOutgoing } from '../message/draw.ts';
import { type ApiRequest, openApi } from '../stack/api-client.ts';
import type { Surroundings } from '../terminal/command.ts';
import { checkAgain, createCampaign } from './create-campaign.ts';
import { drawCampaign, drawCampaigns } from './draw.ts';
import { exportRecipients, writeFrom } from './export-recipients.ts';
import { type Action, type CampaignTyped, readCampaignOptions } from './options.ts';
import { addRecipient, removeRecipient, showRecipient } from './recipients.ts';
import { retryFailed } from './retry-failed.ts';
import { watchCampaign } from './watch-campaign.ts';
import { ALL, pathOf, readCampaign, type Work } from './work.ts';

export async function campaign(typed: CampaignTyped, surroundings: Surroundings): Promise<number> {
  const options = readCampaignOptions(typed);
  const { stdout, stderr } = surroundings;
  const api = await openApi(options.choice, surroundings);
  return await actions[options.action]({ api, options, stdout, stderr });
}

const actions: Readonly<Record<Action, (work: Work) => Promise<number>>> = {
  create: createCampaign,
  check: checkAgain,
  test: async (work) => {
    const { api, options, stdout } = work;
    const request = {
      method: 'POST',
      path: pathOf(options.id, '/test'),
      body: { to: options.to },
    } as const;
    const sent = await api.call(request, outgoingAnswer);
    stdout.write(options.isJson ? `${JSON.stringify(sent)}\n` : drawOutgoing(sent, stdout));
    return 0;
  },
  start: async (work) => await moved(work, 'start'),
  pause: async (work) => await moved(work, 'pause'),
  resume: async (work) => await moved(work, 'resume'),
  cancel: async (work) => await moved(work, 'cancel'),
  change: async (work) => {
    const { id, wishes } = work.options;
    return await changed(work, { method: 'PATCH', path: pathOf(id), body: wishes });
  },
  add: addRecipient,
  remove: removeRecipient,
  recipient: showRecipient,
  watch: async (work) => await watchCampaign(work, work.options.id),
  show: async (work) => {
    const { api, options, stdout } = work;
    const shown = await readCampaign(api, options.id);
    stdout.write(options.isJson ? `${JSON.stringify(shown)}\n` : drawCampaign(shown, stdout));
    return 0;
  },
  list: async ({ api, options, stdout }) => {
    const json = await api.call({ method: 'GET', path: ALL }, campaignsAnswer);
    stdout.write(options.isJson ? `${JSON.stringify(json)}\n` : drawCampaigns(json, stdout));
    return 0;
  },
  'retry-failed': retryFailed,
  export: exportRecipients,
  refusals: async ({ api, options, stdout }) => {
    const { refusals } = await api.call({ method: 'GET', path: pathOf(options.id) }, campaignShown);
    if (options.isJson) stdout.write(`${JSON.stringify({ refusals })}\n`);
    else if (refusals !== null) await writeFrom(refusals, stdout);
    return 0;
  },
};

async function moved(work: Work, action: 'start' | 'pause' | 'resume' | 'cancel'): Promise<number> {
  const { id, because } = work.options;
  const path = pathOf(id, `/${action}`);
  return await changed(work, {
    ...{ method: 'POST', path },
    ...(because !== undefined && { body: { because } }),
  });
}

async function changed(work: Work, request: ApiRequest): Promise<number> {
  const { api, options, stdout } = work;
  const one = await api.call(request, campaignAnswer);
  if (options.isWatched) return await watchCampaign(work, options.id);
  stdout.write(options.isJson ? `${JSON.stringify(one)}\n` : sentence(one));
  return 0;
}

function sentence({ name, state, because, startAt, timeZone }: CampaignAnswer): string {
  const when = state === 'scheduled' ? ` for ${startAt}, ${timeZone}` : '';
  const why = because === null ? '' : ` (${because})`;
  return `${name} is ${state}${when}${why}.\n`;
}
