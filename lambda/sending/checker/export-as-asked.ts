import type { CampaignTable } from '../../campaigns/campaign-table.ts';
import { type ExportDeps, exportCampaign } from '../../campaigns/export-campaign.ts';
import { readExportId } from '../../campaigns/export-id.ts';
import type { ExportRequest } from '../check-request.ts';

export interface ExportingDeps {
  readonly exporting: Omit<ExportDeps, 'newName'>;
}

/** Writes the file that somebody waits for. A request that comes again writes it again. */
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
}
