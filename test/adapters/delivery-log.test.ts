import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deliveryLog, type LoggedAttempt } from '../../lambda/adapters/delivery-log.ts';
import { type EventTableEmulator, startEventTable } from '../support/event-table-emulator.ts';

let emulator: EventTableEmulator;

beforeAll(async () => {
  emulator = await startEventTable();
});
afterAll(() => emulator[Symbol.asyncDispose]());
beforeEach(() => emulator.clear());

const { signal } = new AbortController();
const NOW = 1_795_212_000_000;
const ATTEMPTS: readonly LoggedAttempt[] = [
  { eventId: 'message.a', at: NOW - 20, try: 1, latencyMs: 12, outcome: 'delivered', status: 200 },
  { eventId: 'message.b', at: NOW - 10, try: 3, latencyMs: 9, outcome: 'failed', fault: 'timeout' },
];

describe('what an invocation tried', () => {
  test('is one row beside the subscriber, by its time, and kept for a week', async () => {
    let rows = 0;
    const id = () => {
      rows += 1;
      return `id-${rows}`;
    };
    const log = deliveryLog(emulator.dynamodb, emulator.tableName, { now: () => NOW, id });

    await log('sub_1', ATTEMPTS, signal);
    await log('sub_1', ATTEMPTS.slice(1), signal);

    expect(await emulator.rows()).toEqual([
      {
        pk: { S: 'deliveries.sub_1' },
        sk: { S: `${NOW}#id-1` },
        attempts: { S: JSON.stringify(ATTEMPTS) },
        expiresAt: { N: String(NOW / 1000 + 7 * 86_400) },
      },
      expect.objectContaining({
        sk: { S: `${NOW}#id-2` },
        attempts: { S: JSON.stringify(ATTEMPTS.slice(1)) },
      }),
    ]);
  });
});
