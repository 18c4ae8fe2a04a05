import type { SendMessageRequest } from '@aws-sdk/client-sqs';
import {
  type Delivery,
  deliveryDeduplicationId,
  deliveryGroup,
  writeDelivery,
} from '../domain/delivery.ts';
import type { CallAws } from './aws-json.ts';

/**
 * Sends one delivery that waits for no other, and that no other waits for. Resolves once the queue
 * has confirmed.
 */
export type SendDelivery = (delivery: Delivery, signal: AbortSignal) => Promise<void>;

export function deliverySender(sqs: CallAws, queueUrl: string): SendDelivery {
  return async (delivery, signal) => {
    const request: SendMessageRequest = {
      QueueUrl: queueUrl,
      MessageBody: writeDelivery(delivery),
      MessageGroupId: deliveryGroup(delivery, false),
      MessageDeduplicationId: deliveryDeduplicationId(delivery),
    };
    await sqs('SendMessage', request, signal);
  };
}
