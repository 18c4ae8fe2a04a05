import { AwsRequestError } from '../../shared/aws/request.ts';
import type { AwsService } from '../../shared/aws/service.ts';
import { sqsClient } from '../../shared/aws/sqs-client.ts';
import { serviceFor } from '../sqs-endpoint.ts';
import { isQueueGone } from '../sqs-queues.ts';

/**
 * Looks whether a queue of somebody's own is there; `denied` where that may not be known. Rejects where SQS
 * cannot be reached.
 */
export type LookAtQueue = (
  queueUrl: string,
  signal: AbortSignal,
) => Promise<'there' | 'missing' | 'denied'>;

const PATIENCE = { attempts: 2, timeoutMs: 4000 };

/** @param sqs reaches the queues of its own Region; others are reached where their URL says */
export function queueLook(sqs: AwsService): LookAtQueue {
  return async (QueueUrl, signal) => {
    const call = sqsClient(serviceFor(QueueUrl, sqs), PATIENCE);
    try {
      await call('GetQueueAttributes', { QueueUrl, AttributeNames: ['QueueArn'] }, signal);
      return 'there';
    } catch (error) {
      if (isQueueGone(error)) return 'missing';
      if (error instanceof AwsRequestError && error.name.includes('AccessDenied')) return 'denied';
      throw error;
    }
  };
}
