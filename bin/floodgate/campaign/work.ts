import { type CampaignShown, campaignShown } from '../../../lambda/sending/campaigns/schemas.ts';
import type { ApiClient } from '../stack/api-client.ts';
import type { Surroundings } from '../terminal/command.ts';
import type { CampaignOptions } from './options.ts';

export interface Work extends Pick<Surroundings, 'stdout' | 'stderr'> {
  readonly api: ApiClient;
  readonly options: CampaignOptions;
}

export const ALL = '/v1/campaigns';

export function pathOf(id: string, action = ''): string {
  return `${ALL}/${encodeURIComponent(id)}${action}`;
}

export async function readCampaign(api: ApiClient, id: string): Promise<CampaignShown> {
  return await api.call({ method: 'GET', path: pathOf(id) }, campaignShown);
}
