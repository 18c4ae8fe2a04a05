import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ChangeStream } from '../../local/aws/change-stream.ts';
import { LocalClock } from '../../local/clock.ts';
import type { DiscardedBatch } from '../../local/functions/batch-delivery.ts';
import type { InvocationResult } from '../../local/functions/execution-environment.ts';
import {
  type StreamPollerOptions,
  startStreamPoller,
} from '../../local/functions/stream-poller.ts';

type Run = (names: string[]) => InvocationResult | Promise<InvocationResult>;

const taken: InvocationResult = { ok: true, result: { batchItemFailures: [] } };
const failed: InvocationResult = { ok: false, reason: 'error', detail: 'no' };

/** A reader of changes of one partition, named after their sort keys. */
function aPoller(run: Run, options: Partial<StreamPollerOptions> = {}) {
  const clock = new LocalClock();
  const stream = new ChangeStream('events', 'KEYS_ONLY', clock);
  const batches: string[][] = [];
  const discarded: (Omit<DiscardedBatch, 'changes'> & { readonly names: string[] })[] = [];
  const sequenceNumbers = new Map<string, string>();
  const nameOf = (record: DynamoDBStreamEvent['Records'][number]) => {
    const name = record.dynamodb?.Keys?.['sk']?.S ?? '';
    sequenceNumbers.set(name, record.dynamodb?.SequenceNumber ?? '');
    return name;
  };
  const poller = startStreamPoller({
    ...{ stream, clock, filter: () => true, batchSize: 10, batchingWindowMs: 0 },
    ...{ reportsBatchItemFailures: true, bisectsBatch: false },
    maximumRetryAttempts: Number.POSITIVE_INFINITY,
    maximumRecordAgeMs: Number.POSITIVE_INFINITY,
    invoke: async ({ Records }) => {
      const names = Records.map(nameOf);
      batches.push(names);
      return run(names);
    },
    discard: async ({ changes, ...why }) => {
      discarded.push({ names: changes.map(({ record }) => nameOf(record)), ...why });
    },
    ...options,
  });
  onTestFinished(() => poller.stop());
  const change = (...names: string[]) => {
    for (const S of names) {
      const keys = { pk: { S: 'p' }, sk: { S } };
      stream.append({ keys, oldImage: undefined, newImage: keys, bytes: 1 });
    }
  };
  /** As a function that reports where it stopped. */
  const stoppedAt = (...names: string[]): InvocationResult => ({
    ok: true,
    result: {
      batchItemFailures: names.map((name) => ({ itemIdentifier: sequenceNumbers.get(name) })),
    },
  });
  return { clock, poller, batches, discarded, change, stoppedAt };
}

/** Fails so many times, then succeeds. */
function failing(times: number): Run {
  let left = times;
  return () => {
    left -= 1;
    return left >= 0 ? failed : taken;
  };
}

describe('a stream’s event source mapping', () => {
  test('hands over the changes that come together as one batch, no larger than allowed', async () => {
    const { change, batches } = aPoller(() => taken, { batchSize: 3 });
    change('1', '2', '3', '4');

    await expect.poll(() => batches).toEqual([['1', '2', '3'], ['4']]);
  });

  test('hands over one batch of a shard at a time', async () => {
    let atOnce = 0;
    let most = 0;
    const { change, poller } = aPoller(
      async () => {
        atOnce += 1;
        most = Math.max(most, atOnce);
        await Promise.resolve();
        atOnce -= 1;
        return taken;
      },
      { batchSize: 1 },
    );
    change('1', '2', '3');

    expect(poller.left()).toBe(3);
    await expect.poll(poller.left).toBe(0);
    expect(most).toBe(1);
  });

  test('waits for a full batch as long as its window, by the stack’s clock', async () => {
    const options = { batchingWindowMs: 300_000, batchSize: 3 };
    const { change, batches, clock } = aPoller(() => taken, options);
    change('1', '2', '3');
    await expect.poll(() => batches).toEqual([['1', '2', '3']]);
    change('4');
    clock.advance(299_000);
    change('5');
    await sleep(200);
    expect(batches).toHaveLength(1);
    clock.advance(2_000);

    await expect
      .poll(() => batches)
      .toEqual([
        ['1', '2', '3'],
        ['4', '5'],
      ]);
  });

  test('waits for nothing more once it is to hurry', async () => {
    const { change, batches, poller } = aPoller(() => taken, { batchingWindowMs: 300_000 });
    change('1');
    poller.hurry();

    await expect.poll(() => batches).toEqual([['1']]);
  });

  test('makes no event larger than Lambda takes', async () => {
    const { change, batches } = aPoller(() => taken);
    const large = Array.from({ length: 4 }, (_, at) => String(at).repeat(2_000_000));
    change(...large);

    await expect.poll(() => batches.map(({ length }) => length)).toEqual([2, 2]);
  });

  test('invokes for the records that its filter lets through only', async () => {
    const filter = (record: unknown) => !JSON.stringify(record).includes('"2"');
    const { change, batches } = aPoller(() => taken, { filter });
    change('1', '2', '3');

    await expect.poll(() => batches).toEqual([['1', '3']]);
  });

  test('hands over again from the first change that was reported as failed', async () => {
    let isFirst = true;
    const poller = aPoller(() => {
      if (!isFirst) return taken;
      isFirst = false;
      return poller.stoppedAt('3', '2');
    });
    poller.change('1', '2', '3');

    await expect
      .poll(() => poller.batches)
      .toEqual([
        ['1', '2', '3'],
        ['2', '3'],
      ]);
  });

  test('hands over the whole batch again, and nothing behind it, until it is taken', async () => {
    const { change, batches, poller, discarded } = aPoller(failing(3), { batchSize: 2 });
    change('1', '2', '3');
    await expect.poll(poller.left, { timeout: 5_000 }).toBe(0);

    expect(batches).toEqual([['1', '2'], ['1', '2'], ['1', '2'], ['1', '2'], ['3']]);
    expect(discarded).toEqual([]);
  });

  test.each([
    ['an error', failed],
    ['a list that nobody can read', { ok: true, result: { batchItemFailures: [{ id: '1' }] } }],
    ['an unknown number', { ok: true, result: { batchItemFailures: [{ itemIdentifier: 'x' }] } }],
  ] as const)('takes %s for the failure of all', async (_, result) => {
    const results: InvocationResult[] = [taken, result];
    const { change, batches } = aPoller(() => results.pop() ?? taken);
    change('1', '2');

    await expect
      .poll(() => batches)
      .toEqual([
        ['1', '2'],
        ['1', '2'],
      ]);
  });

  test('gives up after its retries, and goes on behind', async () => {
    const run: Run = (names) => (names.includes('1') ? failed : taken);
    const options = { maximumRetryAttempts: 2, batchSize: 2 };
    const { change, batches, discarded } = aPoller(run, options);
    change('1', '2', '3');
    await expect.poll(() => batches, { timeout: 5_000 }).toHaveLength(4);

    expect(batches).toEqual([['1', '2'], ['1', '2'], ['1', '2'], ['3']]);
    expect(discarded).toEqual([
      {
        ...{ names: ['1', '2'], condition: 'RetryAttemptsExhausted' },
        ...{ invokeCount: 3, invoked: failed },
      },
    ]);
  });

  test('halves a batch that failed until the one at fault is alone', async () => {
    const run: Run = (names) => (names.includes('3') ? failed : taken);
    const options = { maximumRetryAttempts: 1, bisectsBatch: true };
    const { change, batches, discarded, poller } = aPoller(run, options);
    change('1', '2', '3', '4');
    await expect.poll(poller.left, { timeout: 5_000 }).toBe(0);

    expect(batches).toEqual([['1', '2', '3', '4'], ['1', '2'], ['3', '4'], ['3'], ['3'], ['4']]);
    expect(discarded.map(({ names }) => names)).toEqual([['3']]);
  });

  test('gives up what is older than allowed, whether it was tried or not', async () => {
    const run: Run = (names) => (names.includes('1') ? failed : taken);
    const options = { maximumRecordAgeMs: 60_000, batchSize: 1 };
    const { change, batches, clock, discarded } = aPoller(run, options);
    change('1', '2');
    await expect.poll(() => batches).toHaveLength(1);
    clock.advance(61_000);
    await expect.poll(() => discarded).toHaveLength(2);
    change('3');

    await expect.poll(() => batches).toContainEqual(['3']);
    expect(discarded.map(({ names, condition }) => [names, condition])).toEqual([
      [['1'], 'RecordAgeExceeded'],
      [['2'], 'RecordAgeExceeded'],
    ]);
    expect(discarded[1]).toMatchObject({ invokeCount: 0, invoked: undefined });
  });

  test('loses what has left the stream after a day', async () => {
    const { change, batches, clock, discarded, poller } = aPoller((names) =>
      names.includes('1') ? failed : taken,
    );
    change('1');
    await expect.poll(() => batches).toHaveLength(1);
    clock.advance(24 * 3_600_000 + 1);
    await expect.poll(poller.left).toBe(0);

    expect(discarded).toEqual([]);
  });

  test('hands over nothing more once it is stopped, and counts what is left', async () => {
    const { change, poller, batches } = aPoller(() => failed);
    change('1');
    await expect.poll(() => batches).toHaveLength(1);
    poller.stop();
    await poller.finished;
    change('2');

    expect(poller.left()).toBe(2);
    expect(batches).toHaveLength(1);
  });
});
