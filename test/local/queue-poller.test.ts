import type { SQSEvent } from 'aws-lambda';
import { expect, onTestFinished, test } from 'vitest';
import { LocalClock } from '../../local/clock.ts';
import type { InvocationResult } from '../../local/functions/execution-environment.ts';
import { failedMessages, startQueuePoller } from '../../local/functions/queue-poller.ts';
import { FifoQueue } from '../../local/sqs/fifo-queue.ts';
import { WaitingQueue } from '../../local/sqs/waiting-queue.ts';

function aPoller(
  run: (event: SQSEvent) => Promise<InvocationResult>,
  { concurrency = 2, visibilityTimeoutSeconds = 30 } = {},
) {
  const queue = new FifoQueue({ name: 'inbox.fifo', visibilityTimeoutSeconds });
  for (const [groupId, body] of [
    ['a', 'a1'],
    ['a', 'a2'],
    ['b', 'b1'],
  ] as const) {
    queue.send({ groupId, body, deduplicationId: body }, Date.now());
  }
  const clock = new LocalClock();
  const batches: SQSEvent[] = [];
  const poller = startQueuePoller({
    ...{ queue: new WaitingQueue(queue, clock), batchSize: 10, concurrency },
    reportsBatchItemFailures: true,
    invoke: (event) => {
      batches.push(event);
      return run(event);
    },
  });
  onTestFinished(() => poller.stop());
  const bodies = () => batches.map(({ Records }) => Records.map(({ body }) => body));
  return { queue, clock, poller, batches, bodies };
}

const succeed = async (): Promise<InvocationResult> => ({ ok: true, result: null });

test('hands over several groups and several messages of a group, as Lambda writes them', async () => {
  const { queue, batches, bodies } = aPoller(succeed);

  await expect.poll(() => queue.counts(Date.now())).toEqual({ visible: 0, inFlight: 0 });
  expect(bodies()).toEqual([['a1', 'a2', 'b1']]);
  expect(batches[0]?.Records[0]).toEqual({
    messageId: expect.any(String),
    receiptHandle: expect.any(String),
    body: 'a1',
    attributes: {
      ApproximateReceiveCount: '1',
      ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      MessageDeduplicationId: 'a1',
      MessageGroupId: 'a',
      SenderId: expect.any(String),
      SentTimestamp: expect.stringMatching(/^\d{13}$/),
      SequenceNumber: expect.stringMatching(/^\d{20}$/),
    },
    messageAttributes: {},
    md5OfBody: '8a8bb7cd343aa2ad99b7d762030857a2',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:inbox.fifo',
    awsRegion: 'us-east-1',
  });
});

test('deletes what succeeded and hands what failed over again after its visibility timeout', async () => {
  let isFirst = true;
  const { clock, bodies } = aPoller(
    async ({ Records }) => {
      const failed = isFirst ? [{ itemIdentifier: Records[1]?.messageId }] : [];
      isFirst = false;
      return { ok: true, result: { batchItemFailures: failed } };
    },
    { visibilityTimeoutSeconds: 3_600 },
  );
  await expect.poll(bodies).toHaveLength(1);
  clock.advance(3_600_000);

  await expect.poll(bodies).toEqual([['a1', 'a2', 'b1'], ['a2']]);
});

test('takes nothing more once it is stopped', async () => {
  const { queue, poller, bodies } = aPoller(succeed);
  await expect.poll(bodies).toHaveLength(1);
  poller.stop();
  await poller.finished;
  queue.send({ groupId: 'a', body: 'late', deduplicationId: 'late' }, Date.now());

  expect(queue.counts(Date.now()).visible).toBe(1);
});

test('keeps the whole batch when the function fails or reports failures that nobody can read', () => {
  const queue = new FifoQueue({ name: 'inbox.fifo' });
  queue.send({ groupId: 'a', body: '1', deduplicationId: '1' }, 0);
  const messages = queue.receive(10, 0);
  const kept = (invoked: InvocationResult, reports = true) =>
    failedMessages(invoked, messages, reports).size;

  expect(kept({ ok: false, reason: 'error', detail: '' })).toBe(1);
  expect(kept({ ok: true, result: { batchItemFailures: [{ itemIdentifier: 'other' }] } })).toBe(1);
  expect(kept({ ok: true, result: { batchItemFailures: 'all' } })).toBe(1);
  expect(kept({ ok: true, result: { batchItemFailures: [{ itemIdentifier: '' }] } })).toBe(1);
  expect(kept({ ok: true, result: { batchItemFailures: null } })).toBe(0);
  expect(kept({ ok: true, result: {} })).toBe(0);
  expect(kept({ ok: true, result: { batchItemFailures: 'all' } }, false)).toBe(0);
});
