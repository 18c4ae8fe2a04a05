import type { CampaignTable } from '../../campaigns/campaign-table.ts';
import { type ExportDeps, exportCampaign } from '../../campaigns/export-campaign.ts';
import { readExportId } from '../../campaigns/export-id.ts';
import type { ExportRequest } from '../check-request.ts';

export interface ExportingDeps {
  readonly exporting: Omit<ExportDeps, 'newName'>;
}

/**
 * Writes the file that somebody waits for. A request that comes again writes it again. Rejects where somebody was
 * forgotten meanwhile, who may be in it: then it is to be written again.
 */
export async function exportAsAsked(
  { campaign: id, export: exportId }: ExportRequest,
  signal: AbortSignal,
  { campaigns, exporting }: ExportingDeps & { readonly campaigns: Pick<CampaignTable, 'get'> },
): Promise<void> {
  const stored = await campaigns.get(id, signal);
  const asked = readExportId(exportId);
  if (stored === undefined || asked === undefined) return;
  const deps = { ...exporting, newName: () => asked.name };
  await exportCampaign(stored.campaign, asked.format, deps, signal);
  const after = await campaigns.get(id, signal);
  if (after?.campaign.forgotAt !== stored.campaign.forgotAt) {
    throw new Error(`somebody was forgotten in campaign ${id} while it was exported`);
  }
}
