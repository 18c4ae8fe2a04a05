import { EventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { allow } from './allow.ts';

/** What Lambda needs to hand out a queue's messages, and a function to choose when one comes again. */
export const POLLING = [
  'sqs:ReceiveMessage',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:ChangeMessageVisibility',
] as const;

export interface QueueMappingProps {
  readonly queue: IQueue;
  readonly consumer: IFunction;
  /** The most messages that the function gets at once. */
  readonly batchSize: number;
  /** The most batches that are under way at once. */
  readonly maxConcurrency: number;
  /**
   * Whether messages are handed out.
   *
   * @default true
   */
  readonly enabled?: boolean;
}

/** Hands a queue's messages to a function, which answers which of them are to come again. */
export class QueueMapping extends EventSourceMapping {
  constructor(scope: Construct, id: string, props: QueueMappingProps) {
    const { queue, consumer, batchSize, maxConcurrency, enabled = true } = props;
    super(scope, id, {
      target: consumer,
      eventSourceArn: queue.queueArn,
      batchSize,
      reportBatchItemFailures: true,
      maxConcurrency,
      enabled,
    });
    allow(consumer, [...POLLING], [queue.queueArn]);
  }
}
