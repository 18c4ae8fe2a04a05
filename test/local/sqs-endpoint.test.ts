import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import type { FaultHook } from '../../local/loopback-server.ts';
import { servedQueues } from '../support/served-queues.ts';

async function anEndpoint(faults: FaultHook = () => undefined) {
  const { queues, client } = await servedQueues(faults);
  const deadLetterQueue = queues.create({ name: 'dead.fifo' }).queue;
  queues.create({
    name: 'inbox.fifo',
    deduplicationScope: 'messageGroup',
    redrive: { deadLetterQueue, maxReceiveCount: 1 },
  });
  return { client, QueueUrl: queues.urlOf('inbox.fifo'), deadLetterUrl: queues.urlOf('dead.fifo') };
}

const aMessage = (MessageBody: string, MessageGroupId = 'a') => ({
  MessageBody,
  MessageGroupId,
  MessageDeduplicationId: MessageBody,
});

describe('the SQS endpoint', () => {
  test('takes and gives messages with attributes, whose digests the SDK checks', async () => {
    const { client, QueueUrl } = await anEndpoint();
    await client.send(
      new SendMessageCommand({
        QueueUrl,
        MessageGroupId: 'a',
        MessageBody: 'grüße 😀',
        MessageDeduplicationId: 'id',
        MessageAttributes: { reason: { DataType: 'String', StringValue: 'malformed' } },
      }),
    );

    const { Messages } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    expect(Messages).toMatchObject([
      {
        Body: 'grüße 😀',
        MessageAttributes: { reason: { StringValue: 'malformed' } },
        Attributes: {
          ApproximateReceiveCount: '1',
          MessageGroupId: 'a',
          MessageDeduplicationId: 'id',
          SequenceNumber: expect.stringMatching(/^\d{20}$/),
        },
      },
    ]);
  });

  test('waits for a message as long as it is asked to', async () => {
    const { client, QueueUrl } = await anEndpoint();
    const waiting = client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
    await client.send(new SendMessageCommand({ QueueUrl, ...aMessage('1') }));

    expect((await waiting).Messages).toMatchObject([{ Body: '1' }]);
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages).toBeUndefined();
  });

  test('sends, hides, shows and deletes in batches, each entry for itself', async () => {
    const { client, QueueUrl } = await anEndpoint();
    const sent = await client.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'good', ...aMessage('1') },
          { Id: 'bad', ...aMessage('\uFFFE'), MessageDeduplicationId: 'bad' },
          { Id: 'fine', ...aMessage('2', 'b') },
        ],
      }),
    );
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['good', 'fine']);
    expect(sent.Failed).toMatchObject([
      { Id: 'bad', Code: 'InvalidMessageContents', SenderFault: true },
    ]);

    const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 });
    const { Messages = [] } = await client.send(receive);
    const receipts = Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
    const hidden = await client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: [...receipts.map((entry) => ({ ...entry, VisibilityTimeout: 60 }))],
      }),
    );
    expect(hidden.Successful).toHaveLength(2);
    const deleted = await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: [...receipts, { Id: 'x', ReceiptHandle: 'x' }],
      }),
    );
    expect(deleted.Successful).toHaveLength(2);
    expect(deleted.Failed).toMatchObject([{ Id: 'x', Code: 'ReceiptHandleIsInvalid' }]);
  });

  test('names its errors as SQS does', async () => {
    const { client, QueueUrl } = await anEndpoint();
    const entry = { Id: 'same', ...aMessage('1') };
    const batch = (Entries: (typeof entry)[]) =>
      client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));

    await expect(
      client.send(new SendMessageCommand({ QueueUrl: `${QueueUrl}x`, ...aMessage('1') })),
    ).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
    await expect(
      client.send(new SendMessageCommand({ QueueUrl, ...aMessage('1'), MessageBody: '\uFFFF' })),
    ).rejects.toMatchObject({ name: 'InvalidMessageContents' });
    await expect(batch([])).rejects.toMatchObject({ name: 'EmptyBatchRequest' });
    await expect(batch([entry, entry])).rejects.toMatchObject({ name: 'BatchEntryIdsNotDistinct' });
    await expect(batch(Array(11).fill(entry))).rejects.toMatchObject({
      name: 'TooManyEntriesInBatchRequest',
    });
    await expect(
      batch(['1', '2'].map((Id) => ({ ...entry, Id, MessageBody: 'x'.repeat(600_000) }))),
    ).rejects.toMatchObject({ name: 'BatchRequestTooLong' });
    await expect(
      client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'x' })),
    ).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
    await expect(
      client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 11 })),
    ).rejects.toMatchObject({ Code: 'InvalidParameterValue' });
  });

  test('tells about queues, makes and empties them', async () => {
    const { client, QueueUrl } = await anEndpoint();
    const { QueueUrl: found } = await client.send(
      new GetQueueUrlCommand({ QueueName: 'inbox.fifo' }),
    );
    expect(found).toBe(QueueUrl);
    await client.send(new SendMessageCommand({ QueueUrl, ...aMessage('1') }));
    await client.send(new SendMessageCommand({ QueueUrl, ...aMessage('2') }));
    await client.send(new ReceiveMessageCommand({ QueueUrl }));

    const attributes = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
    expect((await client.send(attributes)).Attributes).toMatchObject({
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesNotVisible: '1',
      QueueArn: 'arn:aws:sqs:us-east-1:000000000000:inbox.fifo',
      RedrivePolicy: expect.stringContaining('dead.fifo'),
    });
    await client.send(new PurgeQueueCommand({ QueueUrl }));
    expect((await client.send(attributes)).Attributes).toMatchObject({
      ApproximateNumberOfMessages: '0',
    });

    const Attributes = { FifoQueue: 'true', VisibilityTimeout: '7' };
    await client.send(new CreateQueueCommand({ QueueName: 'new.fifo', Attributes }));
    const { QueueUrls } = await client.send(new ListQueuesCommand({ QueueNamePrefix: 'new' }));
    expect(QueueUrls).toHaveLength(1);
  });

  test('changes what may be changed of a queue, and deletes one with its messages', async () => {
    const { client, QueueUrl } = await anEndpoint();
    await client.send(new SendMessageCommand({ QueueUrl, ...aMessage('1') }));
    const Attributes = { VisibilityTimeout: '9', MessageRetentionPeriod: '86400', Policy: '{}' };
    await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));

    const attributes = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
    expect((await client.send(attributes)).Attributes).toMatchObject({
      ...{ VisibilityTimeout: '9', MessageRetentionPeriod: '86400', DelaySeconds: '0' },
      ApproximateNumberOfMessages: '1',
    });
    const FifoQueue = { QueueUrl, Attributes: { FifoQueue: 'false' } };
    await expect(client.send(new SetQueueAttributesCommand(FifoQueue))).rejects.toMatchObject({
      name: 'InvalidAttributeName',
    });

    await client.send(new DeleteQueueCommand({ QueueUrl }));
    await expect(client.send(attributes)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  });

  test('moves dead letters back where they came from', async () => {
    const { client, QueueUrl, deadLetterUrl } = await anEndpoint();
    await client.send(new SendMessageCommand({ QueueUrl, ...aMessage('1') }));
    const receive = () => client.send(new ReceiveMessageCommand({ QueueUrl }));
    const [message] = (await receive()).Messages ?? [];
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl,
        ReceiptHandle: message?.ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );
    expect((await receive()).Messages ?? []).toEqual([]);

    const SourceArn = 'arn:aws:sqs:us-east-1:000000000000:dead.fifo';
    await client.send(new StartMessageMoveTaskCommand({ SourceArn }));
    expect(
      (await client.send(new ListMessageMoveTasksCommand({ SourceArn }))).Results,
    ).toMatchObject([{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1 }]);
    expect((await receive()).Messages).toMatchObject([{ Body: '1' }]);
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl: deadLetterUrl }));
    expect(Messages ?? []).toEqual([]);
  });

  test('fails on demand: slow, with an error, or with a lost answer', async () => {
    const faults: ReturnType<FaultHook>[] = [
      { code: 'RequestThrottled' },
      { lose: 'answer' },
      { delayMs: 50 },
    ];
    const { client, QueueUrl } = await anEndpoint((action) =>
      action === 'SendMessage' ? faults.shift() : undefined,
    );
    const start = performance.now();
    await client.send(new SendMessageCommand({ QueueUrl, ...aMessage('1') }));

    expect(faults).toEqual([]);
    expect(performance.now() - start).toBeGreaterThan(50);
    const { Messages } = await client.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    expect(Messages).toHaveLength(1);
  });
});
