import { randomUUID } from 'node:crypto';
import { type Delivery, readDelivery } from '../../lambda/delivery/delivery.ts';
import { subscriberQueueNames } from '../../lambda/delivery/queue-names.ts';
import { addedAnswer } from '../../lambda/delivery/subscribers/schemas.ts';
import type { LocalStack } from '../../local/stack.ts';
import type { Pipeline } from '../support/pipeline.ts';

const bot = { endpoint: { kind: 'https', url: 'http://127.0.0.1:9/hook' } };

/** Adds a subscriber as its owner does, so that it has a queue. Returns its id. */
export async function addSubscriber({ stack }: Pipeline, members: object = {}): Promise<string> {
  const answer = await fetch(`${stack.url}/v1/subscribers`, {
    method: 'POST',
    // No two of a tenant have one name.
    body: JSON.stringify({ ...bot, name: `bot-${randomUUID()}`, ...members }),
  });
  const added = addedAnswer.parse(await answer.json());
  return added.subscriber.id;
}

export interface SentDelivery {
  readonly group: string | undefined;
  readonly delivery: Delivery;
}

/** What is sent to the queue of a subscriber from now on, in its order. */
export function watchQueue(
  stack: LocalStack,
  subscriberId: string,
  isMeant: (delivery: Delivery) => boolean = () => true,
): readonly SentDelivery[] {
  const queue = stack.queue(queueUrlOf(stack, subscriberId));
  const send = queue.send.bind(queue);
  const sent: SentDelivery[] = [];
  queue.send = (message, now) => {
    const reading = readDelivery(message.body);
    if (reading.ok && isMeant(reading.delivery)) {
      sent.push({ group: message.groupId, delivery: reading.delivery });
    }
    return send(message, now);
  };
  return sent;
}

export function queueUrlOf(stack: LocalStack, subscriberId: string): string {
  const { subscriberQueuesArn, queues } = stack;
  return subscriberQueueNames(subscriberQueuesArn, queues['deliveriesDeadLetter'] ?? '').url(
    subscriberId,
  );
}
