import type { CallAws } from '../shared/aws/json-protocol.ts';
import { ATTRIBUTES as A, campaignPartition, REPORT_SORT_KEY } from '../table/keys.ts';
import { rowReader } from '../table/row-reader.ts';
import { textOf } from '../table/stored-rows.ts';
import type { CheckReport } from './report.ts';
import { readReport } from './report-json.ts';

/** What the last check of a campaign found; undefined where there was none. */
export async function readCampaignReport(
  dynamodb: CallAws,
  TableName: string,
  campaign: string,
  signal: AbortSignal,
): Promise<CheckReport | undefined> {
  const read = rowReader(dynamodb, TableName);
  const row = await read({ pk: campaignPartition(campaign), sk: REPORT_SORT_KEY }, signal);
  return row && readReport(textOf(row, A.report));
}
