import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import type { MessagesEnvironment } from '../../lambda/sending/config.ts';
import {
  CHANNELS_PARTITION,
  LANES_PARTITION,
  NAMES_PREFIX,
  OPT_OUTS_PREFIX,
  OUTGOING_PREFIX,
  outboxPartition,
  TENANTS_PARTITION,
} from '../../lambda/table/keys.ts';
import { ApiFunction, type ApiProps } from '../answers/api-function.ts';
import { allow, allowOnRows } from '../shared/allow.ts';
import { type Sending, sendersOf, sendingVariables } from './sending-variables.ts';

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

/** Takes messages to send, for callers that IAM lets in. It reads no token, and asks no provider. */
export class MessagesApi extends ApiFunction {
  constructor(scope: Construct, id: string, { front, ...sending }: ApiProps & Sending) {
    const { stage, table, outbox } = sending;
    const { enabled, most } = sendersOf(stage);
    super(scope, id, {
      ...{ stage, front, functionId: 'Messages', folder: 'sending/messages', routes: ROUTES },
      description: 'Takes messages to send',
      environment: {
        ...sendingVariables(sending),
        SENDER_MAXIMUM_CONCURRENCY: String(enabled ? most : 0),
      } satisfies MessagesEnvironment,
    });

    allowOnRows(this.function, table.table, {
      // A message of a campaign has one row.
      'dynamodb:GetItem': [CHANNELS_PARTITION, LANES_PARTITION, OUTGOING],
      'dynamodb:PutItem': [OUTGOING, OUTBOX],
      'dynamodb:UpdateItem': [OUTGOING],
      'dynamodb:DeleteItem': [OUTBOX],
      'dynamodb:Query': [OUTGOING, OUTBOX, CONTACTS, NAMES, TENANTS_PARTITION],
      'dynamodb:BatchGetItem': [CONTACTS, NAMES, `${OPT_OUTS_PREFIX}*`],
    });
    allowOnRows(this.function, { tableArn: table.byTimeArn }, { 'dynamodb:Query': [CONTACTS] });
    allowOnRows(this.function, { tableArn: table.timelineArn }, { 'dynamodb:Query': [NAMES] });
    allow(this.function, ['sqs:SendMessage'], [outbox.queue.queueArn]);
  }
}
