import { UnreadableRow } from '../shared/unreadable-row.ts';
import type { CampaignTable } from './campaign-table.ts';

/** Campaigns as if there were those of one tenant alone. Of a row that cannot be read nobody knows whose it is. */
export function campaignsOfTenant(tenant: string, table: CampaignTable): CampaignTable {
  return {
    ...table,
    get: async (id, signal) => {
      const stored = await table.get(id, signal).catch((error: unknown) => {
        if (error instanceof UnreadableRow) return undefined;
        throw error;
      });
      return stored?.campaign.tenant === tenant ? stored : undefined;
    },
    list: async (signal) => {
      const { campaigns } = await table.list(signal);
      const own = campaigns.filter(({ campaign }) => campaign.tenant === tenant);
      return { campaigns: own, unreadable: [] };
    },
  };
}
