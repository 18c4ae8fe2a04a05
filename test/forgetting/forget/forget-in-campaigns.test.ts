import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { campaignTable } from '../../../lambda/campaigns/campaign-table.ts';
import { addCounts } from '../../../lambda/campaigns/counts.ts';
import { cursorTable } from '../../../lambda/campaigns/cursor-table.ts';
import { countsOfRow } from '../../../lambda/campaigns/figures.ts';
import { writePartLine } from '../../../lambda/campaigns/part.ts';
import { type Triggered, triggeredName } from '../../../lambda/campaigns/triggered.ts';
import { triggeredRows, triggeredTable } from '../../../lambda/campaigns/triggered-table.ts';
import { campaignTurns } from '../../../lambda/forgetting/campaign-turns-table.ts';
import {
  type ForgetInCampaignsDeps,
  forgetInCampaigns,
} from '../../../lambda/forgetting/forget/forget-in-campaigns.ts';
import { forgottenRows } from '../../../lambda/forgetting/forgotten-table.ts';
import { s3CampaignFiles } from '../../../lambda/forgetting/s3-campaign-files.ts';
import { claimTable } from '../../../lambda/sending/claim-table.ts';
import { s3SdkClient } from '../../../lambda/shared/aws/s3-client.ts';
import { readRecipientOf } from '../../../lambda/table/campaign-recipient.ts';
import { toItem } from '../../../lambda/table/stored-rows.ts';
import { aCampaign, aCursor, aPartLine } from '../../support/a-campaign.ts';
import { anEventTable } from '../../support/an-event-table.ts';
import { awsService } from '../../support/aws-service.ts';
import {
  CAMPAIGN,
  CAMPAIGN_CHANNEL,
  campaignMessage,
  campaignRow,
  stateOfRow,
} from '../../support/campaign-rows.ts';
import { type ObjectEmulator, startObjects } from '../../support/object-emulator.ts';
import { aTriggered } from '../../support/triggered.ts';

const { signal } = new AbortController();
const NOW = 1_795_212_070_000;
const emulator = await anEventTable();
const { dynamodb, tableName } = emulator;
const campaigns = campaignTable(dynamodb, tableName);
const cursors = cursorTable(dynamodb, tableName);
let objects: ObjectEmulator;
let now: number;
let slept: number;

beforeEach(async () => {
  objects = await startObjects('campaigns');
  [now, slept] = [NOW, 0];
  await campaigns.add(aCampaign(), signal);
  await cursors.write(CAMPAIGN, aCursor(), 1_900_000_000, signal);
});
afterEach(() => objects[Symbol.asyncDispose]());

const PART = `campaigns/campaigns/${CAMPAIGN}/chk/all/0`;
const EXPORT = `campaigns/campaigns/${CAMPAIGN}/exports/1.csv`;
const nameOf = (row: number) => aPartLine(row).to.name;
const lineOf = (row: number) => `${writePartLine(aPartLine(row))}\n`;
const part = async (key = PART) => (await objects.get(key))?.toString();

const rows = forgottenRows(dynamodb, {
  ...{ tableName, now: () => now },
  deletePayload: () => Promise.reject(new Error('it has no payload')),
  deleteFile: () => Promise.reject(new Error('it has no file')),
});

function forget(names: readonly string[], overrides: Partial<ForgetInCampaignsDeps> = {}) {
  const s3 = s3SdkClient(awsService('s3', objects.url), { attempts: 1, timeoutMs: 5000 });
  return forgetInCampaigns(CAMPAIGN_CHANNEL, new Set(names), signal, {
    ...{ campaigns, cursors, now: () => now },
    files: s3CampaignFiles(s3, 'campaigns'),
    turns: campaignTurns(dynamodb, tableName, () => now),
    ofTriggered: triggeredRows(dynamodb, tableName),
    triggered: triggeredTable(dynamodb, tableName, () => now),
    forgetRow: rows.forgetRow,
    sleep: async (ms) => {
      slept += ms;
      now += ms;
    },
    ...overrides,
  });
}

const claims = () =>
  claimTable(dynamodb, { tableName, now: () => now, expiresAt: () => 1_900_000_000 });
const counted = async () => {
  const rows = (await emulator.rows()).filter(({ sk }) => sk?.S?.startsWith('message#'));
  return addCounts(rows.map((row) => countsOfRow(toItem(row))));
};

describe('somebody whose turn has not come', () => {
  test('has none any more, and what would be said to them is gone, while all others stay where they are', async () => {
    await objects.put(PART, lineOf(1) + lineOf(2) + lineOf(3));

    expect(await forget([nameOf(2), '5210000000000'])).toBe(1);

    const blank = `${' '.repeat(lineOf(2).length - 1)}\n`;
    expect(await part()).toBe(lineOf(1) + blank + lineOf(3));
    expect(await claims().claim(campaignMessage({ row: 2 }), 1, signal)).toBe(false);
    expect(await claims().claim(campaignMessage({ row: 1 }), 1, signal)).toBe(true);
    expect(await counted()).toEqual({ 'state.0.0.cancelled': 1 });
    expect(JSON.stringify(await emulator.rows())).not.toContain(nameOf(2));
    expect(await forget([nameOf(2)])).toBe(0);
  });

  test('is found in a part that takes many reads, at its end too', async () => {
    const many = Array.from({ length: 40_000 }, (_, index) => lineOf(index + 1));
    await objects.put(PART, many.join('').trimEnd());

    expect(await forget([nameOf(1), nameOf(23_456), nameOf(40_000)])).toBe(3);

    const lines = ((await part()) ?? '').split('\n');
    const blank = lines.flatMap((line, index) => (line.trim() === '' ? [index + 1] : []));
    expect(blank).toEqual([1, 23_456, 40_000]);
    expect(lines.map(({ length }) => length)).toEqual(many.map((line) => line.trimEnd().length));
  });

  test('gets no step of it any more', async () => {
    const line = `${writePartLine({ ...aPartLine(2), step: 1 })}\n`;
    await objects.put(PART.replace('/chk/', '/chk.1/'), line);
    await cursors.write(CAMPAIGN, aCursor({ round: 1 }), 1_900_000_000, signal);

    expect(await forget([nameOf(2)])).toBe(1);

    expect((await part(PART.replace('/chk/', '/chk.1/')))?.trim()).toBe('');
    expect(await claims().claim(campaignMessage({ row: 2, step: 1 }), 1, signal)).toBe(false);
    expect(await counted()).toEqual({ 'state.0.1.cancelled': 1 });
  });

  test('is offered nothing again either, whatever a lane knows of them', async () => {
    const failed = stateOfRow('failed', { attempt: { N: '2' }, errorClass: { S: 'transient' } });
    const row = campaignRow({ row: 2 }, failed);
    await dynamodb('PutItem', { TableName: tableName, Item: row }, signal);
    const again = { times: 1, after: 2, from: 'refused', told: [] } as const;
    const line = `${writePartLine({ ...aPartLine(2), again })}\n`;
    await objects.put(PART.replace('/chk/', '/chk.1/'), line);
    await cursors.write(CAMPAIGN, aCursor({ round: 1 }), 1_900_000_000, signal);

    await forget([nameOf(2)]);

    expect((await part(PART.replace('/chk/', '/chk.1/')))?.trim()).toBe('');
    const recipient = { ...readRecipientOf(row['recipient']?.S ?? ''), again };
    const offered = { ...campaignMessage({ row: 2 }), recipient };
    expect(await claims().claim(offered, 3, signal)).toBe(false);
    expect(await counted()).toEqual({ 'state.0.0.failed': 1, 'failed.transient.': 1 });
  });

  test('is in no export any more', async () => {
    await objects.put(PART, lineOf(1));
    await objects.put(EXPORT, 'theirs');

    await forget([nameOf(2)]);
    expect(await part(EXPORT)).toBe('theirs');
    await forget([nameOf(1)]);
    expect(await part(EXPORT)).toBeUndefined();
  });

  test('is forgotten with whoever is forgotten at the same moment', async () => {
    await objects.put(PART, lineOf(1) + lineOf(2));

    await Promise.all([forget([nameOf(1)]), forget([nameOf(2)])]);

    expect((await part())?.trim()).toBe('');
  });
});

describe('somebody for whom another round is looked for meanwhile', () => {
  const NEXT = PART.replace('/chk/', '/chk.1/');
  const stored = async () => {
    const found = await campaigns.get(CAMPAIGN, signal);
    if (found === undefined) throw new Error('no campaign');
    return found;
  };
  /** As a search does that has read the part of the first round: other lines are before theirs now. */
  const putRound = async (...rows: readonly number[]) => {
    await objects.put(NEXT, rows.map(lineOf).join(''));
    await cursors.write(CAMPAIGN, aCursor({ round: 1 }), 1_900_000_000, signal);
  };

  test('is in no part that is written after theirs was looked for', async () => {
    await objects.put(PART, lineOf(1) + lineOf(2));
    const read: ForgetInCampaignsDeps['cursors']['read'] = async (...query) => {
      const found = await cursors.read(...query);
      if (found.length === 1) await putRound(1, 2);
      return found;
    };

    expect(await forget([nameOf(2)], { cursors: { read } })).toBe(1);

    expect((await part(NEXT))?.trim()).toBe(lineOf(1).trim());
  });

  test('has a search come to nothing that has read the parts before, and whose own come after', async () => {
    await objects.put(PART, lineOf(1));
    const before = await stored();

    await forget([nameOf(1)]);

    const stepsBegun = { ...before.campaign, stepsBegun: 1 };
    expect(await campaigns.update(before, stepsBegun, signal)).toBe(false);
    expect((await stored()).campaign).toMatchObject({ forgotAt: NOW });
  });

  test('is taken out of a part that another search put in the place of one', async () => {
    await objects.put(PART, lineOf(9));
    await putRound(1, 2);
    const s3 = s3CampaignFiles(
      s3SdkClient(awsService('s3', objects.url), { attempts: 1, timeoutMs: 5000 }),
      'campaigns',
    );
    let searches = 0;
    const blank: typeof s3.blank = async (...lines) => {
      searches += 1;
      if (searches === 1) await objects.put(NEXT, lineOf(10_000) + lineOf(2) + lineOf(3));
      await s3.blank(...lines);
    };

    await forget([nameOf(2)], { files: { ...s3, blank } });

    const lines = ((await part(NEXT)) ?? '').split('\n');
    expect(lines.map((line) => line.trim())).toEqual([
      lineOf(10_000).trim(),
      '',
      lineOf(3).trim(),
      '',
    ]);
    expect(searches).toBe(2);
  });
});

test('a campaign of which nobody was forgotten is left as it is', async () => {
  await objects.put(PART, lineOf(1));
  await forget([nameOf(2)]);

  expect((await campaigns.get(CAMPAIGN, signal))?.revision).toBe(1);
});

describe('somebody to whom a lane is sending', () => {
  test('is waited for, until it says what became of it', async () => {
    await objects.put(PART, lineOf(1));
    const Item = campaignRow({ row: 1 }, stateOfRow('sending', { claimedAt: { N: String(NOW) } }));
    await dynamodb('PutItem', { TableName: tableName, Item }, signal);
    const sent = campaignRow({ row: 1 }, stateOfRow('sent'));

    const taken = await forget([nameOf(1)], {
      sleep: async (ms) => {
        slept += ms;
        if (slept >= 500) await dynamodb('PutItem', { TableName: tableName, Item: sent }, signal);
      },
    });

    expect({ taken, slept }).toEqual({ taken: 0, slept: 500 });
    expect((await part())?.trim()).toBe('');
  });

  test('is not waited for where that is no more', async () => {
    await objects.put(PART, lineOf(1));
    const claimedAt = { N: String(NOW - 60_000) };
    const Item = campaignRow({ row: 1 }, stateOfRow('sending', { claimedAt }));
    await dynamodb('PutItem', { TableName: tableName, Item }, signal);

    await forget([nameOf(1)]);

    expect(slept).toBe(0);
  });
});

test('campaigns of other channels, without a check, or whose files are gone, are left alone', async () => {
  await objects.put(PART, lineOf(1));
  const ids = ['b', 'c'].map((letter) => `cmp_${letter.repeat(22)}`);
  const [other = '', draft = ''] = ids;
  await campaigns.add(aCampaign({ id: other, channel: 'other' }), signal);
  await cursors.write(other, aCursor(), 1_900_000_000, signal);
  const { check: _, ...unchecked } = aCampaign({ id: draft, state: 'draft' });
  await campaigns.add(unchecked, signal);
  const theirs = PART.replace(CAMPAIGN, other);
  await objects.put(theirs, lineOf(1));
  await cursors.write(CAMPAIGN, aCursor({ zone: 'MX' }), 1_900_000_000, signal);

  expect(await forget([nameOf(1)])).toBe(1);

  expect(await part(theirs)).toBe(lineOf(1));
});

describe('somebody of a triggered campaign', () => {
  const triggered = triggeredTable(dynamodb, tableName, () => now);
  const keyed = (key: string) => triggeredName(CAMPAIGN, key);
  const read = (key: string) => triggered.read(CAMPAIGN, keyed(key), signal);
  const due = () => triggered.due(CAMPAIGN, 0, 100, signal);

  beforeEach(async () => {
    const stored = await campaigns.get(CAMPAIGN, signal);
    if (stored === undefined) throw new Error('no campaign');
    await campaigns.update(stored, aTriggered(), signal);
  });

  async function putIn(key: string, row: number, others: Partial<Triggered> = {}) {
    const who: Triggered = {
      ...{ key, bodyHash: 'h', track: 0, line: aPartLine(row), createdAt: 1, step: 0, dueAt: NOW },
      ...others,
    };
    await triggered.add(CAMPAIGN, keyed(key), who, 1_900_000_000, signal);
    await triggered.putDue(CAMPAIGN, 0, { name: keyed(key), dueAt: NOW }, 1_900_000_000, signal);
  }

  test('waits no more, and what would be said to them is gone, under each of their keys', async () => {
    await putIn('a', 1);
    await putIn('b', 1, { step: 1, line: { ...aPartLine(1), row: 2 } });
    await putIn('c', 3);
    await objects.put(EXPORT, 'theirs');

    expect(await forget([nameOf(1)])).toBe(2);

    expect(await read('a')).toBe('forgotten');
    expect(await read('b')).toBe('forgotten');
    expect(await read('c')).toMatchObject({ key: 'c', step: 0 });
    expect(await due()).toEqual([{ name: keyed('c'), dueAt: NOW }]);
    expect(await objects.get(EXPORT)).toBeUndefined();
    const text = JSON.stringify(await emulator.rows());
    expect(text).not.toContain(nameOf(1));
    expect(text).toContain(nameOf(3));
    expect(
      await claims().claim({ channel: CAMPAIGN_CHANNEL, id: `${CAMPAIGN}.0.1.0` }, 1, signal),
    ).toBe(false);
    expect(
      await claims().claim({ channel: CAMPAIGN_CHANNEL, id: `${CAMPAIGN}.0.2.1` }, 1, signal),
    ).toBe(false);
  });

  test('keeps what they count for', async () => {
    await putIn('a', 1);
    await forget([nameOf(1)]);

    const ours = (await emulator.rows()).filter(({ sk }) => sk?.S?.startsWith('recipient#'));
    expect(addCounts(ours.map((row) => countsOfRow(toItem(row))))).toEqual({
      'ended.0.forgotten': 1,
    });
  });

  test('is brought no further by a lane at that moment', async () => {
    await putIn('a', 1);
    let moves = 0;
    const move: typeof triggered.move = async (id, name, change, until) => {
      moves += 1;
      if (moves > 1) return await triggered.move(id, name, change, until);
      const after = { step: 1, dueAt: NOW + 1 };
      return !(await triggered.move(id, name, { before: change.before, after }, until));
    };

    expect(await forget([nameOf(1)], { triggered: { ...triggered, move } })).toBe(1);

    expect(await read('a')).toBe('forgotten');
    expect(
      await claims().claim({ channel: CAMPAIGN_CHANNEL, id: `${CAMPAIGN}.0.1.1` }, 1, signal),
    ).toBe(false);
  });

  test('is waited for where a message is on its way to them', async () => {
    await putIn('a', 1);
    await claims().claim({ channel: CAMPAIGN_CHANNEL, id: `${CAMPAIGN}.0.1.0` }, 1, signal);

    expect(await forget([nameOf(1)])).toBe(0);

    expect(slept).toBeGreaterThanOrEqual(60_000);
    expect(await read('a')).toBe('forgotten');
  });

  test('is forgotten by the next request where one got no further, and by any once more', async () => {
    await putIn('a', 1);
    const forgetRow = () => Promise.reject(new Error('away'));
    await expect(forget([nameOf(1)], { forgetRow })).rejects.toThrow('away');

    await forget([nameOf(1)]);
    expect(await forget([nameOf(1)])).toBe(0);

    expect(await read('a')).toBe('forgotten');
    expect(await due()).toEqual([]);
  });
});
