import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startQueuePoller } from '../../local/functions/queue-poller.ts';
import type { QueueSettings } from '../../local/sqs/queue-model.ts';
import type { NewMessage } from '../../local/sqs/queue-types.ts';
import { redriveMessages } from '../../local/sqs/redrive.ts';
import { StandardQueue } from '../../local/sqs/standard-queue.ts';
import { servedQueues } from '../support/served-queues.ts';

function aQueue(settings: Partial<QueueSettings> = {}): StandardQueue {
  return new StandardQueue({ name: 'media', visibilityTimeoutSeconds: 60, ...settings });
}

const aMessage = (body: string, more: Partial<NewMessage> = {}) => ({
  ...{ groupId: '', deduplicationId: '', body, ...more },
});
const bodies = (messages: readonly { readonly body: string }[]) => messages.map(({ body }) => body);

describe('a standard queue', () => {
  test('takes each message, and gives each by itself', () => {
    const queue = aQueue();
    for (const body of ['1', '1', '2']) queue.send(aMessage(body), 0);
    const [first, second] = queue.receive(2, 0);
    expect(bodies(queue.receive(10, 0))).toEqual(['2']);
    queue.delete(second?.receiptHandle ?? '', 1);

    expect(bodies(queue.receive(10, 60_000)).toSorted()).toEqual(['1', '2']);
    expect(queue.delete(first?.receiptHandle ?? '', 60_001)).toMatchObject({ ok: false });
  });

  test('hides a message as long as it is told, by the message or by the queue', () => {
    const queue = aQueue({ delaySeconds: 10 });
    queue.send(aMessage('queue'), 0);
    queue.send(aMessage('message', { delaySeconds: 900 }), 0);
    queue.send(aMessage('now', { delaySeconds: 0 }), 0);

    expect(bodies(queue.receive(10, 0))).toEqual(['now']);
    expect([queue.delayed(0), queue.counts(0)]).toEqual([2, { visible: 0, inFlight: 1 }]);
    expect(queue.opensAt).toBe(10_000);
    expect(bodies(queue.receive(10, 10_000))).toEqual(['queue']);
    expect(bodies(queue.receive(10, 900_000))).toContain('message');
  });

  test('hides a message anew, or shows it again, when its visibility is changed', () => {
    const queue = aQueue();
    queue.send(aMessage('1'), 0);
    const [received] = queue.receive(1, 0);
    queue.changeVisibility(received?.receiptHandle ?? '', 3_600, 1);
    expect(queue.receive(1, 60_000)).toEqual([]);
    queue.changeVisibility(received?.receiptHandle ?? '', 0, 60_000);

    expect(queue.receive(1, 60_000)[0]).toMatchObject({ body: '1', receiveCount: 2 });
  });

  test('moves what was received too often to its dead-letter queue, and from there back', () => {
    const deadLetterQueue = aQueue({ name: 'dead' });
    const queue = aQueue({ redrive: { deadLetterQueue, maxReceiveCount: 1 } });
    queue.send(aMessage('1', { attributes: { a: { DataType: 'String', StringValue: 'x' } } }), 0);
    queue.receive(1, 0);
    expect(queue.receive(1, 60_000)).toEqual([]);
    expect(deadLetterQueue.counts(60_000).visible).toBe(1);

    expect(redriveMessages(deadLetterQueue, () => queue, 60_000)).toEqual({ moved: 1 });
    expect(queue.receive(1, 60_000)[0]).toMatchObject({
      ...{ body: '1', receiveCount: 1, attributes: { a: { StringValue: 'x' } } },
    });
  });

  test.each([
    [aMessage('', {}), 'MissingParameter'],
    [aMessage('1', { deduplicationId: 'x' }), 'InvalidParameterValue'],
    [aMessage('1', { delaySeconds: 901 }), 'InvalidParameterValue'],
    [aMessage('1', { groupId: 'ü' }), 'InvalidParameterValue'],
    [aMessage('\uFFFE'), 'InvalidMessageContents'],
    [aMessage('x'.repeat(1_048_577)), 'InvalidParameterValue'],
  ])('refuses what SQS refuses: %#', (message, code) => {
    expect(aQueue().send(message, 0)).toMatchObject({ ok: false, code });
  });
});

describe('the SQS endpoint', () => {
  test('makes standard queues and says what they are, without the members of FIFO queues', async () => {
    const { client } = await servedQueues();
    const Attributes = { DelaySeconds: '30' };
    const { QueueUrl } = await client.send(
      new CreateQueueCommand({ QueueName: 'media', Attributes }),
    );
    const sent = await client.send(
      new SendMessageCommand({ QueueUrl, MessageBody: '1', DelaySeconds: 0 }),
    );
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: '2' }));
    const names = { AttributeNames: ['All' as const] };
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['All'] }),
    );
    const described = await client.send(new GetQueueAttributesCommand({ QueueUrl, ...names }));

    expect(sent.SequenceNumber).toBeUndefined();
    expect(Messages.map(({ Body }) => Body)).toEqual(['1']);
    expect(Object.keys(Messages[0]?.Attributes ?? {}).toSorted()).toEqual([
      'ApproximateFirstReceiveTimestamp',
      'ApproximateReceiveCount',
      'SenderId',
      'SentTimestamp',
    ]);
    expect(described.Attributes).toMatchObject({
      ...{ DelaySeconds: '30', ApproximateNumberOfMessagesDelayed: '1' },
      ...{ ApproximateNumberOfMessagesNotVisible: '1' },
    });
    expect(described.Attributes).not.toHaveProperty('FifoQueue');
  });

  test('refuses a name of the other kind, and a dead-letter queue of the other kind', async () => {
    const { client, queues } = await servedQueues();
    const create = (QueueName: string, Attributes = {}) =>
      client.send(new CreateQueueCommand({ QueueName, Attributes }));
    await expect(create('media', { FifoQueue: 'true' })).rejects.toThrow('.fifo suffix');
    await expect(create('media.fifo')).rejects.toThrow('.fifo suffix');
    const deadLetterQueue = queues.create({ name: 'dead.fifo' }).queue;

    expect(() =>
      queues.create({ name: 'm', redrive: { deadLetterQueue, maxReceiveCount: 1 } }),
    ).toThrow('same type');
  });
});

test('a function reads a standard queue as it reads a FIFO queue', async () => {
  const { queues } = await servedQueues();
  const queue = queues.create({ name: 'media', visibilityTimeoutSeconds: 60 });
  const batches: SQSEvent[] = [];
  const poller = startQueuePoller({
    ...{ queue, batchSize: 10, concurrency: 1, reportsBatchItemFailures: true },
    invoke: async (event) => {
      batches.push(event);
      const failed = event.Records.filter(({ body }) => body === 'bad' && batches.length === 1);
      const batchItemFailures = failed.map(({ messageId }) => ({ itemIdentifier: messageId }));
      return { ok: true, result: { batchItemFailures } };
    },
  });
  onTestFinished(() => poller.stop());
  const now = queues.clock.now();
  for (const body of ['good', 'bad']) queue.queue.send(aMessage(body), now);
  await expect.poll(() => batches).toHaveLength(1);
  queues.clock.advance(60_000);
  await expect.poll(() => batches).toHaveLength(2);

  expect(batches.map(({ Records }) => bodies(Records))).toEqual([['good', 'bad'], ['bad']]);
  expect(batches[1]?.Records[0]).toMatchObject({
    ...{
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:media',
      attributes: { ApproximateReceiveCount: '2' },
    },
  });
});
