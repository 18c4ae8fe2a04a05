import type { SendMessageRequest } from '@aws-sdk/client-sqs';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { writeCheckRequest } from './check-request.ts';

/** Has a campaign checked. Resolves once the queue has the request; another of the same check is none. */
export type RequestCheck = (campaign: string, check: string, signal: AbortSignal) => Promise<void>;

export function requestCheck(sqs: CallAws, QueueUrl: string): RequestCheck {
  return async (campaign, check, signal) => {
    const input: SendMessageRequest = {
      QueueUrl,
      MessageBody: writeCheckRequest({ campaign, check }),
      // One check of a campaign at a time.
      MessageGroupId: campaign,
      MessageDeduplicationId: check,
    };
    await sqs('SendMessage', input, signal);
  };
}
