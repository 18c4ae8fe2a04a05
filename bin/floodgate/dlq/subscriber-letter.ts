import type { SQSClient } from '@aws-sdk/client-sqs';
import { readDelivery, writeDelivery } from '../../../lambda/delivery/delivery.ts';
import type { SubscriberQueueNames } from '../../../lambda/delivery/queue-names.ts';
import { unavailable } from '../stack/deployed-stack.ts';
import { UnavailableError } from '../terminal/command.ts';
import type { DeadLetter } from './dead-letter.ts';
import { placeInOrder } from './place-in-order.ts';

type Sqs = typeof import('@aws-sdk/client-sqs');

/**
 * Sends a delivery that was given up back to the queue of its subscriber. It is handed on anew: its tries,
 * and the time for which it is tried, begin again.
 */
export async function sendToSubscriber(
  sdk: Sqs,
  client: SQSClient,
  names: SubscriberQueueNames,
  letter: DeadLetter,
): Promise<void> {
  const reading = readDelivery(letter.body);
  if (!reading.ok) {
    throw new UnavailableError(
      `${letter.id} is ${reading.reason}: nobody can say whose it is; show it with --body, or drop it`,
    );
  }
  const { subscriberId } = reading.delivery;
  const command = new sdk.SendMessageCommand({
    QueueUrl: names.url(subscriberId),
    MessageBody: writeDelivery({ ...reading.delivery, routedAt: Date.now() }),
    ...placeInOrder(letter),
  });
  try {
    await client.send(command);
  } catch (error) {
    if (!(error instanceof sdk.QueueDoesNotExist)) {
      return unavailable(`the queue of ${subscriberId} does not take ${letter.id} back`)(error);
    }
    throw new UnavailableError(
      `${subscriberId} has no queue: where it was removed, dlq drop --subscriber ${subscriberId} drops these`,
      { cause: error },
    );
  }
}
