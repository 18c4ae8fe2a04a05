import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hashOfJson } from '../../lambda/sending/canonical-json.ts';
import { claimTable } from '../../lambda/sending/claim-table.ts';
import { outboxTable } from '../../lambda/sending/outbox-table.ts';
import { AwsRequestError } from '../../lambda/shared/aws/request.ts';
import { firstWait } from '../../lambda/table/outgoing-json.ts';
import { contentKeyOf } from '../../lambda/table/outgoing-keys.ts';
import { outgoingId } from '../../lambda/table/outgoing-message.ts';
import { stateOf } from '../../lambda/table/outgoing-record.ts';
import { campaignMessage, campaignRow } from '../support/campaign-rows.ts';
import { type EventTableEmulator, startEventTable } from '../support/event-table-emulator.ts';
import { anOutgoing, OUTGOING_NOW as NOW } from '../support/outgoing.ts';
import { refusing } from '../support/refusing-table.ts';
import { rowBytes } from '../support/write-units.ts';

let emulator: EventTableEmulator;

beforeAll(async () => {
  emulator = await startEventTable();
});
afterAll(() => emulator[Symbol.asyncDispose]());
beforeEach(() => emulator.clear());

const { signal } = new AbortController();
const EXPIRES = NOW / 1000 + 30 * 86_400;
const options = () => ({
  ...{ tableName: emulator.tableName, expiresAt: () => EXPIRES, now: () => NOW },
});
const outbox = () => outboxTable(emulator.dynamodb, options());
const claims = () => claimTable(emulator.dynamodb, options());
const message = anOutgoing();
const lane = { channel: '123', lane: 0 };
const state = async () => stateOf((await outbox().read(message, signal))?.record);
const waits = (dueAt: number, overrides = {}) => ({ ...firstWait(message), dueAt, ...overrides });

describe('the content of a message', () => {
  test('is read as it was put, with what became of it, by one read', async () => {
    expect(await outbox().putContent(message, 'hash', signal)).toBe(true);
    await claims().claim(message, 1, signal);
    emulator.operations.length = 0;

    const stored = await outbox().read(message, signal);

    expect(stored).toMatchObject({
      ...{ message, bodyHash: 'hash', attempt: undefined },
      record: { state: 'sending', attempt: 1, claimedAt: NOW, statuses: [] },
    });
    expect(emulator.operations).toEqual(['Query']);
  });

  test('is put once, whoever comes with its id', async () => {
    await outbox().putContent(message, 'hash', signal);

    expect(await outbox().putContent({ ...message, body: '{}' }, 'other', signal)).toBe(false);
    expect(await outbox().readContent(message, signal)).toMatchObject({
      message,
      bodyHash: 'hash',
    });
  });

  test('of a text of 700 bytes takes one write unit', async () => {
    const body = JSON.stringify({ type: 'text', text: { body: 'x'.repeat(700) } });
    const id = outgoingId('900000000000100', message.to, 'order-1');
    const long = { ...message, id, channel: '900000000000100', body };
    await outbox().putContent(long, hashOfJson({}) ?? '', signal);

    const [row] = await emulator.rows();
    expect(rowBytes(row ?? {})).toBeLessThanOrEqual(1024);
  });

  test('is not that of another channel that has its id', async () => {
    await outbox().putContent(message, 'hash', signal);

    expect(await outbox().read({ channel: '456', id: message.id }, signal)).toBeUndefined();
    expect(await outbox().readContent({ channel: '456', id: message.id }, signal)).toBeUndefined();
  });

  test('stands in the timeline of its recipient, is no event, and expires', async () => {
    await outbox().putContent(message, 'hash', signal);

    const [row] = await emulator.rows();
    expect(row).toMatchObject({
      timelineAt: { S: String(NOW) },
      expiresAt: { N: String(EXPIRES) },
    });
    expect(Object.keys(row ?? {})).not.toContain('provider');
    expect(Object.keys(row ?? {})).not.toContain('channel');
  });

  test('whose row was damaged is not read, and its words are not told', async () => {
    await outbox().putContent(message, 'hash', signal);
    const [row = {}] = await emulator.rows();
    const Item = { ...row, outgoing: { S: '{"v":1,"secret' } };
    await emulator.dynamodb('PutItem', { TableName: emulator.tableName, Item }, signal);

    const reading = outbox().read(message, signal);
    await expect(reading).rejects.toThrow('14 characters that are no JSON of a message');
  });
});

describe('what waits in a lane', () => {
  test('is read by class, the first that is due before, as many as are asked for', async () => {
    await outbox().putWaiting(lane, waits(NOW + 2), signal);
    await outbox().putWaiting(lane, waits(NOW + 1), signal);
    await outbox().putWaiting(lane, waits(NOW, { class: 'campaign' }), signal);
    await outbox().putWaiting({ ...lane, lane: 1 }, waits(NOW - 1), signal);

    expect(await outbox().queryWaiting(lane, 'reply', 9, signal)).toEqual([
      waits(NOW + 1),
      waits(NOW + 2),
    ]);
    expect(await outbox().queryWaiting(lane, 'reply', 1, signal)).toEqual([waits(NOW + 1)]);
    expect(await outbox().queryWaiting(lane, 'campaign', 9, signal)).toHaveLength(1);
  });

  test('is gone once it is removed, also for the second time', async () => {
    await outbox().putWaiting(lane, waits(NOW), signal);
    await outbox().removeWaiting(lane, waits(NOW), signal);
    await outbox().removeWaiting(lane, waits(NOW), signal);

    expect(await outbox().queryWaiting(lane, 'reply', 9, signal)).toEqual([]);
  });

  test('waits for another attempt in place of the one before, and its content says so first', async () => {
    await outbox().putContent(message, 'hash', signal);
    await outbox().putWaiting(lane, waits(NOW), signal);
    emulator.operations.length = 0;

    const next = waits(NOW + 500, { attempt: 2 });
    await outbox().postpone(lane, waits(NOW), next, signal);

    expect(emulator.operations).toEqual(['UpdateItem', 'PutItem', 'DeleteItem']);
    expect(await outbox().queryWaiting(lane, 'reply', 9, signal)).toEqual([next]);
    expect(await outbox().read(message, signal)).toMatchObject({ attempt: 2 });
  });

  test('waits no more where its content was forgotten', async () => {
    await outbox().putWaiting(lane, waits(NOW), signal);
    await outbox().postpone(lane, waits(NOW), waits(NOW + 500, { attempt: 2 }), signal);

    expect(await emulator.rows()).toEqual([]);
  });
});

describe('a claim', () => {
  beforeEach(() => outbox().putContent(message, 'hash', signal));

  test('is had by one', async () => {
    const all = await Promise.all([1, 2, 3].map(() => claims().claim(message, 1, signal)));

    expect(all.filter((isMine) => isMine)).toHaveLength(1);
    expect(await claims().settleUnsent(message, 'cancelled', signal)).toBe(false);
    expect(await state()).toBe('sending');
  });

  test('is not to be had of what was cancelled', async () => {
    expect(await claims().settleUnsent(message, 'cancelled', signal)).toBe(true);
    expect(await claims().claim(message, 1, signal)).toBe(false);
    expect(await state()).toBe('cancelled');
  });

  test('is given back by who has it, and by nobody else', async () => {
    await claims().claim(message, 2, signal);

    expect(await claims().release(message, { attempt: 1, retryAt: NOW }, signal)).toBe(false);
    expect(await claims().release(message, { attempt: 2, retryAt: NOW }, signal)).toBe(true);
    expect(await state()).toBe('queued');
    expect(await claims().claim(message, 3, signal)).toBe(true);
  });

  test('that was given back is to be had for the next attempt alone', async () => {
    await claims().claim(message, 1, signal);
    await claims().release(message, { attempt: 1, retryAt: NOW }, signal);

    expect(await claims().claim(message, 1, signal)).toBe(false);
    expect(await claims().claim(message, 2, signal)).toBe(true);
  });

  test('is not given back once the message has a wamid', async () => {
    await claims().claim(message, 1, signal);
    await claims().record(message, { state: 'sending', wamid: 'wamid.A' }, signal);

    expect(await claims().release(message, { attempt: 1, retryAt: NOW }, signal)).toBe(false);
  });

  test('ends with what the provider said', async () => {
    await claims().claim(message, 1, signal);
    const error = { class: 'recipient', code: '131026', text: 'undeliverable' };
    await claims().record(message, { state: 'failed', error }, signal);

    expect(await outbox().read(message, signal)).toMatchObject({ record: { error } });
    expect(await state()).toBe('failed');
  });

  test('leads from its wamid to its message', async () => {
    await claims().point(message, 'wamid.A', signal);

    const row = (await emulator.rows()).find(({ sk }) => sk?.S === 'outgoing');
    expect(row?.outgoingId).toEqual({ S: message.id });
  });
});

describe('a claim whose answer was lost', () => {
  beforeEach(() => outbox().putContent(message, 'hash', signal));
  /** Puts, and then says that the condition was not met, as a call does that is tried again. */
  const repeating = (claimIds: string[]) => {
    const twice: typeof emulator.dynamodb = async (operation, input, until) => {
      if (operation === 'PutItem') await emulator.dynamodb(operation, input, until).catch(() => {});
      return await emulator.dynamodb(operation, input, until);
    };
    return claimTable(twice, { ...options(), newClaimId: () => claimIds.shift() ?? 'more' });
  };

  test('is the caller’s, who finds its own name in it', async () => {
    expect(await repeating(['one']).claim(message, 1, signal)).toBe(true);
  });

  test('is not the caller’s where somebody else, or the caller itself, claimed before', async () => {
    const claiming = repeating(['one', 'two']);
    await claiming.claim(message, 1, signal);

    expect(await claiming.claim(message, 1, signal)).toBe(false);
  });

  test('is not the caller’s where it was settled otherwise', async () => {
    await claims().settleUnsent(message, 'cancelled', signal);

    expect(await repeating(['one']).claim(message, 1, signal)).toBe(false);
  });

  test('is given back where no try is answered, so that nobody takes it for one that led to a request', async () => {
    const deaf: typeof emulator.dynamodb = async (operation, input, until) => {
      const answer = await emulator.dynamodb(operation, input, until);
      if (operation === 'PutItem') throw new AwsRequestError('dynamodb', 'timeout');
      return answer;
    };
    const claiming = claimTable(deaf, { ...options(), newClaimId: () => 'one' });
    await expect(claiming.claim(message, 1, signal)).rejects.toThrow('timeout');

    expect(await state()).toBe('queued');
    expect(await claims().claim(message, 1, signal)).toBe(false);
    expect(await claims().claim(message, 2, signal)).toBe(true);
  });

  test('of somebody else is left to them', async () => {
    const other = claimTable(emulator.dynamodb, { ...options(), newClaimId: () => 'other' });
    await other.claim(message, 1, signal);
    const away = refusing('timeout', { table: emulator.dynamodb, only: /^PutItem/ });
    const claiming = claimTable(away, { ...options(), newClaimId: () => 'one' });
    await expect(claiming.claim(message, 1, signal)).rejects.toThrow('timeout');

    expect(await state()).toBe('sending');
  });
});

describe('what was forgotten', () => {
  const put = (Item: object) =>
    emulator.dynamodb('PutItem', { TableName: emulator.tableName, Item }, signal);

  test('has no content, and is no message', async () => {
    const { pk, sk } = contentKeyOf(message);
    await put({ pk: { S: pk }, sk: { S: sk }, forgottenAt: { S: '1' } });

    expect(await outbox().readContent(message, signal)).toBeUndefined();
    expect(await outbox().read(message, signal)).toBeUndefined();
  });

  test('is no message of a campaign', async () => {
    const { recipient: _, ...row } = campaignRow({}, { forgottenAt: { S: '1' } });
    await put(row);

    expect(await outbox().read(campaignMessage(), signal)).toBeUndefined();
  });
});
