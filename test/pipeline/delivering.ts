import { expect } from 'vitest';
import { type Delivery, deliveryGroup, writeDelivery } from '../../lambda/delivery/delivery.ts';
import { addSubscriber, queueUrlOf } from '../bin/subscribed.ts';
import { aDelivery } from '../support/just-sent.ts';
import type { Pipeline } from '../support/pipeline.ts';

/** Adds a subscriber to everything whose endpoint is on this machine. Returns its id. */
export function subscribe(pipeline: Pipeline, url: string, members: object = {}): Promise<string> {
  return addSubscriber(pipeline, { endpoint: { kind: 'https', url }, ...members });
}

/** Asks something of a subscriber over `/v1`, as its owner does. */
export async function manage(
  { stack }: Pipeline,
  method: string,
  path: string,
  body?: object,
): Promise<void> {
  const request = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const answer = await fetch(`${stack.url}/v1/subscribers/${path}`, request);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status} ${text}`);
}

/** Messages in the queue of a subscriber, those under way included. */
export function waitingFor({ stack }: Pipeline, id: string): number {
  const { visible, inFlight } = stack.queue(queueUrlOf(stack, id)).counts(stack.clock.now());
  return visible + inFlight;
}

/** Puts a delivery on the queue of its subscriber as the router does. */
export function queueDelivery({ stack }: Pipeline, delivery: Delivery): void {
  const message = {
    groupId: deliveryGroup(delivery, true),
    deduplicationId: delivery.event.id + delivery.subscriberId,
    body: writeDelivery(delivery),
  };
  const queue = stack.queue(queueUrlOf(stack, delivery.subscriberId));
  expect(queue.send(message, stack.clock.now()).ok).toBe(true);
}

/** Puts a delivery on a queue whose event is stored, and whose payload is not in the bucket any more. */
export async function queueLost(pipeline: Pipeline, subscriberId: string): Promise<void> {
  const delivery = aLostDelivery(subscriberId);
  const { group, id } = delivery.event;
  const TableName = pipeline.stack.table;
  const Item = { pk: { S: group }, sk: { S: id } };
  await pipeline.dynamodb('PutItem', { TableName, Item }, AbortSignal.timeout(10_000));
  queueDelivery(pipeline, delivery);
}

function aLostDelivery(subscriberId: string): Delivery {
  const delivery = aDelivery();
  const { payload: _, payloadKey: __, ...event } = delivery.event;
  const of = { group: 'contact.lost', id: 'message.lost' };
  const lost = { ...event, ...of, payloadKey: 'payloads/message.lost.json' };
  return { ...delivery, subscriberId, event: lost };
}
