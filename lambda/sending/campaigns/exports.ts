import { type Answered, refusal } from '../../answers/json-answer.ts';
import { exportIdOf, readExportId } from '../../campaigns/export-id.ts';
import type { ExportFormat } from '../../campaigns/export-line.ts';
import type { RequestExport } from '../sqs-checks.ts';
import { answerOf, type EditDeps } from './edit-campaign.ts';
import type { ExportAnswer } from './schemas.ts';

export interface ExportsDeps extends Pick<EditDeps, 'campaigns'> {
  readonly requestExport: RequestExport;
  /** A random name. */
  readonly newExportName: () => string;
  /** A link to an export; undefined while it is not there. */
  readonly exportLink: (
    campaign: string,
    id: string,
    format: ExportFormat,
    signal: AbortSignal,
  ) => Promise<string | undefined>;
}

/** Has what became of every recipient written to a file. The answer comes before the file. */
export async function startExport(
  campaign: string,
  format: ExportFormat,
  deps: ExportsDeps,
  signal: AbortSignal,
): Promise<Answered> {
  return await answerOf(campaign, deps, signal, async ({ check, state }) => {
    if (check === undefined) {
      return refusal('conflict', `campaign ${campaign} is ${state}: nobody is in it yet`);
    }
    const id = exportIdOf({ name: deps.newExportName(), format });
    await deps.requestExport(campaign, id, signal);
    const body: ExportAnswer = { id, format, url: null };
    return { status: 202, body };
  });
}

export async function showExport(
  campaign: string,
  id: string,
  deps: ExportsDeps,
  signal: AbortSignal,
): Promise<Answered> {
  return await answerOf(campaign, deps, signal, async () => {
    const asked = readExportId(id);
    if (asked === undefined) return refusal('not_found', `there is no export ${id}`);
    const { format } = asked;
    const url = (await deps.exportLink(campaign, id, format, signal)) ?? null;
    const body: ExportAnswer = { id, format, url };
    return { status: 200, body };
  });
}
