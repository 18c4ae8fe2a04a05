import { beforeEach, describe, expect, test } from 'vitest';
import { offerOf } from '../../lambda/campaigns/offers.ts';
import { outgoingStatuses } from '../../lambda/delivery/router/outgoing-statuses-table.ts';
import { markOf } from '../../lambda/events/outgoing-mark.ts';
import { claimTable } from '../../lambda/sending/claim-table.ts';
import { outboxTable } from '../../lambda/sending/outbox-table.ts';
import { eventTable } from '../../lambda/table/event-table.ts';
import { recordKeyOf } from '../../lambda/table/outgoing-keys.ts';
import type { Addressed } from '../../lambda/table/outgoing-message.ts';
import { stateOf } from '../../lambda/table/outgoing-record.ts';
import { rowReader } from '../../lambda/table/row-reader.ts';
import { anEventTable } from '../support/an-event-table.ts';
import { campaignMessage } from '../support/campaign-rows.ts';
import { aStatus, CHANNEL, metaWebhook, RECEIVED_AT, splitMeta } from '../support/webhooks.ts';
import { rowBytes } from '../support/write-units.ts';

const { signal } = new AbortController();
const emulator = await anEventTable();
const { dynamodb, tableName } = emulator;
const now = () => RECEIVED_AT;
const options = { tableName, now, expiresAt: () => RECEIVED_AT / 1000 + 30 * 86_400 };
const claims = claimTable(dynamodb, options);
const outbox = outboxTable(dynamodb, options);

const KEY = { ...campaignMessage(), channel: CHANNEL };
const [FIRST, SECOND] = ['wamid.first', 'wamid.second'];

/** Somebody's message, as a lane claims it. */
const first: Addressed = {
  ...KEY,
  ...{ to: { kind: 'phone', name: '5215550001111' }, provider: 'meta' },
  recipient: {
    ...{ template: 'spring', language: 'es', category: 'marketing', variant: 0, micros: 30_000 },
    ...{ country: 'MX', check: 'chk', zone: 'all', offset: 0, bytes: 10, notAfter: 1 },
  },
};

const read = rowReader(dynamodb, tableName);
const row = async () => (await read(recordKeyOf(KEY), signal)) ?? {};
const record = async () => (await outbox.read(KEY, signal))?.record;
const state = async () => stateOf(await record());

/** The same, offered again by what its row says now. */
async function offered(): Promise<Addressed> {
  const again = offerOf(await row(), true)?.again;
  if (again === undefined || first.recipient === undefined) throw new Error('nothing to offer');
  return { ...first, recipient: { ...first.recipient, check: 'chk.1', again } };
}

const claimAgain = async (one: Addressed) =>
  await claims.claim(one, 1 + (one.recipient?.again?.after ?? 0), signal);

/** As the provider says it with our mark. */
async function marked(name: string, wamid: string, attempt: number) {
  const store = eventTable(dynamodb, { tableName, retentionDays: 30, now });
  const mark = { biz_opaque_callback_data: markOf(KEY.id, attempt) };
  const status = aStatus({ id: wamid, status: name, ...mark });
  for (const event of splitMeta(metaWebhook({ statuses: [status] })))
    await store(event, '1', signal);
}

/** As the router tells it without one. */
const unmarked = (name: string, wamid: string, code = 131_049) =>
  outgoingStatuses(dynamodb, tableName)(
    {
      ...{ channel: CHANNEL, wamid, id: KEY.id },
      statuses: [
        {
          ...{ name, at: RECEIVED_AT, receivedAt: RECEIVED_AT, payloadKey: undefined },
          detail: JSON.stringify(name === 'failed' ? { errors: [{ code, title: 'no' }] } : {}),
        },
      ],
    },
    signal,
  );

const failures = {
  refused: async () => {
    await claims.record(KEY, { state: 'failed', error: { class: 'transient' } }, signal);
  },
  taken: async () => {
    await claims.record(KEY, { state: 'sent', wamid: FIRST, sentAt: RECEIVED_AT }, signal);
    await marked('sent', FIRST, 1);
    await unmarked('failed', FIRST);
  },
  uncertain: async () => {
    await claims.doubt(KEY, 1, signal);
  },
} as const;
const KINDS = ['refused', 'taken', 'uncertain'] as const;

beforeEach(async () => {
  await claims.claim(first, 1, signal);
});

describe.each(KINDS)('a message that was %s', (kind) => {
  test('is claimed anew by one alone, on the same row', async () => {
    await failures[kind]();
    const again = await offered();

    expect(await claimAgain(again)).toBe(true);
    expect(await record()).toMatchObject({ state: 'sending', attempt: 2, statuses: [] });
    expect(await claimAgain(again)).toBe(false);
    expect(await claimAgain(first)).toBe(false);
  });

  test('is tried again as any other once its claim is given back', async () => {
    await failures[kind]();
    const again = await offered();
    await claimAgain(again);
    await claims.release(KEY, { attempt: 2, retryAt: RECEIVED_AT }, signal);

    expect(await claimAgain(again)).toBe(false);
    expect(await claims.claim(again, 3, signal)).toBe(true);
    expect(await claims.claim(again, 3, signal)).toBe(false);
  });

  test('is claimed by nobody where it came after all', async () => {
    await failures[kind]();
    const again = await offered();
    await marked('delivered', FIRST, 1);

    expect(await claimAgain(again)).toBe(false);
    expect(await state()).toBe('delivered');
  });

  test('is claimed by nobody where it was offered again before', async () => {
    await failures[kind]();
    const again = await offered();
    await claimAgain(again);
    await claims.record(KEY, { state: 'failed', error: { class: 'transient' } }, signal);

    expect(await claimAgain(again)).toBe(false);
    expect(await claimAgain(await offered())).toBe(true);
  });

  test('is claimed by nobody once its recipient was forgotten', async () => {
    await failures[kind]();
    const again = await offered();
    const forgotten = { ...(await row()), forgottenAt: { S: '1' } };
    await dynamodb('PutItem', { TableName: tableName, Item: forgotten }, signal);

    expect(await claimAgain(again)).toBe(false);
  });
});

test('one that was uncertain, and that its channel has sent again meanwhile, is that attempt', async () => {
  await failures.uncertain();
  const again = await offered();
  await claims.release(KEY, { attempt: 1, retryAt: RECEIVED_AT }, signal, 'uncertain');

  expect(await claimAgain(again)).toBe(true);
  expect(await claims.claim(first, 2, signal)).toBe(false);
});

test('is claimed by nobody where there is no row of it any more', async () => {
  await failures.refused();
  const again = await offered();
  await emulator.clear();

  expect(await claimAgain(again)).toBe(false);
});

describe('what is told late of the attempt that failed', () => {
  beforeEach(async () => {
    await failures.taken();
    const again = await offered();
    await claimAgain(again);
  });

  test('does not end the next one, which nobody would be sent again', async () => {
    await unmarked('failed', FIRST);
    await marked('sent', FIRST, 1);

    expect(await record()).toMatchObject({ state: 'sending', wamid: undefined, statuses: [] });
    await claims.record(KEY, { state: 'sent', wamid: SECOND, sentAt: RECEIVED_AT }, signal);
    await unmarked('failed', FIRST);
    expect(await state()).toBe('sent');
    expect(offerOf(await row(), true)).toBeUndefined();
  });

  test('is left out also after its claim was given back and taken', async () => {
    await claims.release(KEY, { attempt: 2, retryAt: RECEIVED_AT }, signal);
    const recipient = (await row())['recipient']?.S ?? '';
    expect(recipient).toContain('"told"');
    await unmarked('failed', FIRST);

    expect(await record()).toMatchObject({ state: 'queued', statuses: [] });
  });

  test('what is told of the next one counts', async () => {
    await claims.record(KEY, { state: 'sent', wamid: SECOND, sentAt: RECEIVED_AT }, signal);
    await marked('delivered', SECOND, 2);
    expect(await state()).toBe('delivered');
  });

  test('and the next one may fail by a status of its own', async () => {
    await claims.record(KEY, { state: 'sent', wamid: SECOND, sentAt: RECEIVED_AT }, signal);
    await unmarked('failed', SECOND);

    expect(await state()).toBe('failed');
    expect(offerOf(await row(), false)?.again).toMatchObject({ times: 2, after: 2 });
  });
});

describe('what is told late of an attempt of which nobody knew whether it went out', () => {
  beforeEach(async () => {
    await failures.uncertain();
    await claimAgain(await offered());
  });

  test('does not end the next one where that attempt failed', async () => {
    await marked('failed', FIRST, 1);
    expect(await record()).toMatchObject({ state: 'sending', wamid: undefined, statuses: [] });

    await claims.record(KEY, { state: 'sent', wamid: SECOND, sentAt: RECEIVED_AT }, signal);
    await marked('failed', FIRST, 1);
    expect(await record()).toMatchObject({ wamid: SECOND, statuses: [] });
    expect(offerOf(await row(), true)).toBeUndefined();
  });

  test('ends it where what was told before had it be that attempt', async () => {
    await marked('sent', FIRST, 1);
    await marked('failed', FIRST, 1);
    expect(await state()).toBe('failed');
  });

  test('counts where it came after all, and of the next one whatever is told', async () => {
    await marked('failed', SECOND, 2);
    expect(await state()).toBe('failed');
    await marked('delivered', FIRST, 1);
    expect(await state()).toBe('delivered');
  });
});

test('a row that was offered again three times takes one write unit, with all its statuses', async () => {
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const wamid = `wamid.HBgNNTIxNTU1MDAwMTExMRUCABEYEjg2RDdFNEY4QTEyMzQ1Njc4OQ${attempt}`;
    await claims.record(KEY, { state: 'sent', wamid, sentAt: RECEIVED_AT }, signal);
    await unmarked('failed', wamid);
    await claimAgain(await offered());
  }
  await claims.record(KEY, { state: 'sent', wamid: FIRST, sentAt: RECEIVED_AT }, signal);
  for (const name of ['sent', 'delivered', 'read']) await marked(name, FIRST, 4);

  const { pk, sk } = recordKeyOf(KEY);
  const rows = await emulator.rows();
  const stored = rows.find((one) => one['pk']?.S === pk && one['sk']?.S === sk) ?? {};
  expect(stored).toHaveProperty(['status.read']);
  expect(rowBytes(stored)).toBeLessThanOrEqual(1024);
});
