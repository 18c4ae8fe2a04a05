import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Campaign, Retry } from '../../../lambda/campaigns/campaign.ts';
import { campaignRows } from '../../../lambda/campaigns/campaign-rows-table.ts';
import { cursorTable } from '../../../lambda/campaigns/cursor-table.ts';
import { marksTable } from '../../../lambda/campaigns/marks-table.ts';
import { writePartLine } from '../../../lambda/campaigns/part.ts';
import {
  giveUpRetry,
  type OfferDeps,
  offerAgain,
} from '../../../lambda/sending/checker/offer-again.ts';
import { s3Exports } from '../../../lambda/sending/checker/s3-exports.ts';
import { s3SdkClient } from '../../../lambda/shared/aws/s3-client.ts';
import { recordKeyOf } from '../../../lambda/table/outgoing-keys.ts';
import type { Item } from '../../../lambda/table/stored-rows.ts';
import { aCursor, aPartLine } from '../../support/a-campaign.ts';
import { anEventTable } from '../../support/an-event-table.ts';
import { anObjectStore } from '../../support/an-object-store.ts';
import { awsService } from '../../support/aws-service.ts';
import { campaignRow, stateOfRow, statusOf } from '../../support/campaign-rows.ts';
import { aCampaign, CAMPAIGN_ID } from '../../support/campaigns.ts';
import { aCheckWorld, BUCKET } from './check-world.ts';

const emulator = await anEventTable();
const objects = await anObjectStore(BUCKET);
const { dynamodb, tableName } = emulator;
const cursors = cursorTable(dynamodb, tableName);
const FAR = 2_000_000_000;
const FAILED_AT = 1_795_212_070_000;
const NAME = 'retry_1';
const LANE = 'outbox.900000000000100.0';

let world: Awaited<ReturnType<typeof aCheckWorld>>;
let woken: number[];
beforeEach(async () => {
  world = await aCheckWorld(emulator, objects);
  woken = [];
});
afterEach(() => world.close());

const RETRY: Retry = {
  ...{ number: 1, name: NAME, withUncertain: false, at: 1_795_300_000_000, by: 'role/marketing' },
};

/** A campaign that is finished, of rows 1 to 9 by their states, and what failed is asked for. */
async function finished(rows: readonly (Item | undefined)[], retry: Partial<Retry> = {}) {
  const check = {
    ...({ id: 'chk', at: 1_795_000_000_000, etag: '"1"', category: 'marketing' } as const),
    tracks: 1,
    ...{ recipients: rows.length, refused: 0, cost: { micros: 1, currency: 'USD' } },
    dearestMicros: 30_000,
  };
  const campaign: Campaign = aCampaign({
    ...{ channel: world.channel.id, state: 'finished', check, retry: { ...RETRY, ...retry } },
    variants: [{ template: 'plain_offer', language: 'en_US', share: 1 }],
  });
  await world.campaigns.add(campaign, FAR, world.signal);
  const lines = rows.map((_, index) => `${writePartLine(aPartLine(index + 1))}\n`);
  await objects.put(`${BUCKET}/campaigns/${CAMPAIGN_ID}/chk/all/0`, lines.join(''));
  const done = { lines: rows.length, done: rows.length, isOver: true };
  await cursors.write(CAMPAIGN_ID, aCursor(done), FAR, world.signal);
  for (const [index, attributes] of rows.entries()) {
    if (attributes !== undefined) await putRow(index + 1, attributes);
  }
}

async function putRow(row: number, attributes: Item) {
  const { pk, sk } = recordKeyOf({
    channel: world.channel.id,
    id: `${CAMPAIGN_ID}.0.${row}.0`,
  });
  const Item = { ...campaignRow({}, attributes), pk: { S: pk }, sk: { S: sk } };
  await dynamodb('PutItem', { TableName: tableName, Item }, world.signal);
}

function offer(changes: Partial<OfferDeps> = {}, retry = NAME) {
  const s3 = s3SdkClient(awsService('s3', objects.url), { attempts: 1, timeoutMs: 5000 });
  const deps: OfferDeps = {
    ...world.deps,
    ...campaignRows(dynamodb, tableName),
    readPart: s3Exports(s3, BUCKET).readPart,
    readCursors: (campaign, signal) => cursors.read(campaign, undefined, signal),
    marks: marksTable(dynamodb, { tableName, expiresAt: () => FAR }),
    wake: async ({ lane }) => void woken.push(lane),
    ...changes,
  };
  return offerAgain({ campaign: CAMPAIGN_ID, retry }, world.signal, deps);
}

const SENT = stateOfRow('sent', { attempt: { N: '1' }, wamid: { S: 'w' } });
const REFUSED = stateOfRow('failed', { attempt: { N: '6' }, errorClass: { S: 'transient' } });
const NEVER = stateOfRow('failed', { attempt: { N: '1' }, errorClass: { S: 'recipient' } });
const UNCERTAIN = stateOfRow('uncertain', { attempt: { N: '2' } });
const HAD_ENOUGH = {
  ...SENT,
  ...statusOf('failed', { errors: [{ code: 131_049, title: 'no' }] }),
};

const found = async () => (await world.campaign())?.retry;
const roundsIn = async () => {
  const all = await cursors.read(CAMPAIGN_ID, undefined, world.signal);
  return all
    .filter(({ round = 0 }) => round > 0)
    .toSorted((a, b) => (a.round ?? 0) - (b.round ?? 0));
};
const rowsIn = async (round: number) =>
  (await world.lines(`chk.${round}`, 'all')).lines.map(({ row, again }) => [row, again?.from]);
const marks = async () => (await emulator.rows()).filter(({ pk }) => pk?.S === LANE);

describe('failures that are offered again', () => {
  test('are those that can pass, in parts of a round of their own, and the campaign runs', async () => {
    await finished([SENT, REFUSED, NEVER, UNCERTAIN, HAD_ENOUGH, undefined, REFUSED]);
    await offer();

    expect(await world.campaign()).toMatchObject({ state: 'running', because: 'retry-failed' });
    expect(await found()).toMatchObject({ number: 1, found: { now: 2, later: 1 } });
    expect(await rowsIn(1)).toEqual([
      [2, 'refused'],
      [7, 'refused'],
    ]);
    expect(await rowsIn(2)).toEqual([[5, 'taken']]);
    expect(await roundsIn()).toMatchObject([
      { round: 1, lines: 2, done: 0, isOver: false, notBefore: 0 },
      { round: 2, lines: 1, done: 0, isOver: false, notBefore: FAILED_AT + 86_400_000 },
    ]);
    expect(await marks()).toHaveLength(1);
    expect(woken).toEqual([0]);
  });

  test('are read, and changed by nobody before their turn', async () => {
    await finished([REFUSED, HAD_ENOUGH]);
    const before = (await emulator.rows()).filter(({ sk }) => sk?.S?.startsWith('message#'));
    await offer();

    const after = (await emulator.rows()).filter(({ sk }) => sk?.S?.startsWith('message#'));
    expect(after).toEqual(before);
  });

  test('are also those that are uncertain where somebody wants that', async () => {
    await finished([UNCERTAIN, SENT], { withUncertain: true });
    await offer();

    expect(await rowsIn(1)).toEqual([[1, 'uncertain']]);
  });

  test('are none of who was forgotten', async () => {
    await finished([{ ...REFUSED, forgottenAt: { S: '1' } }, REFUSED]);
    await offer();

    expect(await rowsIn(1)).toEqual([[2, 'refused']]);
  });

  test('leave the campaign finished where there are none', async () => {
    await finished([SENT, NEVER, UNCERTAIN]);
    await offer();

    expect(await world.campaign()).toMatchObject({ state: 'finished' });
    expect(await found()).toMatchObject({ found: { now: 0, later: 0 } });
    expect(await roundsIn()).toEqual([]);
    expect(await marks()).toEqual([]);
  });

  test('are looked for once, however often the request comes', async () => {
    await finished([REFUSED]);
    await offer();
    const { revision = 0 } = (await world.campaigns.get(CAMPAIGN_ID, world.signal)) ?? {};
    await offer();

    expect((await world.campaigns.get(CAMPAIGN_ID, world.signal))?.revision).toBe(revision);
    expect(await marks()).toHaveLength(1);
    // An answer may have been lost before the lanes knew.
    expect(woken).toEqual([0, 0]);
  });

  test('are of no interest any more to whom somebody else has overtaken', async () => {
    await finished([REFUSED]);
    await offer({}, 'retry_0');

    expect(await found()).toEqual(RETRY);
  });

  test('are found anew by a try after one that was cut off', async () => {
    await finished([REFUSED, HAD_ENOUGH]);
    const cut = { get: world.campaigns.get, update: cutAfter(1) };
    await offer({ campaigns: cut });
    expect(await world.campaign()).toMatchObject({ state: 'finished' });

    await putRow(2, { ...HAD_ENOUGH, ...statusOf('delivered') });
    await offer();
    expect(await world.campaign()).toMatchObject({ state: 'running' });
    expect((await roundsIn()).map(({ round }) => round)).toEqual([1]);
  });

  test('of a second retry get rounds of their own', async () => {
    await finished([REFUSED], { number: 2 });
    await offer();

    expect((await roundsIn()).map(({ round }) => round)).toEqual([3]);
    expect(await rowsIn(3)).toEqual([[1, 'refused']]);
  });
});

/** So many changes succeed, and then others were faster. */
function cutAfter(changes: number): OfferDeps['campaigns']['update'] {
  let left = changes;
  return async (...change) => {
    left -= 1;
    return left >= 0 && (await world.campaigns.update(...change));
  };
}

describe('nobody is offered anything', () => {
  const BECAUSE = [
    [
      'the files of its recipients are gone',
      'kept no longer',
      () => objects.remove(`${BUCKET}/campaigns/${CAMPAIGN_ID}/chk/all/0`),
      {},
    ],
    [
      'its channel has no token any more',
      'no token',
      async () => undefined,
      { askBy: async () => undefined },
    ],
  ] as const;
  test.each(BECAUSE)('where %s', async (_, because, before, changes) => {
    await finished([REFUSED]);
    await before();
    await offer(changes);

    expect(await world.campaign()).toMatchObject({ state: 'finished' });
    expect((await found())?.because).toContain(because);
  });

  test('where its template is of another category now, at whose price nobody started it', async () => {
    await finished([REFUSED]);
    const stored = await world.campaigns.get(CAMPAIGN_ID, world.signal);
    if (stored?.campaign.check === undefined) throw new Error('no campaign');
    const check = { ...stored.campaign.check, category: 'utility' } as const;
    await world.campaigns.update(stored, { ...stored.campaign, check }, world.signal);
    await offer();

    expect((await found())?.because).toContain('of the category marketing now');
  });

  test('where it could not be found out in four tries', async () => {
    await finished([REFUSED]);
    const request = { campaign: CAMPAIGN_ID, retry: NAME };
    await giveUpRetry(request, 'the table is away', world.signal, world.deps);

    expect(await found()).toMatchObject({ because: 'the table is away' });
    await offer();
    expect(await world.campaign()).toMatchObject({ state: 'finished' });
  });
});
