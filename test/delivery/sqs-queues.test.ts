import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { deliveryGroup, readDelivery } from '../../lambda/delivery/delivery.ts';
import { isQueueGone, subscriberQueues } from '../../lambda/delivery/sqs-queues.ts';
import { AwsRequestError } from '../../lambda/shared/aws/request.ts';
import { memberOf } from '../../lambda/shared/json/json-source.ts';
import { deliveryOf } from '../support/fake-delivering.ts';
import { localQueues, PREFIX } from '../support/local-queues.ts';

const { signal } = new AbortController();
const ID = 'sub_0123456789abcdefghijkl';

describe('the queue of a subscriber', () => {
  test('is a FIFO queue of high throughput that keeps for 14 days, over TLS only', async () => {
    const { queues, sqs, names } = await localQueues();

    await queues.create(ID, signal);

    const input = { QueueUrl: names.url(ID), AttributeNames: ['All'] };
    const attributes = z
      .record(z.string(), z.string())
      .parse(memberOf(await sqs('GetQueueAttributes', input, signal), 'Attributes'));
    expect(attributes).toMatchObject({
      ...{ QueueArn: names.arn(ID), FifoQueue: 'true', SqsManagedSseEnabled: 'true' },
      ...{ DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' },
      ...{ MessageRetentionPeriod: '1209600', VisibilityTimeout: '720' },
    });
    expect(JSON.parse(attributes['Policy'] ?? '')).toMatchObject({
      Statement: [
        {
          ...{ Effect: 'Deny', Principal: '*', Action: 'sqs:*', Resource: names.arn(ID) },
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    });
  });

  test('has no redrive policy: receives are no tries', async () => {
    const { queues, sqs, names } = await localQueues();
    await queues.create(ID, signal);

    const input = { QueueUrl: names.url(ID), AttributeNames: ['RedrivePolicy'] };
    const attributes = memberOf(await sqs('GetQueueAttributes', input, signal), 'Attributes');
    expect(memberOf(attributes, 'RedrivePolicy')).toBeUndefined();
  });

  test('is made once, whoever makes it again', async () => {
    const { queues } = await localQueues();

    await queues.create(ID, signal);
    await queues.send(deliveryOf('a1', {}), true, signal);
    await queues.create(ID, signal);

    expect(await queues.of(ID).waiting(signal)).toBe(1);
  });

  test('is removed with all that it holds, and once more without harm', async () => {
    const { queues } = await localQueues();
    await queues.create(ID, signal);

    await queues.remove(ID, signal);
    await queues.remove(ID, signal);

    expect(await queues.list(signal)).toEqual([]);
    expect(await queues.madeAt(ID, signal)).toBeUndefined();
  });

  test('says since when it is there', async () => {
    const { queues, clock } = await localQueues();
    await queues.create(ID, signal);

    const madeAt = (await queues.madeAt(ID, signal)) ?? 0;
    expect(Math.abs(clock.now() - madeAt)).toBeLessThan(60_000);
  });

  test.for([true, false])(
    'takes a delivery in its group, and once, ordered: %s',
    async (isOrdered) => {
      const { queues } = await localQueues();
      await queues.create(ID, signal);
      const delivery = { ...deliveryOf('a1'), subscriberId: ID };

      await queues.send(delivery, isOrdered, signal);
      await queues.send(delivery, isOrdered, signal);

      const messages = await queues.of(ID).receive(30, signal);
      expect(messages.map(({ body }) => readDelivery(body))).toEqual([{ ok: true, delivery }]);
      expect(messages[0]?.messageGroupId).toBe(deliveryGroup(delivery, isOrdered));
    },
  );
});

test('all are found, over pages, and nothing that is none of them', async () => {
  const { queues, host } = await localQueues();
  const ids = Array.from({ length: 30 }, (_, n) => `sub_${String(n).padStart(22, '0')}`);
  for (const id of ids) await queues.create(id, signal);
  host.create({ name: `${PREFIX}other` });

  expect((await queues.list(signal)).toSorted()).toEqual(ids);
});

test('pages are followed to the end', async () => {
  const { names } = await localQueues();
  const asked: unknown[] = [];
  const sqs = async (_: string, input: unknown) => {
    const token = memberOf(input, 'NextToken');
    asked.push(token);
    return {
      QueueUrls: [names.url(`sub_${asked.length}`)],
      NextToken: token === undefined ? 'next' : null,
    };
  };

  const queues = subscriberQueues(sqs, { names, visibilityTimeoutSeconds: 720 });

  expect(await queues.list(signal)).toEqual(['sub_1', 'sub_2']);
  expect(asked).toEqual([undefined, 'next']);
});

describe('a queue that is not there', () => {
  test('is known by the refusal of whoever sends to it', async () => {
    const { queues } = await localQueues();

    const sending = queues.send(deliveryOf('a1'), true, signal);

    await expect(sending).rejects.toSatisfy(isQueueGone);
  });

  test.for([
    ['QueueDoesNotExist', true],
    ['AWS.SimpleQueueService.NonExistentQueue', true],
    ['AccessDenied', false],
  ] as const)('by the name %s: %s', ([name, isGone]) => {
    expect(isQueueGone(new AwsRequestError('SQS', name))).toBe(isGone);
    expect(isQueueGone(Object.assign(new Error(), { name }))).toBe(false);
  });

  test('is told from one that refuses', async () => {
    const { names } = await localQueues();
    const refusing = async () => {
      throw new AwsRequestError('SQS', 'AccessDenied');
    };
    const queues = subscriberQueues(refusing, { names, visibilityTimeoutSeconds: 720 });

    await expect(queues.remove(ID, signal)).rejects.toThrow('AccessDenied');
    await expect(queues.madeAt(ID, signal)).rejects.toThrow('AccessDenied');
  });
});
