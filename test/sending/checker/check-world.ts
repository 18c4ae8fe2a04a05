import { gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { moved } from '../../../lambda/campaigns/campaign.ts';
import { campaignTable } from '../../../lambda/campaigns/campaign-table.ts';
import { type Cursor, readCursor } from '../../../lambda/campaigns/cursor.ts';
import {
  type PartLine,
  partKey,
  readPartLine,
  refusalsKey,
  uploadKey,
} from '../../../lambda/campaigns/part.ts';
import { readReport } from '../../../lambda/campaigns/report-json.ts';
import { httpsAsk } from '../../../lambda/channels/https-ask.ts';
import { type CheckDeps, checkCampaign } from '../../../lambda/sending/checker/check-campaign.ts';
import { findingsTable } from '../../../lambda/sending/checker/findings-table.ts';
import { optOutsReader } from '../../../lambda/sending/checker/opt-outs-table.ts';
import { growingTexts } from '../../../lambda/sending/checker/s3-growing-texts.ts';
import { s3Upload } from '../../../lambda/sending/checker/s3-upload.ts';
import { s3SdkClient } from '../../../lambda/shared/aws/s3-client.ts';
import { CURSOR_PREFIX, campaignPartition, REPORT_SORT_KEY } from '../../../lambda/table/keys.ts';
import { BUSINESS, NUMBERS } from '../../../local/whatsapp/business.ts';
import { serveWhatsApp } from '../../../local/whatsapp/serve-whatsapp.ts';
import { awsService } from '../../support/aws-service.ts';
import { aCampaign, CAMPAIGN_ID } from '../../support/campaigns.ts';
import { aChannel } from '../../support/channels.ts';
import type { EventTableEmulator } from '../../support/event-table-emulator.ts';
import type { ObjectEmulator } from '../../support/object-emulator.ts';

export const BUCKET = 'campaigns';
export const CHECK = 'chk_1';
const TOKEN = 'meta-token';
const NOW = Date.parse('2026-12-01T09:00:00Z');

type Changes = Parameters<typeof aCampaign>[0];

/** A campaign whose check is asked for, with table, objects and provider as they are when the stack runs here. */
export async function aCheckWorld(emulator: EventTableEmulator, objects: ObjectEmulator) {
  const { signal } = new AbortController();
  const { dynamodb, tableName } = emulator;
  const whatsapp = await serveWhatsApp({ tokens: { meta: TOKEN, wasender: 'w' } });
  const s3 = s3SdkClient(awsService('s3', objects.url), { attempts: 1, timeoutMs: 5000 });
  const campaigns = campaignTable(dynamodb, tableName);
  const channel = aChannel({ id: NUMBERS[0]?.id ?? '', accountId: BUSINESS.account });
  const aliases = new Map<string, readonly string[]>();
  const asked: string[] = [];
  let runs = 0;
  const deps: CheckDeps = {
    campaigns,
    findings: findingsTable(dynamodb, tableName),
    readChannel: async () => channel,
    askBy: async () => httpsAsk(whatsapp.urls.meta, TOKEN, signal),
    openUpload: s3Upload(s3, BUCKET),
    optedOut: optOutsReader(dynamodb, tableName, 7),
    aliasesOf: async (_, userId) => {
      asked.push(userId);
      return aliases.get(userId) ?? [];
    },
    newTexts: () => growingTexts(s3, BUCKET),
    newId: () => {
      runs += 1;
      return String(runs);
    },
    ...{ seed: 7, campaignDays: 30, now: () => NOW, count: () => undefined },
  };

  return {
    ...{ deps, campaigns, signal, channel, aliases, asked, whatsapp },
    /** Puts the campaign and its file, as whoever asks for a check does. */
    ask: async (file: string | Buffer | undefined, changes: Changes = {}) => {
      const draft = aCampaign({ channel: channel.id, ...changes });
      const change = { at: NOW, state: 'checking', by: 'role/marketing' } as const;
      const checking = { ...moved(draft, change), checking: CHECK };
      expect(await campaigns.add(checking, signal)).toBe(true);
      const key = `${BUCKET}/${uploadKey(CAMPAIGN_ID)}`;
      if (file === undefined) await objects.remove(key);
      else await objects.put(key, gzipSync(file));
    },
    check: (changes: Partial<CheckDeps> = {}, check = CHECK) =>
      checkCampaign({ campaign: CAMPAIGN_ID, check }, signal, { ...deps, ...changes }),
    campaign: async () => (await campaigns.get(CAMPAIGN_ID, signal))?.campaign,
    /** What the check left in the table. */
    findings: async () => {
      const rows = await emulator.rows();
      const ours = rows.filter(({ pk }) => pk?.S === campaignPartition(CAMPAIGN_ID));
      const report = ours.find(({ sk }) => sk?.S === REPORT_SORT_KEY)?.report?.S;
      return {
        report: report === undefined ? undefined : readReport(report),
        cursors: ours
          .filter(({ sk }) => sk?.S?.startsWith(CURSOR_PREFIX))
          .map(({ cursor }): Cursor => readCursor(cursor?.S ?? '')),
      };
    },
    /** Lines of a part. */
    lines: async (check: string, zone: string, track = 0) => {
      const part = await objects.get(`${BUCKET}/${partKey(CAMPAIGN_ID, check, zone, track)}`);
      const lines = part?.toString().split('\n').slice(0, -1) ?? [];
      return { bytes: part?.length, lines: lines.map(readPartLine).filter(isThere) };
    },
    refusals: async (check: string) =>
      (await objects.get(`${BUCKET}/${refusalsKey(CAMPAIGN_ID, check)}`))?.toString(),
    close: () => whatsapp.close(),
  };
}

function isThere(line: PartLine | undefined): line is PartLine {
  return line !== undefined;
}
