import type { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { tokensPath } from '../../lambda/channels/token-parameter.ts';
import type { SenderEnvironment } from '../../lambda/sending/config.ts';
import {
  CHANNELS_PARTITION,
  LANES_PARTITION,
  OUTGOING_PREFIX,
  outboxPartition,
} from '../../lambda/table/keys.ts';
import { allowOnRows } from '../shared/allow.ts';
import { QueueMapping } from '../shared/queue-mapping.ts';
import { ServiceFunction } from '../shared/service-function.ts';
import { allowTokens } from './allow-tokens.ts';
import { type Sending, sendingVariables } from './sending-variables.ts';

export interface SenderProps extends Sending {
  readonly timeout: Duration;
}

/** Sends what waits in a lane at its pace. Beside it, the checker of campaigns alone reads the tokens of channels. */
export class Sender extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, { stage, table, outbox, timeout }: SenderProps) {
    super(scope, id);

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
      } satisfies SenderEnvironment,
    });
    this.function = sender.function;

    new QueueMapping(this, 'FromOutbox', {
      queue: outbox.queue,
      consumer: this.function,
      // An invocation is a lane's slice.
      batchSize: 1,
      maxConcurrency: stage.senderMaximumConcurrency,
    });

    const messages = `${OUTGOING_PREFIX}*`;
    const lanes = outboxPartition('*', '*');
    allowOnRows(this.function, table.table, {
      'dynamodb:GetItem': [CHANNELS_PARTITION, messages, LANES_PARTITION],
      'dynamodb:Query': [lanes, messages],
      // A claim, a try that is put off, a doubt, and whose wamid it is.
      'dynamodb:PutItem': [messages, lanes, 'message.*'],
      // What became of a message, and that its channel is paused.
      'dynamodb:UpdateItem': [messages, CHANNELS_PARTITION],
      'dynamodb:DeleteItem': [lanes],
    });
    allowTokens(sender, stage, 'Reads the token of whichever channel has something to send.');
  }
}
