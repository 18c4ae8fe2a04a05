import { expect, test } from 'vitest';
import { deliverySender } from '../../lambda/adapters/sqs-delivery.ts';
import { deliveryGroup, readDelivery } from '../../lambda/domain/delivery.ts';
import { testDelivery } from '../../lambda/domain/test-event.ts';

test('a test event waits for no other, and is sent once', async () => {
  const calls: { operation: string; input: Record<string, unknown> }[] = [];
  const send = deliverySender(async (operation, input) => {
    calls.push({ operation, input: { ...input } });
  }, 'https://sqs/deliveries.fifo');
  const delivery = testDelivery('sub_1', 'a', 1_795_212_000_000);
  const { signal } = new AbortController();

  await send(delivery, signal);
  await send(testDelivery('sub_1', 'b', 1_795_212_000_000), signal);

  const [first, second] = calls.map(({ input }) => input);
  expect(calls[0]?.operation).toBe('SendMessage');
  expect(first).toMatchObject({
    QueueUrl: 'https://sqs/deliveries.fifo',
    MessageGroupId: deliveryGroup(delivery, false),
  });
  expect(readDelivery(String(first?.['MessageBody']))).toEqual({ ok: true, delivery });
  expect(first?.['MessageGroupId']).not.toBe(second?.['MessageGroupId']);
  expect(first?.['MessageDeduplicationId']).not.toBe(second?.['MessageDeduplicationId']);
});
