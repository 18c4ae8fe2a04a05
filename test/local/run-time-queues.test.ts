import {
  CreateQueueCommand,
  type CreateQueueCommandInput,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  paginateListQueues,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { startQueuePoller } from '../../local/functions/queue-poller.ts';
import { queueArn } from '../../local/sqs/queue-host.ts';
import { servedQueues } from '../support/served-queues.ts';

async function anEndpoint() {
  const { queues, client } = await servedQueues();
  queues.create({ name: 'dead.fifo' });
  const create = async (overrides: Partial<CreateQueueCommandInput> = {}) => {
    const input = { QueueName: 'sub.fifo', Attributes, ...overrides };
    return (await client.send(new CreateQueueCommand(input))).QueueUrl ?? '';
  };
  const attributesOf = async (QueueUrl: string) => {
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
    return (await client.send(command)).Attributes;
  };
  const set = (QueueUrl: string, changes: Record<string, string>) =>
    client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: changes }));
  return { client, queues, create, attributesOf, set };
}

const policy = (maxReceiveCount: number) =>
  JSON.stringify({ deadLetterTargetArn: queueArn('dead.fifo'), maxReceiveCount });

/** Of the queue of a subscriber. */
const Attributes = {
  FifoQueue: 'true',
  ContentBasedDeduplication: 'false',
  DeduplicationScope: 'messageGroup',
  FifoThroughputLimit: 'perMessageGroupId',
  VisibilityTimeout: '900',
  MessageRetentionPeriod: '1209600',
  RedrivePolicy: policy(1_000),
  Policy: '{"Version":"2012-10-17","Statement":[]}',
  KmsMasterKeyId: 'alias/aws/sqs',
  KmsDataKeyReusePeriodSeconds: '300',
};

describe('a queue that is made at run time', () => {
  test('is as it was asked for, and is found by its name', async () => {
    const { client, create, attributesOf } = await anEndpoint();
    const url = await create({ tags: { stage: 'local' } });

    expect(await attributesOf(url)).toEqual({
      ...Attributes,
      QueueArn: queueArn('sub.fifo'),
      SqsManagedSseEnabled: 'false',
      MaximumMessageSize: '1048576',
      DelaySeconds: '0',
      ReceiveMessageWaitTimeSeconds: '0',
      CreatedTimestamp: expect.stringMatching(/^\d{10}$/),
      LastModifiedTimestamp: expect.stringMatching(/^\d{10}$/),
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
      ApproximateNumberOfMessagesDelayed: '0',
    });
    const found = await client.send(new GetQueueUrlCommand({ QueueName: 'sub.fifo' }));
    expect(found.QueueUrl).toBe(url);
    expect((await client.send(new ListQueueTagsCommand({ QueueUrl: url }))).Tags).toEqual({
      stage: 'local',
    });
  });

  test('is the same once more, where all that is asked for is as it is there', async () => {
    const { client, create } = await anEndpoint();
    const url = await create();
    const message = { MessageBody: '1', MessageGroupId: 'a', MessageDeduplicationId: '1' };
    await client.send(new SendMessageCommand({ QueueUrl: url, ...message }));

    expect(await create()).toBe(url);
    expect(await create({ Attributes: { FifoQueue: 'true' } })).toBe(url);
    // As policies are read, and not as they are written.
    const RedrivePolicy = JSON.stringify(JSON.parse(Attributes.RedrivePolicy), null, 2);
    expect(await create({ Attributes: { ...Attributes, RedrivePolicy } })).toBe(url);
    for (const other of [{ VisibilityTimeout: '30' }, { RedrivePolicy: policy(9) }]) {
      await expect(create({ Attributes: { ...Attributes, ...other } })).rejects.toMatchObject({
        name: 'QueueNameExists',
        message: `A queue already exists with the same name and a different value for attribute ${Object.keys(other)[0]}`,
      });
    }
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl: url }));
    expect(Messages).toHaveLength(1);
  });

  test.each<[string, Partial<CreateQueueCommandInput>, string]>([
    ['an unknown attribute', { Attributes: { ...Attributes, All: '1' } }, 'InvalidAttributeName'],
    [
      'what FIFO queues have',
      { QueueName: 'sub', Attributes: { DeduplicationScope: 'queue' } },
      'InvalidAttributeName',
    ],
    [
      'a time too long',
      { Attributes: { ...Attributes, VisibilityTimeout: '43201' } },
      'InvalidAttributeValue',
    ],
    [
      'no time',
      { Attributes: { ...Attributes, MessageRetentionPeriod: 'x' } },
      'InvalidAttributeValue',
    ],
    [
      'throughput by group without its scope',
      { Attributes: { ...Attributes, DeduplicationScope: 'queue' } },
      'InvalidAttributeValue',
    ],
    ['a FIFO queue of another name', { QueueName: 'sub' }, 'InvalidParameterValue'],
    ['a bad name', { QueueName: 'sub:1.fifo' }, 'InvalidParameterValue'],
    ['a long name', { QueueName: `${'x'.repeat(76)}.fifo` }, 'InvalidParameterValue'],
  ])('is refused with %s', async (_, input, name) => {
    const { create } = await anEndpoint();

    await expect(create(input)).rejects.toMatchObject({ name });
  });

  test('changes, and keeps what a change does not name', async () => {
    const { create, attributesOf, set } = await anEndpoint();
    const url = await create();
    await set(url, { VisibilityTimeout: '60', RedrivePolicy: policy(5), KmsMasterKeyId: '' });

    const { KmsMasterKeyId: _, ...others } = Attributes;
    const changes = { VisibilityTimeout: '60', RedrivePolicy: policy(5) };
    const changed = await attributesOf(url);
    expect(changed).toMatchObject({ ...others, ...changes, SqsManagedSseEnabled: 'true' });
    expect(changed).not.toHaveProperty('KmsMasterKeyId');
    await set(url, { RedrivePolicy: '' });
    expect(await attributesOf(url)).not.toHaveProperty('RedrivePolicy');
  });

  test('counts what waits, what is in flight, and what is delayed', async () => {
    const { client, create, attributesOf } = await anEndpoint();
    const url = await create({ QueueName: 'jobs', Attributes: {} });
    const send = (MessageBody: string, DelaySeconds = 0) =>
      client.send(new SendMessageCommand({ QueueUrl: url, MessageBody, DelaySeconds }));
    for (const body of ['1', '2', '3']) await send(body);
    await send('later', 60);
    await client.send(new ReceiveMessageCommand({ QueueUrl: url }));

    expect(await attributesOf(url)).toMatchObject({
      ApproximateNumberOfMessages: '2',
      ApproximateNumberOfMessagesNotVisible: '1',
      ApproximateNumberOfMessagesDelayed: '1',
    });
  });

  test('is tagged at any time', async () => {
    const { client, create } = await anEndpoint();
    const QueueUrl = await create();
    await client.send(new TagQueueCommand({ QueueUrl, Tags: { a: '1', b: '2' } }));
    await client.send(new UntagQueueCommand({ QueueUrl, TagKeys: ['a'] }));

    expect((await client.send(new ListQueueTagsCommand({ QueueUrl }))).Tags).toEqual({ b: '2' });
  });

  test('is gone at once when it is deleted, and its name for a minute', async () => {
    const { client, queues, create, attributesOf } = await anEndpoint();
    const url = await create();
    await client.send(new DeleteQueueCommand({ QueueUrl: url }));

    await expect(attributesOf(url)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
    await expect(create()).rejects.toMatchObject({ name: 'QueueDeletedRecently' });
    queues.clock.advance(60_000);
    expect(await create()).toBe(url);
  });

  test('ends the waits of those who receive when it is deleted, and the polls of a function', async () => {
    const { client, queues, create } = await anEndpoint();
    const url = await create();
    const queue = queues.byUrl(url);
    const poller = startQueuePoller({
      ...{ queue, batchSize: 10, concurrency: 3, reportsBatchItemFailures: true },
      invoke: async () => ({ ok: true, result: null }),
    });
    const receive = new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 });
    const waiting = client.send(receive);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await client.send(new DeleteQueueCommand({ QueueUrl: url }));

    expect((await waiting).Messages).toBeUndefined();
    await poller.finished;
    await expect(client.send(receive)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  });
});

test('lists queues whose names begin alike, page by page', async () => {
  const { client, create } = await anEndpoint();
  const names = ['Stage-a.fifo', 'Stage-b.fifo', 'Stage-c.fifo'];
  for (const QueueName of [...names, 'Other-a.fifo']) await create({ QueueName });
  const pages = [];
  const input = { QueueNamePrefix: 'Stage-' };
  for await (const { QueueUrls } of paginateListQueues({ client, pageSize: 2 }, input)) {
    pages.push(QueueUrls?.map((url) => url.slice(url.lastIndexOf('/') + 1)));
  }

  expect(pages).toEqual([names.slice(0, 2), names.slice(2)]);
  const none = await client.send(new ListQueuesCommand({ QueueNamePrefix: 'None-' }));
  expect(none.QueueUrls).toBeUndefined();
  expect((await client.send(new ListQueuesCommand(input))).NextToken).toBeUndefined();
});
