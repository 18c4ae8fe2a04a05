import type { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { ProcessorEnvironment } from '../../lambda/inbound/processor/config.ts';
import { CHANNELS_PARTITION } from '../../lambda/table/keys.ts';
import { allow, allowOnRows } from '../shared/allow.ts';
import type { OrderedQueue } from '../shared/ordered-queue.ts';
import { QueueMapping } from '../shared/queue-mapping.ts';
import { retentionVariables } from '../shared/retention.ts';
import { ServiceFunction } from '../shared/service-function.ts';
import type { Stage } from '../stage.ts';
import type { EventTable } from '../table/event-table.ts';

export interface EventProcessorProps {
  readonly stage: Stage;
  readonly inbox: OrderedQueue;
  readonly table: EventTable;
  /** The inbox hides its messages for six times this. */
  readonly timeout: Duration;
}

/** Stores each event of the inbox once, in the order of its group. */
export class EventProcessor extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, { stage, inbox, table, timeout }: EventProcessorProps) {
    super(scope, id);

    const reserved = stage.processorReservedConcurrency;
    this.function = new ServiceFunction(this, 'Processor', {
      folder: 'inbound/processor',
      description: 'Stores each event of the inbox once, in the order of its group',
      stage,
      // By `npm run bench -- --only memory`: 4 ms of CPU a batch of ten on a whole vCPU (1,769 MB) are
      // 4 × 1,769 / 512 = 14 ms here. Half the memory would save a cent a million and take twice as long.
      memorySize: 512,
      timeout,
      environment: {
        TABLE_NAME: table.table.tableName,
        INBOX_QUEUE_URL: inbox.queue.queueUrl,
        INBOX_DEAD_LETTER_QUEUE_URL: inbox.deadLetterQueue.queueUrl,
        ...retentionVariables(stage),
      } satisfies ProcessorEnvironment,
      ...(reserved !== 'none' && { reservedConcurrentExecutions: reserved }),
    }).function;

    new QueueMapping(this, 'Inbox', {
      queue: inbox.queue,
      consumer: this.function,
      batchSize: 10,
      maxConcurrency: stage.processorMaximumConcurrency,
    });

    allow(this.function, ['sqs:SendMessage'], [inbox.deadLetterQueue.queueArn]);
    allow(
      this.function,
      ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:BatchGetItem'],
      [table.table.tableArn],
    );
    allow(this.function, ['dynamodb:Query'], [table.timelineArn]);
    // For how long a channel's rows are kept.
    allowOnRows(this.function, table.table, { 'dynamodb:GetItem': [CHANNELS_PARTITION] });
  }
}
