import { expect } from 'vitest';
import { subscriberReader, subscriberWriter } from '../../lambda/adapters/subscriber-table.ts';
import { type Delivery, deliveryGroup, writeDelivery } from '../../lambda/domain/delivery.ts';
import type { Subscriber } from '../../lambda/domain/subscriber.ts';
import { aDelivery } from '../support/just-sent.ts';
import type { Pipeline } from '../support/pipeline.ts';
import { aSubscriber } from '../support/subscribers.ts';

const never = new AbortController().signal;

/** Adds a subscriber to everything whose endpoint is on this machine. */
export async function subscribe(
  { dynamodb, stack }: Pipeline,
  url: string,
  overrides: Partial<Subscriber> = {},
): Promise<Subscriber> {
  const subscriber = aSubscriber({ endpoint: { kind: 'https', url }, ...overrides });
  await subscriberWriter(dynamodb, stack.table).add(subscriber, never);
  return subscriber;
}

/** Changes a subscriber as `/v1` does. */
export async function change(
  { dynamodb, stack }: Pipeline,
  id: string,
  members: Partial<Subscriber>,
): Promise<void> {
  const before = await subscriberReader(dynamodb, stack.table).get(id, never);
  if (before === undefined) throw new Error(`no subscriber ${id}`);
  const after = { ...before.subscriber, ...members };
  expect(await subscriberWriter(dynamodb, stack.table).update(before, after, never)).toBe(true);
}

/** Puts a delivery on the queue as the router does. */
export function queueDelivery({ stack }: Pipeline, delivery: Delivery): void {
  const message = {
    groupId: deliveryGroup(delivery, true),
    deduplicationId: delivery.event.id + delivery.subscriberId,
    body: writeDelivery(delivery),
  };
  expect(stack.queue('deliveries').send(message, stack.clock.now()).ok).toBe(true);
}

/** A delivery whose payload is not in the bucket any more. */
export function aLostDelivery(subscriberId: string): Delivery {
  const delivery = aDelivery();
  const { payload: _, payloadKey: __, ...event } = delivery.event;
  const lost = { ...event, id: 'message.lost', payloadKey: 'payloads/message.lost.json' };
  return { ...delivery, subscriberId, event: lost };
}
