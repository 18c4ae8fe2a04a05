import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { TickerEnvironment } from '../../lambda/sending/config.ts';
import {
  CAMPAIGN_PREFIX,
  CAMPAIGNS_PARTITION,
  CHANNELS_PARTITION,
  DUE_PREFIX,
  LANES_PARTITION,
  NAMES_PREFIX,
  OUTGOING_PREFIX,
  outboxPartition,
} from '../../lambda/table/keys.ts';
import { allow, allowOnRows } from '../shared/allow.ts';
import { ServiceFunction } from '../shared/service-function.ts';
import { type Sending, sendersOf, sendingVariables } from './sending-variables.ts';

/** Looks after all lanes every minute: wakes them, ends what is too late, settles what is uncertain. */
export class Ticker extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, { stage, table, outbox }: Sending) {
    super(scope, id);

    const { enabled, most } = sendersOf(stage);
    this.function = new ServiceFunction(this, 'Ticker', {
      folder: 'sending/ticker',
      description: 'Wakes lanes in which something waits, and settles what is uncertain',
      stage,
      memorySize: 256,
      timeout: Duration.minutes(1),
      environment: {
        ...sendingVariables({ stage, table, outbox }),
        SENDER_MAXIMUM_CONCURRENCY: String(most),
      } satisfies TickerEnvironment,
    }).function;
    new Rule(this, 'EveryMinute', {
      description: 'Looks whether something waits in a lane',
      schedule: Schedule.rate(Duration.minutes(1)),
      enabled,
      targets: [new LambdaFunction(this.function, { retryAttempts: 0 })],
    });

    allow(this.function, ['sqs:SendMessage'], [outbox.queue.queueArn]);
    const messages = `${OUTGOING_PREFIX}*`;
    const lanes = outboxPartition('*', '*');
    const [contacts, names, sent] = ['contact.*', `${NAMES_PREFIX}*`, 'message.*'];
    allowOnRows(this.function, table.table, {
      'dynamodb:Query': [
        ...[CHANNELS_PARTITION, LANES_PARTITION, lanes, messages, names],
        ...[CAMPAIGNS_PARTITION, `${CAMPAIGN_PREFIX}*`, `${DUE_PREFIX}*`],
      ],
      // A message of a campaign, which has one row.
      'dynamodb:GetItem': [messages],
      // What was told of a message whose answer was lost.
      'dynamodb:BatchGetItem': [contacts, names, sent, messages],
      // That a message is expired, and one that is tried again or turns out to be uncertain; whose a wamid is.
      'dynamodb:PutItem': [messages, lanes, sent],
      'dynamodb:UpdateItem': [messages, LANES_PARTITION],
      'dynamodb:DeleteItem': [lanes],
    });
    const ofNames = { 'dynamodb:Query': [contacts, names] };
    allowOnRows(this.function, { tableArn: table.byTimeArn }, { 'dynamodb:Query': [contacts] });
    allowOnRows(this.function, { tableArn: table.timelineArn }, ofNames);
  }
}
