import type { Campaign } from '../../../lambda/campaigns/campaign.ts';
import { campaignRows } from '../../../lambda/campaigns/campaign-rows-table.ts';
import type { Cursor } from '../../../lambda/campaigns/cursor.ts';
import { cursorTable } from '../../../lambda/campaigns/cursor-table.ts';
import { marksTable } from '../../../lambda/campaigns/marks-table.ts';
import { writePartLine } from '../../../lambda/campaigns/part.ts';
import type { StepDeps } from '../../../lambda/sending/checker/begin-step.ts';
import type { OfferDeps } from '../../../lambda/sending/checker/offer-again.ts';
import { s3Exports } from '../../../lambda/sending/checker/s3-exports.ts';
import { s3SdkClient } from '../../../lambda/shared/aws/s3-client.ts';
import { outboxPartition } from '../../../lambda/table/keys.ts';
import { recordKeyOf } from '../../../lambda/table/outgoing-keys.ts';
import type { Item } from '../../../lambda/table/stored-rows.ts';
import { aCursor, aPartLine } from '../../support/a-campaign.ts';
import { awsService } from '../../support/aws-service.ts';
import { campaignRow } from '../../support/campaign-rows.ts';
import { aCampaign, CAMPAIGN_ID } from '../../support/campaigns.ts';
import type { EventTableEmulator } from '../../support/event-table-emulator.ts';
import type { ObjectEmulator } from '../../support/object-emulator.ts';
import { aCheckWorld, BUCKET } from './check-world.ts';

const FAR = 2_000_000_000;
export const PART = `${BUCKET}/campaigns/${CAMPAIGN_ID}/chk/all/0`;

/** A campaign that was checked and has been sent, for what begins another round of it. */
export async function aRoundWorld(emulator: EventTableEmulator, objects: ObjectEmulator) {
  const world = await aCheckWorld(emulator, objects);
  const { dynamodb, tableName } = emulator;
  const { signal, channel } = world;
  const cursors = cursorTable(dynamodb, tableName);
  const woken: number[] = [];
  const stopped: string[] = [];
  const s3 = s3SdkClient(awsService('s3', objects.url), { attempts: 1, timeoutMs: 5000 });
  const offering: StepDeps & OfferDeps = {
    ...world.deps,
    ...campaignRows(dynamodb, tableName),
    readPart: s3Exports(s3, BUCKET).readPart,
    readCursors: (campaign) => cursors.read(campaign, undefined, signal),
    marks: marksTable(dynamodb, { tableName, expiresAt: () => FAR }),
    wake: async ({ lane }) => void woken.push(lane),
    stopped: (_, because) => void stopped.push(because),
  };

  async function putRow(row: number, attributes: Item, step = 0): Promise<void> {
    const id = `${CAMPAIGN_ID}.0.${row}.${step}`;
    const { pk, sk } = recordKeyOf({ channel: channel.id, id });
    const Item = { ...campaignRow({}, attributes), pk: { S: pk }, sk: { S: sk } };
    await dynamodb('PutItem', { TableName: tableName, Item }, signal);
  }

  return {
    ...world,
    ...{ offering, woken, stopped, putRow },
    /** Puts it with a recipient for each of the rows, from 1 on; undefined where one has none. */
    put: async (changes: Partial<Campaign>, rows: readonly (Item | undefined)[]) => {
      const check = {
        ...({ id: 'chk', at: 1_795_000_000_000, etag: '"1"', category: 'marketing' } as const),
        tracks: 1,
        ...{ recipients: rows.length, refused: 0, cost: { micros: 1, currency: 'USD' } },
        dearestMicros: 30_000,
      };
      const variants = [{ template: 'plain_offer', language: 'en_US', share: 1 }];
      const campaign = aCampaign({ channel: channel.id, check, variants, ...changes });
      await world.campaigns.add(campaign, signal);
      const lines = rows.map((_, index) => `${writePartLine(aPartLine(index + 1))}\n`);
      await objects.put(PART, lines.join(''));
      const done = { lines: rows.length, done: rows.length, isOver: true };
      await cursors.write(CAMPAIGN_ID, aCursor(done), FAR, signal);
      for (const [index, attributes] of rows.entries()) {
        if (attributes !== undefined) await putRow(index + 1, attributes);
      }
    },
    /** Has its first part be elsewhere. */
    moveTo: async (changes: Partial<Cursor>) => {
      const Key = { pk: { S: `campaign.${CAMPAIGN_ID}` }, sk: { S: 'cursor#0#all' } };
      await dynamodb('DeleteItem', { TableName: tableName, Key }, signal);
      await cursors.write(CAMPAIGN_ID, aCursor(changes), FAR, signal);
    },
    /** Cursors of the rounds after the first. */
    rounds: async () => {
      const all = await cursors.read(CAMPAIGN_ID, undefined, signal);
      return all
        .filter(({ round = 0 }) => round > 0)
        .toSorted((one, other) => (one.round ?? 0) - (other.round ?? 0));
    },
    /** Rows of the recipients of a round, and what they failed as. */
    offersIn: async (round: number) =>
      (await world.lines(`chk.${round}`, 'all')).lines.map(({ row, again }) => [row, again?.from]),
    /** The same, and which step they get. */
    stepsIn: async (round: number) =>
      (await world.lines(`chk.${round}`, 'all')).lines.map(({ row, step }) => [row, step]),
    marks: async () => {
      const lane = outboxPartition(channel.id, 0);
      return (await emulator.rows()).filter(({ pk }) => pk?.S === lane);
    },
  };
}
