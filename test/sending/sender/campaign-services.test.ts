import { beforeEach, describe, expect, test } from 'vitest';
import type { Campaign } from '../../../lambda/campaigns/campaign.ts';
import { campaignTable } from '../../../lambda/campaigns/campaign-table.ts';
import type { Cursor } from '../../../lambda/campaigns/cursor.ts';
import { cursorTable } from '../../../lambda/campaigns/cursor-table.ts';
import { countedChange } from '../../../lambda/campaigns/figures.ts';
import { figuresTable } from '../../../lambda/campaigns/figures-table.ts';
import { marksTable } from '../../../lambda/campaigns/marks-table.ts';
import { optOutWriter } from '../../../lambda/campaigns/opt-outs-table.ts';
import { type PartLine, partKeyOf, writePartLine } from '../../../lambda/campaigns/part.ts';
import { channelReader, channelWriter } from '../../../lambda/channels/channel-table.ts';
import type { LaneRow } from '../../../lambda/sending/choice.ts';
import { laneTable } from '../../../lambda/sending/lane-table.ts';
import {
  type CampaignServices,
  campaignServices,
} from '../../../lambda/sending/sender/campaign-services.ts';
import type { CallAws } from '../../../lambda/shared/aws/json-protocol.ts';
import type { Item } from '../../../lambda/table/stored-rows.ts';
import { aCampaign, aCursor, aPartLine } from '../../support/a-campaign.ts';
import { anEventTable } from '../../support/an-event-table.ts';
import {
  CAMPAIGN,
  CAMPAIGN_CHANNEL,
  campaignMessage,
  campaignRow,
  pricing,
  stateOfRow,
  statusOf,
} from '../../support/campaign-rows.ts';
import { aChannel } from '../../support/channels.ts';

const { signal } = new AbortController();
const NOW = 1_800_000_000_000;
const EXPIRES_AT = 1_900_000_000;
const HOUR = Math.floor(NOW / 3_600_000);
const LANE = { channel: CAMPAIGN_CHANNEL, lane: 0 };
const emulator = await anEventTable();
const { dynamodb, tableName } = emulator;
const campaigns = campaignTable(dynamodb, tableName);
const cursors = cursorTable(dynamodb, tableName);
const optOuts = optOutWriter(dynamodb, tableName, () => NOW);
const options = { tableName, now: () => NOW, expiresAt: () => EXPIRES_AT };
const marks = marksTable(dynamodb, options);
const lanes = laneTable(dynamodb, options);

let parts: Map<string, Buffer>;
let stopped: string[];
let begun: string[];

beforeEach(() => {
  parts = new Map();
  stopped = [];
  begun = [];
});

/** Of the table where nobody counts what is asked of it. */
function servicesWith(changes: Partial<CampaignServices> = {}) {
  return campaignServices({
    ...{ dynamodb, tableName, now: () => NOW, expiresAt: () => EXPIRES_AT },
    channels: channelReader(dynamodb, tableName),
    readRange: async (key, offset, bytes) => {
      const part = parts.get(key);
      if (part === undefined)
        throw Object.assign(new Error(`no part ${key}`), { name: 'NoSuchKey' });
      return part.subarray(offset, offset + bytes);
    },
    requestStep: async (id, step) => void begun.push(`${id} ${step}`),
    stopped: (id, because) => void stopped.push(`${id} ${because}`),
    ...changes,
  });
}
const services = servicesWith();

const addCampaign = (campaign: Campaign) => campaigns.add(campaign, signal);
const writeCursor = (id: string, cursor: Cursor) => cursors.write(id, cursor, EXPIRES_AT, signal);
const readCampaign = async () => (await campaigns.get(CAMPAIGN, signal))?.campaign;

/** A campaign under way, with a part of these lines. */
async function underWay(
  lines: readonly PartLine[],
  campaign: Partial<Campaign> = {},
  cursor: Partial<Cursor> = {},
) {
  await addCampaign(aCampaign({ timeZone: 'UTC', ...campaign }));
  const texts = lines.map((line) => `${writePartLine(line)}\n`);
  const done = texts.slice(0, cursor.done ?? 0).join('');
  const text = Buffer.from(texts.join(''));
  const whole = aCursor({
    ...{ lines: lines.length, bytes: text.length, offset: Buffer.byteLength(done) },
    ...cursor,
  });
  parts.set(partKeyOf(CAMPAIGN, 'chk', whole), text);
  await writeCursor(CAMPAIGN, whole);
}

const people = (count: number) => Array.from({ length: count }, (_, at) => aPartLine(at + 1));
const nameOf = (row: number) => aPartLine(row).to.name;

/** What a lane draws of the campaign in one slice, of which all is settled. */
async function slice(channel = aChannel({ id: CAMPAIGN_CHANNEL })): Promise<readonly LaneRow[]> {
  const feed = services.openFeed(CAMPAIGN, LANE, () => channel, signal);
  const mark = { id: CAMPAIGN, start: 1, dueAt: 0 };
  await marks.put(LANE, mark, signal);
  feed.see([mark]);
  const drawn: LaneRow[] = [];
  for (let work = feed.refresh(); work !== undefined; work = feed.refresh()) {
    await work;
    for (let row = feed.draw(() => true); row !== undefined; row = feed.draw(() => true)) {
      drawn.push(row);
    }
  }
  for (const row of drawn) await feed.settled(row);
  await feed.close();
  return drawn;
}

const marksLeft = async () => (await lanes.oldest(LANE, 'campaign', signal)).campaigns;
const names = (rows: readonly LaneRow[]) => rows.map(({ contact }) => contact);
const passedOf = async (round = 0) =>
  (await cursors.read(CAMPAIGN, 0, signal)).find((one) => (one.round ?? 0) === round)?.passed;

describe('a campaign that a lane takes from the table', () => {
  test('goes to everybody, is finished in the table, and leaves the lane', async () => {
    await underWay(people(3));

    expect(names(await slice())).toEqual([1, 2, 3].map(nameOf));

    expect(await readCampaign()).toMatchObject({ state: 'finished' });
    expect(await marksLeft()).toEqual([]);
    expect(await slice()).toEqual([]);
  });

  test('asks for its next step instead, where it has one', async () => {
    const steps = [
      { template: 'more', language: 'es_MX', delayMs: 60_000, condition: 'read' },
    ] as const;
    await underWay(people(1), { steps });

    await slice();

    expect(begun).toEqual([`${CAMPAIGN} 1`]);
    expect(await readCampaign()).toMatchObject({ state: 'running' });
  });

  test('rests by a mark of when it opens', async () => {
    await underWay(people(1), { startAt: '2027-01-16T09:00' });

    expect(await slice()).toEqual([]);

    const dueAt = Date.UTC(2027, 0, 16, 9);
    expect(await marksLeft()).toEqual([{ id: CAMPAIGN, start: 1, dueAt }]);
  });
});

describe('who opted out, or was forgotten since the check', () => {
  const leaveOut = async () => {
    await optOuts.decide('default', nameOf(1), { isOptedOut: true, at: NOW - 1 }, signal);
    await optOuts.forget('default', nameOf(2), signal);
    await optOuts.decide('another', nameOf(3), { isOptedOut: true, at: NOW - 1 }, signal);
  };
  const check = (overrides: Partial<NonNullable<Campaign['check']>>) => {
    const { check: usual } = aCampaign();
    if (usual === undefined) throw new Error('a campaign without a check');
    return { check: { ...usual, ...overrides } };
  };

  test('gets no marketing, and is counted by the reason; opt-outs of another tenant do not count', async () => {
    await leaveOut();
    await underWay(people(3));

    expect(names(await slice())).toEqual([nameOf(3)]);
    expect(await passedOf()).toEqual({ opted_out: 1, forgotten: 1 });
  });

  test('gets a utility message where they opted out, and none where they were forgotten', async () => {
    await leaveOut();
    await underWay(people(3), check({ category: 'utility' }));

    expect(names(await slice())).toEqual([1, 3].map(nameOf));
    expect(await passedOf()).toEqual({ forgotten: 1 });
  });

  test('gets what a check after they were forgotten found them for', async () => {
    await leaveOut();
    await underWay(people(3), check({ at: NOW + 1 }));

    expect(names(await slice())).toEqual([2, 3].map(nameOf));
  });
});

describe('a step', () => {
  const steps = [
    { template: 'more', language: 'es_MX', delayMs: 60_000, condition: 'read' },
  ] as const;
  const put = async (row: number, attributes: Item) => {
    const Item = campaignRow({ row }, attributes);
    await dynamodb('PutItem', { TableName: tableName, Item }, signal);
  };

  test('goes to whom its condition holds for now, and the others are counted by what rules them out', async () => {
    await put(1, stateOfRow('sent', statusOf('read')));
    await put(2, stateOfRow('sent', statusOf('delivered')));
    await put(3, stateOfRow('sent', { ...statusOf('read'), repliedAt: { N: '1795212070000' } }));
    const lines = people(4).map((line) => ({ ...line, components: [[], []], step: 1 }));
    await underWay(lines, { steps, stepsBegun: 1 }, { round: 1 });

    const drawn = await slice();

    expect(drawn).toMatchObject([
      { id: `${CAMPAIGN}.0.1.1`, recipient: { template: 'more' }, contact: nameOf(1) },
    ]);
    expect(await passedOf(1)).toEqual({ not_read: 1, replied: 1, not_sent: 1 });
  });
});

test('two steps that are offered again to one person are judged each by itself', async () => {
  const follow = { template: 'more', language: 'es_MX', delayMs: 60_000 } as const;
  const steps = [
    { ...follow, condition: 'no_reply' },
    { ...follow, condition: 'read' },
  ] as const;
  const again = { times: 1, after: 1, from: 'refused', told: [] } as const;
  const failed = stateOfRow('failed', { attempt: { N: '1' } });
  for (const [step, attributes] of [stateOfRow('sent'), failed, failed].entries()) {
    const Item = campaignRow({ row: 1, step }, attributes);
    await dynamodb('PutItem', { TableName: tableName, Item }, signal);
  }
  const lines = [1, 2].map((step) => aPartLine(1, { components: [[], [], []], step, again }));
  const retry = { number: 1, name: 'r', withUncertain: false, at: 1, by: 'somebody' };
  await underWay(
    lines,
    { steps, stepsBegun: 2, retry: { ...retry, found: { now: 2, later: 0 } } },
    { round: 3 },
  );

  // The first was sent by then; the second comes after one that failed.
  expect((await slice()).map(({ id }) => id)).toEqual([`${CAMPAIGN}.0.1.1`]);
  expect(await passedOf(3)).toEqual({ not_sent: 1 });
});

describe('a budget', () => {
  const budget = { micros: 60_000, currency: 'USD' };

  test('that is used up by what was drawn pauses the campaign, and that is told', async () => {
    await underWay(people(3), { budget }, { done: 2 });

    expect(await slice()).toEqual([]);

    expect(stopped).toEqual([`${CAMPAIGN} budget`]);
    expect(await readCampaign()).toMatchObject({ state: 'paused', because: 'budget' });
  });

  test.each([
    ['each second where it is near', 60, 11],
    ['every five seconds where it is far', 600, 3],
  ])('has the cursors of all lanes read %s', async (_, messages, reads) => {
    let [now, asked] = [NOW, 0];
    const counting: CallAws = (operation, input, until) => {
      if (JSON.stringify(input).includes('"cursor#"')) asked += 1;
      return dynamodb(operation, input, until);
    };
    await underWay(people(3), { budget: { micros: messages * 30_000, currency: 'USD' } });
    const slow = aChannel({ id: CAMPAIGN_CHANNEL, messagesPerSecond: 10 });
    const { openFeed } = servicesWith({ dynamodb: counting, now: () => now });
    const feed = openFeed(CAMPAIGN, LANE, () => slow, signal);
    feed.see([{ id: CAMPAIGN, start: 1, dueAt: 0 }]);
    for (let seconds = 0; seconds <= 10; seconds += 1) {
      await feed.refresh();
      // What it reads for whoever is next.
      await feed.refresh();
      now += 1000;
    }

    expect(asked).toBe(reads);
  });

  test('goes on with what failed, which costs nothing', async () => {
    const changes = [1, 2].flatMap((row) => {
      const after = campaignRow({ row }, stateOfRow('failed'));
      const counted = countedChange(undefined, after);
      return counted === undefined ? [] : [{ ...counted, sequenceNumber: String(row) }];
    });
    await figuresTable(dynamodb, tableName).add(changes, signal);
    await underWay(people(3), { budget }, { done: 2 });

    expect(names(await slice())).toEqual([nameOf(3)]);
    expect(stopped).toEqual([]);
  });

  test('is used up by what was delivered, at its price', async () => {
    const after = campaignRow(
      { row: 1, micros: 59_000 },
      stateOfRow('sent', statusOf('delivered', pricing())),
    );
    const counted = countedChange(undefined, after);
    if (counted === undefined) throw new Error('counts for nothing');
    await figuresTable(dynamodb, tableName).add([{ ...counted, sequenceNumber: '1' }], signal);
    await underWay(people(2), { budget }, { done: 1 });

    expect(await slice()).toEqual([]);
    expect(stopped).toEqual([`${CAMPAIGN} budget`]);
  });
});

describe('a portfolio’s limit', () => {
  const other = `cmp_${'o'.repeat(22)}`;
  const portfolio = aChannel({ id: CAMPAIGN_CHANNEL, portfolioId: 'p1' });

  /** Somebody else's campaign that has sent ten messages in this hour, from a number of its own. */
  async function sentBeside(portfolioId: string, overrides: Partial<Campaign> = {}) {
    const writer = channelWriter(dynamodb, tableName);
    await writer.add(portfolio, signal);
    await writer.add(aChannel({ id: '2000', portfolioId }), signal);
    await addCampaign(aCampaign({ id: other, channel: '2000', state: 'finished', ...overrides }));
    await writeCursor(other, aCursor({ hours: { [HOUR]: 10 } }));
  }

  test('is of all its numbers together', async () => {
    await sentBeside('p1');
    await underWay(people(30), { portfolioLimit: 20 });

    // 95 % of 20, without those ten.
    expect(await slice(portfolio)).toHaveLength(9);
  });

  test('is divided among the campaigns that run', async () => {
    await sentBeside('p1', { state: 'running' });
    await underWay(people(3), { portfolioLimit: 15 });

    // 95 % of 15, without those ten, is four.
    expect(await slice(portfolio)).toHaveLength(2);
  });

  test('counts nothing of the numbers of others', async () => {
    await sentBeside('p2');
    await underWay(people(30), { portfolioLimit: 20 });

    expect(await slice(portfolio)).toHaveLength(19);
  });

  test('is of the number alone where the channel does not say whose it is', async () => {
    await sentBeside('p1');
    await underWay(people(30), { portfolioLimit: 20 });

    expect(await slice(aChannel({ id: CAMPAIGN_CHANNEL }))).toHaveLength(19);
  });
});

describe('a message that waits', () => {
  const components = [[{ type: 'body', parameters: [{ type: 'text', text: 'Ana' }] }]];

  /** As somebody's row in the lane, once it was put there to be tried again. */
  async function waiting() {
    await underWay([aPartLine(1), aPartLine(2, { components })]);
    const [, second] = await slice();
    if (second === undefined) throw new Error('nobody was drawn');
    const { drawn: _, ...row } = second;
    return row;
  }
  const keyOf = ({ id }: Pick<LaneRow, 'id'>) => ({ channel: CAMPAIGN_CHANNEL, id });

  test('says what its part has for its recipient', async () => {
    const row = await waiting();

    const message = await services.readFromPart(keyOf(row), row, 'default', signal);

    expect(message).toMatchObject({
      ...keyOf(row),
      ...{ to: row.to, class: 'campaign', category: 'marketing', createdAt: row.dueAt },
      notAfter: row.notAfter,
    });
    expect(JSON.parse(message?.body ?? '')).toEqual({
      type: 'template',
      template: { name: 'spring_sale', language: { code: 'es_MX' }, components: components[0] },
    });
  });

  test('says nothing any more where its recipient was forgotten', async () => {
    const row = await waiting();
    for (const part of parts.values()) part.fill(' ');

    expect(await services.readFromPart(keyOf(row), row, 'default', signal)).toBeUndefined();
  });

  test('says nothing any more, and holds up nobody, where its part is gone', async () => {
    const row = await waiting();
    parts.clear();

    expect(await services.readFromPart(keyOf(row), row, 'default', signal)).toBeUndefined();
  });

  test.each([
    ['their number', nameOf(2)],
    ['the other form of it', nameOf(2).replace(/^521/, '52')],
  ])('says nothing any more where its recipient opted out by %s', async (_, name) => {
    const row = await waiting();
    const optOut = { isOptedOut: true, at: NOW };
    const read = (one: LaneRow, tenant = 'default') =>
      services.readFromPart(keyOf(one), one, tenant, signal);
    const { recipient } = row;
    if (recipient === undefined) throw new Error('a row of no campaign');
    const ofUse = { ...row, recipient: { ...recipient, category: 'utility' } } as const;

    await optOuts.decide('default', name, optOut, signal);
    expect(await read(row)).toBeUndefined();
    expect(await read(ofUse)).toBeDefined();
    expect(await read(row, 'another')).toBeDefined();

    await optOuts.decide('default', name, { isOptedOut: false, at: NOW + 1 }, signal);
    expect(await read(row)).toBeDefined();
  });

  test('says nothing by a part where it is of no campaign', async () => {
    const row = await waiting();
    const { recipient: _, ...withoutRecipient } = row;

    for (const [key, one] of [
      [{ channel: CAMPAIGN_CHANNEL, id: `msg_${'a'.repeat(22)}` }, row],
      [campaignMessage({ row: 2 }), withoutRecipient],
    ] as const) {
      expect(await services.readFromPart(key, one, 'default', signal)).toBeUndefined();
    }
  });
});
