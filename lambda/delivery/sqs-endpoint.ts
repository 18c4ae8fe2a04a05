import type { SendMessageRequest } from '@aws-sdk/client-sqs';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import type { AwsService } from '../shared/aws/service.ts';
import { sqsClient } from '../shared/aws/sqs-client.ts';
import { regionOfQueue } from './queue-names.ts';
import type { DeliveryRequest } from './request.ts';

/** How a FIFO queue orders and deduplicates; a standard queue does neither. */
interface QueuePlace {
  readonly group: string;
  readonly deduplicationId: string;
}

/** Sends to a subscriber's own queue. Rejects with an `AwsRequestError` where it does not take it. */
export type SendToQueue = (
  queueUrl: string,
  request: DeliveryRequest,
  place: QueuePlace,
  signal: AbortSignal,
) => Promise<void>;

/** A delivery that fails is tried again later anyhow. */
const PATIENCE = { attempts: 2, timeoutMs: 4000 };

/**
 * @param sqs reaches the queues of its own Region; others are reached where their URL says
 */
export function subscriberQueue(sqs: AwsService): SendToQueue {
  const clients = new Map<string, CallAws>();
  const clientFor = (queueUrl: string): CallAws => {
    const service = serviceFor(queueUrl, sqs);
    const client = clients.get(service.url) ?? sqsClient(service, PATIENCE);
    clients.set(service.url, client);
    return client;
  };
  return async (queueUrl, { body, headers }, { group, deduplicationId }, signal) => {
    const attributes = Object.entries(headers).map(([name, StringValue]) => [
      name,
      { DataType: 'String', StringValue },
    ]);
    const input: SendMessageRequest = {
      QueueUrl: queueUrl,
      MessageBody: body,
      MessageAttributes: Object.fromEntries(attributes),
      ...(queueUrl.endsWith('.fifo') && {
        MessageGroupId: group,
        MessageDeduplicationId: deduplicationId,
      }),
    };
    await clientFor(queueUrl)('SendMessage', input, signal);
  };
}

/** Where a queue is reached. */
export function serviceFor(queueUrl: string, sqs: AwsService): AwsService {
  const region = regionOfQueue(queueUrl);
  return region === undefined || region === sqs.region
    ? sqs
    : { ...sqs, region, url: `https://${new URL(queueUrl).hostname}` };
}
