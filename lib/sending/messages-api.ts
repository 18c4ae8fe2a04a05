import { Duration } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { MessagesEnvironment } from '../../lambda/sending/messages/config.ts';
import {
  CHANNELS_PARTITION,
  LANES_PARTITION,
  NAMES_PREFIX,
  OUTGOING_PREFIX,
  outboxPartition,
} from '../../lambda/table/keys.ts';
import type { HttpFront } from '../answers/http-front.ts';
import { allow, allowOnRows } from '../shared/allow.ts';
import { ServiceFunction } from '../shared/service-function.ts';
import type { Stage } from '../stage.ts';
import type { EventTable } from '../table/event-table.ts';
import type { Outbox } from './outbox.ts';

const CHANNEL = '/v1/channels/{channel}';
const ONE = `${CHANNEL}/messages/{id}`;

const ROUTES: Readonly<Record<string, HttpMethod[]>> = {
  [`${CHANNEL}/messages`]: [HttpMethod.POST],
  [ONE]: [HttpMethod.DELETE],
  [`${ONE}/resolve`]: [HttpMethod.POST],
  [`${CHANNEL}/outgoing`]: [HttpMethod.GET],
};

const OUTGOING = `${OUTGOING_PREFIX}*`;
const OUTBOX = outboxPartition('*', '*');
const NAMES = `${NAMES_PREFIX}*`;
/** What contacts wrote, by which the customer service window is told. */
const CONTACTS = 'contact.*';

export interface MessagesApiProps {
  readonly stage: Stage;
  readonly front: HttpFront;
  readonly table: EventTable;
  readonly outbox: Outbox;
}

/** Takes messages to send, for callers that IAM lets in. It reads no token, and asks no provider. */
export class MessagesApi extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, { stage, front, table, outbox }: MessagesApiProps) {
    super(scope, id);

    this.function = new ServiceFunction(this, 'Messages', {
      folder: 'sending/messages',
      description: 'Takes messages to send',
      stage,
      // As for the read API: what a caller waits for longest is a cold start.
      memorySize: 512,
      // HTTP APIs give up after 30 s.
      timeout: Duration.seconds(29),
      environment: {
        TABLE_NAME: table.table.tableName,
        OUTBOX_QUEUE_URL: outbox.queue.queueUrl,
        RETENTION_DAYS: String(stage.retentionDays),
        ...(stage.channelRetentionDays !== undefined && {
          CHANNEL_RETENTION_DAYS: JSON.stringify(stage.channelRetentionDays),
        }),
      } satisfies MessagesEnvironment,
    }).function;

    front.addIamRoutes('Messages', this.function, ROUTES);

    allowOnRows(this.function, table.table, {
      'dynamodb:GetItem': [CHANNELS_PARTITION, LANES_PARTITION],
      'dynamodb:PutItem': [OUTGOING, OUTBOX],
      'dynamodb:UpdateItem': [OUTGOING],
      'dynamodb:DeleteItem': [OUTBOX],
      'dynamodb:Query': [OUTGOING, OUTBOX, CONTACTS, NAMES],
      'dynamodb:BatchGetItem': [CONTACTS, NAMES],
    });
    allowOnRows(this.function, { tableArn: table.byTimeArn }, { 'dynamodb:Query': [CONTACTS] });
    allowOnRows(this.function, { tableArn: table.timelineArn }, { 'dynamodb:Query': [NAMES] });
    allow(this.function, ['sqs:SendMessage'], [outbox.queue.queueArn]);
  }
}
