import { beforeEach, describe, expect, test } from 'vitest';
import { addCounts } from '../../../lambda/campaigns/counts.ts';
import { countedChange } from '../../../lambda/campaigns/figures.ts';
import { marksTable } from '../../../lambda/campaigns/marks-table.ts';
import { toRowChange } from '../../../lambda/changes/table-stream.ts';
import type { Channel } from '../../../lambda/channels/channel.ts';
import { forgetWaiting } from '../../../lambda/forgetting/forget/forget-waiting.ts';
import { forgottenRows } from '../../../lambda/forgetting/forgotten-table.ts';
import { waitingMessages } from '../../../lambda/forgetting/waiting-messages-table.ts';
import type { CallAws } from '../../../lambda/shared/aws/json-protocol.ts';
import { recordKeyOf } from '../../../lambda/table/outgoing-keys.ts';
import { anEventTable } from '../../support/an-event-table.ts';
import { CAMPAIGN, campaignMessage, campaignRow, stateOfRow } from '../../support/campaign-rows.ts';
import { watchTable } from '../../support/change-records.ts';
import { LANE, laneRows } from '../../support/lane-rows.ts';

const { signal } = new AbortController();
const PHONE = '5215550001111';
const emulator = await anEventTable();
let rows: ReturnType<typeof laneRows>;
let slept: number;

beforeEach(() => {
  rows = laneRows(emulator);
  slept = 0;
});

const CHANNEL: Channel = {
  ...{ id: LANE.channel, provider: 'meta', tenant: 'default', messagesPerSecond: 80, share: 1 },
  ...{ marketingRoute: 'messages', uncertain: 'resend', state: 'active' },
  ...{ createdAt: 0, updatedAt: 0 },
};

interface Options {
  readonly channel?: Channel | undefined;
  /** What happens while somebody else's claim is waited for. */
  readonly meanwhile?: () => Promise<unknown>;
  readonly until?: AbortSignal;
  readonly dynamodb?: CallAws;
}

function forget(names = [PHONE], options: Options = {}): Promise<number> {
  const { meanwhile = async () => {}, until = signal } = options;
  const { tableName } = emulator;
  const { dynamodb = emulator.dynamodb } = options;
  const { now } = rows;
  const [deletePayload, deleteFile] = [async () => {}, async () => {}];
  return forgetWaiting(LANE.channel, new Set(names), until, {
    channel: async () => ('channel' in options ? options.channel : CHANNEL),
    waiting: waitingMessages(dynamodb, tableName, now),
    rows: forgottenRows(dynamodb, { tableName, deletePayload, deleteFile, now }),
    sleep: async (ms) => {
      slept += ms;
      rows.clock.now += ms;
      await meanwhile();
    },
    now,
  });
}

const left = async () => JSON.stringify(await emulator.rows());

describe('what waits for somebody who is forgotten', () => {
  test('is gone at once, with all that it says, and is claimed by nobody from then on', async () => {
    const { message } = await rows.ask('one');
    await rows.ask('two');

    expect(await forget()).toBe(2);

    expect(await rows.waiting()).toEqual([]);
    expect(await left()).not.toMatch(/5215550001111|hello/);
    expect(await rows.claims.claim(message, 1, signal)).toBe(false);
    expect(await forget()).toBe(0);
  });

  test('is gone beside campaigns that have messages for the lane, which stay there', async () => {
    const { dynamodb, tableName } = emulator;
    const marks = marksTable(dynamodb, { tableName, expiresAt: () => rows.now() });
    await marks.put(LANE, { id: CAMPAIGN, start: 1, dueAt: rows.now() }, signal);
    await rows.ask('one');

    expect(await forget()).toBe(1);
    const { campaigns } = await rows.lanes.oldest(LANE, 'campaign', signal);
    expect(campaigns).toHaveLength(1);
  });

  test('for another try is gone too', async () => {
    const { message, waiting } = await rows.ask('one');
    await rows.claims.claim(message, 1, signal);
    await rows.claims.release(message, { attempt: 1, retryAt: rows.now() }, signal);
    const again = { ...waiting, attempt: 2, dueAt: rows.now() + 900_000 };
    await rows.outbox.postpone(LANE, waiting, again, signal);

    expect(await forget()).toBe(1);
    expect(await rows.waiting()).toEqual([]);
    expect(await rows.claims.claim(message, 2, signal)).toBe(false);
  });

  test('and is uncertain is not sent again', async () => {
    const { message, waiting } = await rows.ask('one');
    await rows.claims.claim(message, 1, signal);
    await rows.claims.doubt(message, 1, signal);
    await rows.lanes.putDoubt(LANE, { ...waiting, since: rows.now(), neighbours: [] }, signal);
    await rows.outbox.removeWaiting(LANE, waiting, signal);

    expect(await forget()).toBe(1);
    expect(await rows.doubts()).toEqual([]);
    const given = { attempt: 1, retryAt: 0 };
    expect(await rows.claims.release(message, given, signal, 'uncertain')).toBe(false);
    expect(await left()).not.toContain(PHONE);
  });

  test('is waited for while it is being sent', async () => {
    const { message } = await rows.ask('one');
    await rows.claims.claim(message, 1, signal);
    const sent = { state: 'sent', wamid: 'wamid.1' } as const;

    expect(
      await forget([PHONE], { meanwhile: () => rows.claims.record(message, sent, signal) }),
    ).toBe(1);
    expect(slept).toBe(250);
    expect(await left()).not.toMatch(/5215550001111|wamid/);
  });

  test('is claimed where who is at it gives it back', async () => {
    const { message } = await rows.ask('one');
    await rows.claims.claim(message, 1, signal);
    const given = { attempt: 1, retryAt: 0 };
    await forget([PHONE], { meanwhile: () => rows.claims.release(message, given, signal) });

    expect(await rows.claims.claim(message, 2, signal)).toBe(false);
  });

  test('is not waited for where who was at it is no more', async () => {
    const { message } = await rows.ask('one');
    await rows.claims.claim(message, 1, signal);
    rows.clock.now += 60_000;

    expect(await forget()).toBe(1);
    expect(slept).toBe(0);
  });

  test('is left, to be found by the next call, where time is up meanwhile', async () => {
    const { message } = await rows.ask('one');
    await rows.claims.claim(message, 1, signal);
    const ended = new AbortController();
    const meanwhile = async () => ended.abort();

    await expect(forget([PHONE], { until: ended.signal, meanwhile })).rejects.toThrow();
    expect(await rows.waiting()).toHaveLength(1);
  });
});

test('what waits for others stays', async () => {
  await rows.ask('one');

  expect(await forget(['5215550009999'])).toBe(0);
  expect(await rows.waiting()).toHaveLength(1);
});

test('a channel that is gone has nothing that waits', async () => {
  expect(await forget([PHONE], { channel: undefined })).toBe(0);
});

test('a message of a campaign that waits for another try counts as cancelled', async () => {
  const { dynamodb, tableName } = emulator;
  const table = watchTable(emulator, rows.now);
  const message = { ...campaignMessage({ row: 7 }), channel: LANE.channel };
  const { pk, sk } = recordKeyOf(message);
  const Item = { ...campaignRow({}, stateOfRow('queued')), pk: { S: pk }, sk: { S: sk } };
  await dynamodb('PutItem', { TableName: tableName, Item }, signal);
  const to = { kind: 'phone', name: PHONE } as const;
  const again = { ...message, class: 'campaign', notAfter: 2e12, to, attempt: 2 } as const;
  await rows.outbox.putWaiting(LANE, { ...again, dueAt: rows.now() }, signal);

  expect(await forget([PHONE], { dynamodb: table.dynamodb })).toBe(1);

  const changes = table.records
    .map(toRowChange)
    .map(({ before, after }) => countedChange(before, after));
  expect(addCounts(changes.map((change) => change?.difference ?? {}))).toEqual({
    ...{ 'state.0.0.queued': -1, 'state.0.0.cancelled': 1 },
  });
  expect(await left()).not.toContain(PHONE);
});
