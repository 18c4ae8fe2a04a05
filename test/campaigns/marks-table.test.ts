import { describe, expect, test } from 'vitest';
import type { CampaignMark } from '../../lambda/campaigns/campaign-mark.ts';
import { readMarkOf, writeMark } from '../../lambda/campaigns/campaign-mark.ts';
import { markIn, marksTable } from '../../lambda/campaigns/marks-table.ts';
import { AwsRequestError } from '../../lambda/shared/aws/request.ts';
import { ATTRIBUTES as A } from '../../lambda/table/keys.ts';
import { toItem } from '../../lambda/table/stored-rows.ts';
import { anEventTable } from '../support/an-event-table.ts';
import { CAMPAIGN, CAMPAIGN_CHANNEL } from '../support/campaign-rows.ts';
import { refusing } from '../support/refusing-table.ts';

const table = await anEventTable();
const { signal } = new AbortController();
const LANE = { channel: CAMPAIGN_CHANNEL, lane: 2 };
const MARK: CampaignMark = { id: CAMPAIGN, start: 5, dueAt: 1_800_000_000_000 };
const options = {
  tableName: table.tableName,
  expiresAt: (channel: string) => (channel === CAMPAIGN_CHANNEL ? 1_900_000_000 : 1),
};
const marks = marksTable(table.dynamodb, options);
const stored = async () => (await table.rows()).map((row) => markIn(toItem(row)));

describe('the mark of a campaign in a lane', () => {
  test('is read as it was put, however often, and goes when its channel’s rows do', async () => {
    await marks.put(LANE, MARK, signal);
    await marks.put(LANE, MARK, signal);

    expect(await stored()).toEqual([MARK]);
    expect(await table.rows()).toMatchObject([{ [A.expiresAt]: { N: '1900000000' } }]);
  });

  test('is of one lane and one campaign', async () => {
    await marks.put(LANE, MARK, signal);
    await marks.put({ ...LANE, lane: 3 }, MARK, signal);
    await marks.put(LANE, { ...MARK, id: 'cmp_other' }, signal);
    await marks.remove(LANE, MARK, signal);

    expect(await stored()).toHaveLength(2);
    expect(await stored()).toContainEqual({ ...MARK, id: 'cmp_other' });
  });

  test('is left by who removes that of an earlier start, and by who removes it once more', async () => {
    await marks.put(LANE, { ...MARK, start: 7 }, signal);
    await marks.remove(LANE, MARK, signal);
    expect(await stored()).toEqual([{ ...MARK, start: 7 }]);
    await marks.remove(LANE, { ...MARK, start: 7 }, signal);
    await marks.remove(LANE, { ...MARK, start: 7 }, signal);

    expect(await stored()).toEqual([]);
  });

  test('is not said to be removed where the table did not answer', async () => {
    const away = marksTable(refusing('ECONNRESET'), options);

    await expect(away.remove(LANE, MARK, signal)).rejects.toThrow(AwsRequestError);
  });

  test('is none in the row of a message', () => {
    expect(markIn(toItem({ pk: { S: 'outbox' }, sk: { S: 'reply#1#a' } }))).toBeUndefined();
  });
});

describe('a mark that is kept', () => {
  test('is read as it was written', () => {
    const { dueAt: _, ...kept } = MARK;

    expect(readMarkOf(writeMark(MARK))).toEqual(kept);
  });

  test.each([
    ['{"v":1,"id":7}', 'no mark of a campaign, by id, start'],
    ['{"v":1,"id":"a","start":1.5}', 'no mark of a campaign, by start'],
    ['{"v":9,"id":"a","start":1}', 'mark of a campaign of version 9, but 1 is known'],
    ['secret words', '12 characters that are no JSON of a mark of a campaign'],
  ])('is none in %s', (text, message) => {
    expect(() => readMarkOf(text)).toThrow(message);
  });
});
