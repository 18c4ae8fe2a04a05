import { describe, expect, test } from 'vitest';
import { deliveryLogReader } from '../../lambda/delivery/log-reader-table.ts';
import { deliveryLog, type LoggedAttempt } from '../../lambda/delivery/log-table.ts';
import { anEventTable } from '../support/an-event-table.ts';
import { aTry, logTries } from '../support/logged-deliveries.ts';

const emulator = await anEventTable();

const { signal } = new AbortController();
const NOW = Date.parse('2026-11-22T00:00:05.000Z');
const DAY = 86_400_000;
const ATTEMPTS: readonly LoggedAttempt[] = [
  { eventId: 'message.a', at: NOW - 20, try: 1, latencyMs: 12, outcome: 'delivered', status: 200 },
  { eventId: 'message.b', at: NOW - 10, try: 3, latencyMs: 9, outcome: 'failed', fault: 'timeout' },
];

function logAt(now: number, random: number, id = 'x') {
  const surroundings = { now: () => now, id: () => id, random: () => random };
  return deliveryLog(emulator.dynamodb, emulator.tableName, surroundings);
}

async function idsRead({ since = 0, until = undefined as string | undefined, now = NOW } = {}) {
  const read = deliveryLogReader(emulator.dynamodb, emulator.tableName, () => now);
  const rows = await Array.fromAsync(read({ subscriberId: 'sub_1', since, until }, signal));
  return rows.flatMap(({ tries }) => tries.map(({ eventId }) => eventId));
}

describe('what an invocation tried', () => {
  test('is a row by its time in a partition of its day, kept for a week', async () => {
    await logAt(NOW, 0.35, 'id-1')('sub_1', ATTEMPTS, signal);

    expect(await emulator.rows()).toEqual([
      {
        pk: { S: 'deliveries.sub_1.2026-11-22.3' },
        sk: { S: `${NOW}#id-1` },
        attempts: { S: JSON.stringify(ATTEMPTS) },
        expiresAt: { N: String(NOW / 1000 + 7 * 86_400) },
      },
    ]);
  });

  test('is spread over ten partitions of each day, in UTC', async () => {
    for (let lane = 0; lane < 10; lane += 1) {
      await logAt(NOW, (lane + 0.99) / 10)('sub_1', ATTEMPTS, signal);
      await logAt(NOW - 10_000, lane / 10)('sub_1', ATTEMPTS, signal);
    }

    const partitions = (await emulator.rows()).map(({ pk }) => pk?.S);
    expect(new Set(partitions)).toEqual(
      new Set(
        ['2026-11-21', '2026-11-22'].flatMap((day) =>
          Array.from({ length: 10 }, (_, lane) => `deliveries.sub_1.${day}.${lane}`),
        ),
      ),
    );
  });
});

describe('the log is read', () => {
  test('newest first, over all its partitions and the one of a release before', async () => {
    const expected: string[] = [];
    for (let n = 0; n < 120; n += 1) {
      const at = NOW - n * 3_600_000;
      const attempt = aTry(at);
      expected.push(attempt.eventId);
      if (n % 3 === 0) await logTries(emulator, [attempt], { writtenAt: at });
      else await logAt(at, ((n * 7) % 10) / 10, String(n))('sub_1', [attempt], signal);
    }
    await logAt(NOW, 0.1)('sub_10', [aTry(NOW)], signal);

    expect(await idsRead()).toEqual(expected);
    expect(await idsRead({ since: NOW - 50 * 3_600_000 })).toEqual(expected.slice(0, 51));
    const until = `${NOW - 50 * 3_600_000}#50`;
    expect(await idsRead({ until })).toEqual(expected.slice(50));
  });

  test('from a place on as it was, whatever is written meanwhile', async () => {
    for (let n = 0; n < 30; n += 1) {
      await logAt(NOW - n, (n % 10) / 10, String(n))('sub_1', [aTry(NOW - n)], signal);
    }
    const until = `${NOW - 10}#10`;
    const before = await idsRead({ until });
    await logAt(NOW + 1, 0.2)('sub_1', [aTry(NOW + 1)], signal);

    expect(await idsRead({ until })).toEqual(before);
    expect(before).toHaveLength(20);
  });

  test('to its last day, and from a writer whose clock is ahead', async () => {
    const oldest = NOW - 7 * DAY + 1000;
    await logAt(oldest, 0.9)('sub_1', [aTry(oldest)], signal);
    await logAt(NOW + 60_000, 0.9)('sub_1', [aTry(NOW + 60_000)], signal);

    expect(await idsRead()).toEqual([`message.${NOW + 60_000}`, `message.${oldest}`]);
    expect(await idsRead({ now: NOW + 2000 })).toEqual([`message.${NOW + 60_000}`]);
  });

  test('by no more calls than it has partitions, however idle its subscriber is', async () => {
    await idsRead();
    expect(emulator.operations).toHaveLength(1 + 10 * 8);
    emulator.operations.length = 0;
    await idsRead({ since: NOW - 1000 });
    expect(emulator.operations).toHaveLength(1 + 10);
  });
});
