import { beforeEach, describe, expect, test } from 'vitest';
import type { Campaign } from '../../../lambda/campaigns/campaign.ts';
import { campaignTable } from '../../../lambda/campaigns/campaign-table.ts';
import { addCounts } from '../../../lambda/campaigns/counts.ts';
import { cursorTable } from '../../../lambda/campaigns/cursor-table.ts';
import { countsOfRow } from '../../../lambda/campaigns/figures.ts';
import { marksTable } from '../../../lambda/campaigns/marks-table.ts';
import { optOutWriter } from '../../../lambda/campaigns/opt-outs-table.ts';
import { replyTable } from '../../../lambda/campaigns/replies-table.ts';
import { campaignFigures } from '../../../lambda/campaigns/track-figures.ts';
import { type Triggered, triggeredName } from '../../../lambda/campaigns/triggered.ts';
import { triggeredTable } from '../../../lambda/campaigns/triggered-table.ts';
import { channelReader } from '../../../lambda/channels/channel-table.ts';
import type { LaneRow } from '../../../lambda/sending/choice.ts';
import { claimTable, type Outcome } from '../../../lambda/sending/claim-table.ts';
import { laneTable } from '../../../lambda/sending/lane-table.ts';
import { addressed } from '../../../lambda/sending/pass-over.ts';
import { campaignServices } from '../../../lambda/sending/sender/campaign-services.ts';
import { toItem } from '../../../lambda/table/stored-rows.ts';
import { aPartLine } from '../../support/a-campaign.ts';
import { anEventTable } from '../../support/an-event-table.ts';
import { CAMPAIGN, CAMPAIGN_CHANNEL } from '../../support/campaign-rows.ts';
import { aChannel } from '../../support/channels.ts';
import { aTriggered } from '../../support/triggered.ts';

const { signal } = new AbortController();
const NOW = Date.parse('2027-01-15T08:00:00Z');
const HOUR_MS = 3_600_000;
const EXPIRES_AT = 1_900_000_000;
const LANE = { channel: CAMPAIGN_CHANNEL, lane: 0 };
const emulator = await anEventTable();
const { dynamodb, tableName } = emulator;
let now = NOW;
const clock = () => now;
const options = { tableName, now: clock, expiresAt: () => EXPIRES_AT };
const campaigns = campaignTable(dynamodb, tableName);
const cursors = cursorTable(dynamodb, tableName);
const triggered = triggeredTable(dynamodb, tableName, clock);
const marks = marksTable(dynamodb, options);
const lanes = laneTable(dynamodb, options);
const claims = claimTable(dynamodb, options);

beforeEach(() => {
  now = NOW;
});

const services = campaignServices({
  ...{ dynamodb, tableName, now: clock, expiresAt: () => EXPIRES_AT },
  channels: channelReader(dynamodb, tableName),
  readRange: () => Promise.reject(new Error('a triggered campaign has no parts')),
  requestStep: () => Promise.reject(new Error('a triggered campaign has no rounds')),
  stopped: () => undefined,
});

const nameOf = (key: string) => triggeredName(CAMPAIGN, key);
const read = async (key: string) => {
  const found = await triggered.read(CAMPAIGN, nameOf(key), signal);
  if (found === undefined || found === 'forgotten') throw new Error(`${key} is ${found}`);
  return found;
};
const dues = () => triggered.due(CAMPAIGN, 0, 1000, signal);

async function run(campaign: Partial<Campaign> = {}) {
  await campaigns.add(aTriggered(campaign), signal);
}

async function putIn(key: string, row: number, overrides: Partial<Triggered> = {}) {
  const who: Triggered = {
    ...{ key, bodyHash: 'h', track: 0, createdAt: now, step: 0, dueAt: now },
    line: aPartLine(row, { components: [[{ first: key }], [{ second: key }]] }),
    ...overrides,
  };
  await triggered.add(CAMPAIGN, nameOf(key), who, EXPIRES_AT, signal);
  const due = { name: nameOf(key), dueAt: who.dueAt };
  await triggered.putDue(CAMPAIGN, who.track, due, EXPIRES_AT, signal);
}

type Send = (row: LaneRow) => Promise<void>;

/** As the sender does: a claim, and what came of it. */
async function send(row: LaneRow, outcome: Outcome = { state: 'sent', wamid: 'w', sentAt: now }) {
  const message = addressed(LANE, row);
  if (!(await claims.claim(message, row.attempt, signal))) return;
  await claims.record(message, outcome, signal);
}

/** What a lane draws of the campaign in one slice. */
async function slice(by: Send = send, isClosed = true): Promise<readonly LaneRow[]> {
  const feed = services.openFeed(CAMPAIGN, LANE, () => aChannel({ id: CAMPAIGN_CHANNEL }), signal);
  await marks.put(LANE, { id: CAMPAIGN, start: 1, dueAt: 0 }, signal);
  feed.see((await waiting()).filter(({ dueAt }) => dueAt <= now));
  const drawn: LaneRow[] = [];
  for (let work = feed.refresh(); work !== undefined; work = feed.refresh()) {
    await work;
    for (let row = feed.draw(() => true); row !== undefined; row = feed.draw(() => true)) {
      drawn.push(row);
      await by(row);
      await feed.settled(row);
    }
  }
  if (isClosed) await feed.close();
  return drawn;
}

const waiting = async () => (await lanes.oldest(LANE, 'campaign', signal)).campaigns;
const keysOf = (rows: readonly LaneRow[]) =>
  rows.map(({ drawn }) => /"(first|second)":"([^"]+)"/.exec(drawn?.body ?? '')?.[0]);
const first = (key: string) => `"first":"${key}"`;
const second = (key: string) => `"second":"${key}"`;

describe('who was put into a triggered campaign', () => {
  test('gets the first message once they are due, and the step its delay after that', async () => {
    await run();
    await putIn('a', 1);
    await putIn('b', 2, { dueAt: NOW + HOUR_MS });

    expect(keysOf(await slice())).toEqual([first('a')]);
    expect(await read('a')).toMatchObject({ step: 1, dueAt: NOW + 2 * HOUR_MS });
    expect(await waiting()).toEqual([{ id: CAMPAIGN, start: 1, dueAt: NOW + HOUR_MS }]);

    now = NOW + HOUR_MS;
    expect(keysOf(await slice())).toEqual([first('b')]);
    now = NOW + 2 * HOUR_MS - 1;
    expect(await slice()).toEqual([]);
    now += 1;
    expect(keysOf(await slice())).toEqual([second('a')]);
    expect(await read('a')).toMatchObject({ step: 2, ended: 'through' });
    now = NOW + 3 * HOUR_MS;
    expect(keysOf(await slice())).toEqual([second('b')]);
    expect(await dues()).toEqual([]);
    expect(await waiting()).toEqual([]);
    expect((await campaigns.get(CAMPAIGN, signal))?.campaign.state).toBe('running');
  });

  test('is claimed as all others, by the id of their row and step, and knows what was said', async () => {
    await run();
    await putIn('a', 7);

    const [row] = await slice();

    expect(row).toMatchObject({
      ...{ id: `${CAMPAIGN}.0.7.0`, class: 'campaign', attempt: 1 },
      recipient: { template: 'cart', trigger: nameOf('a'), country: 'MX', zone: 'all' },
    });
    if (row === undefined) throw new Error('nobody');
    const { drawn, ...waits } = row;
    const key = { channel: CAMPAIGN_CHANNEL, id: row.id };
    expect(await services.readFromPart(key, waits, 'default', signal)).toEqual(drawn);
    await end('a');
    expect(await services.readFromPart(key, waits, 'default', signal)).toBeUndefined();
  });

  test.each([
    ['is through', { state: 'sent', wamid: 'w', sentAt: NOW }, 'later', second('a')],
    ['failed', { state: 'failed', error: { class: 'unknown' } }, 'ended', 'not_sent'],
    ['is uncertain', { state: 'uncertain' }, 'ended', 'not_sent'],
  ] as const)('gets a step by what the first message %s', async (_, outcome, what, then) => {
    await run();
    await putIn('a', 1);
    await slice((row) => send(row, outcome));
    now = NOW + 2 * HOUR_MS;

    const rows = await slice();

    if (what === 'later') expect(keysOf(rows)).toEqual([then]);
    else expect(await read('a')).toMatchObject({ step: 1, ended: then });
  });

  test.each([
    ['read', 'sent', 'not_read'],
    ['delivered', 'sent', 'not_delivered'],
    ['not_read', 'read', 'read'],
  ] as const)(
    'gets no step whose condition %s does not hold when it is due',
    async (condition, state, because) => {
      const [step] = aTriggered().steps;
      if (step === undefined) throw new Error('no step');
      await run({ steps: [{ ...step, condition }] });
      await putIn('a', 1);
      await slice((row) => send(row, { state, wamid: 'w', sentAt: NOW }));
      now = NOW + 2 * HOUR_MS;

      expect(await slice()).toEqual([]);

      expect(await read('a')).toMatchObject({ step: 1, ended: because });
      expect(await dues()).toEqual([]);
    },
  );

  test('gets no more once they replied, opted out, or were taken out', async () => {
    await run();
    for (const [at, key] of ['replied', 'opted_out', 'removed'].entries()) await putIn(key, at + 1);
    await slice();
    await replyTable(dynamodb, tableName).keep(
      { channel: CAMPAIGN_CHANNEL, id: `${CAMPAIGN}.0.1.0` },
      now,
      signal,
    );
    const { line } = await read('opted_out');
    const decision = { isOptedOut: true, at: now };
    await optOutWriter(dynamodb, tableName, clock).decide(
      'default',
      line.to.name,
      decision,
      signal,
    );
    await end('removed');
    now = NOW + 2 * HOUR_MS;

    expect(await slice()).toEqual([]);

    for (const key of ['replied', 'opted_out', 'removed']) {
      expect(await read(key)).toMatchObject({ step: 1, ended: key });
    }
    expect(await dues()).toEqual([]);
  });

  test('gets nothing where they are taken out while they wait for the first', async () => {
    await run();
    await putIn('a', 1);
    await end('a');

    expect(await slice()).toEqual([]);

    expect(await dues()).toEqual([]);
  });

  test('who was forgotten before they were put in is none who gets nothing', async () => {
    await run();
    const { to } = aPartLine(1);
    await optOutWriter(dynamodb, tableName, clock).forget('default', to.name, signal);
    now += 1000;
    await putIn('a', 1);
    await putIn('b', 1, { createdAt: NOW - 1 });

    expect(keysOf(await slice())).toEqual([first('a')]);

    expect(await read('b')).toMatchObject({ ended: 'forgotten' });
  });

  test('waits with the step for a message that may still be tried, and its delay from when that went out', async () => {
    await run();
    await putIn('a', 1);
    await slice(async (row) => {
      await claims.claim(addressed(LANE, row), 1, signal);
      const key = { channel: CAMPAIGN_CHANNEL, id: row.id };
      await claims.release(key, { attempt: 1, retryAt: now }, signal);
    });
    now = NOW + 2 * HOUR_MS;

    expect(await slice()).toEqual([]);
    expect(await read('a')).toMatchObject({ step: 1, dueAt: now + 60_000 });
    const message = { channel: CAMPAIGN_CHANNEL, id: `${CAMPAIGN}.0.1.0` };
    await claims.claim(message, 2, signal);
    await claims.record(message, { state: 'sent', wamid: 'w', sentAt: now }, signal);
    now += 60_000;
    expect(await slice()).toEqual([]);
    expect(await read('a')).toMatchObject({ step: 1, dueAt: NOW + 4 * HOUR_MS });
    now = NOW + 4 * HOUR_MS;
    expect(keysOf(await slice())).toEqual([second('a')]);
  });

  test('falls into the quiet hours of their number, and gets it after', async () => {
    await run({ steps: [], timeZone: 'recipient', quiet: { from: '06:00', to: '10:00' } });
    // It is nine in Spain, and two in Mexico.
    await putIn('es', 1, {
      line: aPartLine(1, {
        ...{ to: { kind: 'phone', name: '34600000001' }, country: 'ES' },
        components: [[{ first: 'es' }], [{ second: 'es' }]],
      }),
    });
    await putIn('mx', 2);

    expect(keysOf(await slice())).toEqual([first('mx')]);
    // The Canary Islands are an hour behind.
    now = Date.parse('2027-01-15T09:59:59Z');
    expect(await slice()).toEqual([]);
    now += 1000;
    expect(keysOf(await slice())).toEqual([first('es')]);
  });

  test('is two people to two keys of one number', async () => {
    await run();
    await putIn('a', 1, { line: aPartLine(1, { components: [[{ first: 'a' }], []] }) });
    const { to } = aPartLine(1);
    await putIn('b', 2, { line: aPartLine(2, { to, components: [[{ first: 'b' }], []] }) });

    expect(keysOf(await slice()).toSorted()).toEqual([first('a'), first('b')]);
  });
});

describe('a crash', () => {
  test('before what was sent is kept has it gone through again, and the claims say no', async () => {
    await run();
    await putIn('a', 1);
    const sent: string[] = [];
    const by: Send = async (row) => {
      if (!(await claims.claim(addressed(LANE, row), row.attempt, signal))) return;
      sent.push(row.id);
      throw new Error('killed');
    };
    await expect(slice(by)).rejects.toThrow('killed');

    expect(await slice(by)).toHaveLength(1);

    expect(sent).toHaveLength(1);
    expect(await read('a')).toMatchObject({ step: 1 });
  });

  test('after somebody was brought further has them come due by whoever looks next', async () => {
    await run();
    await putIn('a', 1);
    const after = { step: 1, dueAt: NOW + 2 * HOUR_MS };
    const before = { step: 0, dueAt: NOW };
    await triggered.move(CAMPAIGN, nameOf('a'), { before, after }, signal);

    expect(await slice()).toEqual([]);

    expect(await dues()).toEqual([{ name: nameOf('a'), dueAt: NOW + 2 * HOUR_MS }]);
    expect(await waiting()).toEqual([{ id: CAMPAIGN, start: 1, dueAt: NOW + 2 * HOUR_MS }]);
  });

  test('leaves the time of somebody that was removed while their turn was on its way', async () => {
    await run();
    await putIn('a', 1);

    const rows = await slice(async (row) => {
      await send(row);
      await end('a');
    });

    expect(rows).toHaveLength(1);
    expect(await read('a')).toMatchObject({ step: 0, ended: 'removed' });
    now += 1000;
    expect(await slice()).toEqual([]);
    expect(await dues()).toEqual([]);
  });
});

describe('the gates of a campaign', () => {
  test('let no more be sent than the budget has', async () => {
    await run({ budget: { micros: 90_000, currency: 'USD' } });
    for (let at = 1; at <= 5; at += 1) await putIn(`k${at}`, at);

    expect(await slice()).toHaveLength(3);

    now += 60_000;
    expect(await slice()).toEqual([]);
    expect((await campaigns.get(CAMPAIGN, signal))?.campaign).toMatchObject({
      ...{ state: 'paused', because: 'budget' },
    });
    expect(await dues()).toHaveLength(5);
  });

  test('keep a budget also where no cursor of the other lanes is there', async () => {
    const { check } = aTriggered();
    if (check === undefined) throw new Error('no check');
    await run({ budget: { micros: 120_000, currency: 'USD' }, check: { ...check, tracks: 2 } });
    for (let at = 1; at <= 5; at += 1) await putIn(`k${at}`, at);
    const lanes = { id: CAMPAIGN_CHANNEL, messagesPerSecond: 1000 };
    const feed = services.openFeed(CAMPAIGN, LANE, () => aChannel(lanes), signal);
    feed.see([{ id: CAMPAIGN, start: 1, dueAt: 0 }]);
    await feed.refresh();
    expect(feed.draw(() => true)).toBeDefined();
    expect(feed.draw(() => true)).toBeUndefined();
  });

  test('count for the limit of the portfolio', async () => {
    await run();
    await putIn('a', 1);
    await slice();

    const [cursor] = await cursors.read(CAMPAIGN, 0, signal);
    expect(cursor).toMatchObject({ done: 1, hours: { [Math.floor(NOW / HOUR_MS)]: 1 } });
  });

  test.each(['paused', 'cancelled'] as const)(
    'let nobody be sent while it is %s',
    async (state) => {
      await run({ state });
      await putIn('a', 1);
      const sent: LaneRow[] = [];

      await slice(async (row) => void sent.push(row));

      expect(sent).toEqual([]);
      expect(await read('a')).toMatchObject({ step: 0 });
    },
  );
});

describe('a lane', () => {
  test('finds whoever was put in while it removed its mark', async () => {
    await run();
    const feed = services.openFeed(
      CAMPAIGN,
      LANE,
      () => aChannel({ id: CAMPAIGN_CHANNEL }),
      signal,
    );
    const mark = { id: CAMPAIGN, start: 1, dueAt: 0 };
    await marks.put(LANE, mark, signal);
    feed.see([mark]);
    await feed.refresh();
    await putIn('a', 1);
    await marks.put(LANE, mark, signal);

    await feed.close();

    expect(await waiting()).toEqual([{ ...mark, dueAt: NOW }]);
  });

  test('ends those of a cancelled campaign who may be under way, and follows them no further', async () => {
    await run({ state: 'cancelled', changes: [{ at: NOW, state: 'running', by: 'a' }] });
    await putIn('a', 1);
    const feed = services.openFeed(
      CAMPAIGN,
      LANE,
      () => aChannel({ id: CAMPAIGN_CHANNEL }),
      signal,
    );
    feed.see([{ id: CAMPAIGN, start: 1, dueAt: 0 }]);
    await feed.refresh();
    const row = feed.drawToEnd();
    if (row === undefined) throw new Error('nobody');
    await claims.settleUnsent(addressed(LANE, row), 'cancelled', signal);
    await feed.settled(row);
    await feed.close();

    expect(await dues()).toEqual([]);
    expect(await read('a')).toMatchObject({ step: 0 });
  });

  test('takes all who are due, some at a time', async () => {
    await run({ steps: [] });
    for (let at = 1; at <= 95; at += 1) await putIn(`k${at}`, at);

    const rows = await slice();

    expect(new Set(rows.map(({ id }) => id)).size).toBe(95);
    expect(rows).toHaveLength(95);
    expect(await dues()).toEqual([]);
    const rowsNow = (await emulator.rows()).filter(({ sk }) => sk?.S?.startsWith('recipient#'));
    const { triggered: figures } = campaignFigures(
      addCounts(rowsNow.map((one) => countsOfRow(toItem(one)))),
    );
    expect(figures).toEqual([{ step: 1, waiting: 0, ended: { through: 95 } }]);
  });
});

async function end(key: string) {
  const { step, dueAt } = await read(key);
  const after = { step, dueAt, ended: 'removed' } as const;
  expect(
    await triggered.move(CAMPAIGN, nameOf(key), { before: { step, dueAt }, after }, signal),
  ).toBe(true);
}
