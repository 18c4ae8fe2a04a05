import type { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { tokensPath } from '../../lambda/channels/token-parameter.ts';
import type { SenderEnvironment } from '../../lambda/sending/config.ts';
import {
  CAMPAIGN_PREFIX,
  CAMPAIGNS_PARTITION,
  CHANNELS_PARTITION,
  DUE_PREFIX,
  LANES_PARTITION,
  OPT_OUTS_PREFIX,
  OUTGOING_PREFIX,
  outboxPartition,
  TRIGGERED_PREFIX,
} from '../../lambda/table/keys.ts';
import { allow, allowOnRows } from '../shared/allow.ts';
import type { PrivateBucket } from '../shared/private-bucket.ts';
import { QueueMapping } from '../shared/queue-mapping.ts';
import { ServiceFunction } from '../shared/service-function.ts';
import { allowTokens } from './allow-tokens.ts';
import { type Sending, sendersOf, sendingVariables } from './sending-variables.ts';

export interface SenderProps extends Sending {
  readonly timeout: Duration;
  /** With the parts of campaigns. */
  readonly files: PrivateBucket;
  /** Of requests to the checker. */
  readonly checks: IQueue;
}

/** Sends what waits in a lane at its pace. Beside it, the checker of campaigns alone reads the tokens of channels. */
export class Sender extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, props: SenderProps) {
    super(scope, id);

    const { stage, table, outbox, files, checks, timeout } = props;

    const sender = new ServiceFunction(this, 'Sender', {
      folder: 'sending/sender',
      description: 'Sends what waits in a lane of a channel, at its pace, each message once',
      stage,
      // Timers that are late cost pace, and a hundred requests a second are signed and encrypted.
      // A lane at 76 messages a second takes nearly all of the CPU that comes with it.
      memorySize: 704,
      timeout,
      environment: {
        ...sendingVariables({ stage, table, outbox }),
        TOKENS_PATH: tokensPath(stage.name),
        CAMPAIGNS_BUCKET: files.bucketName,
        CHECKS_QUEUE_URL: checks.queueUrl,
      } satisfies SenderEnvironment,
    });
    this.function = sender.function;

    const { enabled, most } = sendersOf(stage);
    new QueueMapping(this, 'FromOutbox', {
      queue: outbox.queue,
      consumer: this.function,
      // An invocation is a lane's slice.
      batchSize: 1,
      maxConcurrency: most,
      enabled,
    });

    const messages = `${OUTGOING_PREFIX}*`;
    const lanes = outboxPartition('*', '*');
    const ours = `${CAMPAIGN_PREFIX}*`;
    const [triggered, due] = [`${TRIGGERED_PREFIX}*`, `${DUE_PREFIX}*`];
    allowOnRows(this.function, table.table, {
      'dynamodb:GetItem': [
        ...[CHANNELS_PARTITION, messages, LANES_PARTITION, CAMPAIGNS_PARTITION, triggered],
      ],
      // What waits; how campaigns go, of all numbers of a portfolio.
      'dynamodb:Query': [lanes, messages, ours, CAMPAIGNS_PARTITION, CHANNELS_PARTITION, due],
      // Who wants nothing, what became of the step before, and who is due.
      'dynamodb:BatchGetItem': [`${OPT_OUTS_PREFIX}*`, messages, triggered],
      // A claim, a try that is put off, a doubt, whose wamid it is, and when somebody is due.
      'dynamodb:PutItem': [messages, lanes, 'message.*', due],
      // What became of a message, how far a part and a person are, and that a channel or a campaign is paused.
      'dynamodb:UpdateItem': [messages, ours, CHANNELS_PARTITION, CAMPAIGNS_PARTITION, triggered],
      'dynamodb:DeleteItem': [lanes, due],
    });
    allow(this.function, ['sqs:SendMessage'], [checks.queueArn]);
    files.allowUnder(sender, 's3:GetObject', 'campaigns', 'Reads the parts of any campaign.');
    // Or S3 would call a part that is gone forbidden.
    allow(this.function, ['s3:ListBucket'], [files.bucketArn]);
    allowTokens(sender, stage, 'Reads the token of whichever channel has something to send.');
  }
}
