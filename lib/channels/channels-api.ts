import { Duration } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { ChannelsEnvironment } from '../../lambda/channels/managing/config.ts';
import { CHANNELS_PARTITION, outboxPartition } from '../../lambda/table/keys.ts';
import type { HttpFront } from '../answers/http-front.ts';
import { allowOnRows } from '../shared/allow.ts';
import { ServiceFunction } from '../shared/service-function.ts';
import type { Stage } from '../stage.ts';
import type { EventTable } from '../table/event-table.ts';

const ALL = '/v1/channels';
const ONE = `${ALL}/{channel}`;

const ROUTES: Readonly<Record<string, HttpMethod[]>> = {
  [ALL]: [HttpMethod.GET, HttpMethod.POST],
  [ONE]: [HttpMethod.GET, HttpMethod.PATCH, HttpMethod.DELETE],
  [`${ONE}/pause`]: [HttpMethod.POST],
  [`${ONE}/resume`]: [HttpMethod.POST],
  [`${ONE}/check`]: [HttpMethod.POST],
};

export interface ChannelsApiProps {
  readonly stage: Stage;
  readonly front: HttpFront;
  readonly table: EventTable;
}

/** Manages what messages are sent from, for callers that IAM lets in. It reads no token. */
export class ChannelsApi extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, { stage, front, table }: ChannelsApiProps) {
    super(scope, id);

    const managing = new ServiceFunction(this, 'Channels', {
      folder: 'channels/managing',
      name: 'channels',
      description: 'Manages what messages are sent from',
      stage,
      // As for the read API: a person waits for a cold start.
      memorySize: 512,
      // HTTP APIs give up after 30 s.
      timeout: Duration.seconds(29),
      environment: { TABLE_NAME: table.table.tableName } satisfies ChannelsEnvironment,
    });
    this.function = managing.function;

    front.addIamRoutes('Channels', this.function, ROUTES);

    allowOnRows(this.function, table.table, {
      'dynamodb:GetItem': [CHANNELS_PARTITION],
      'dynamodb:PutItem': [CHANNELS_PARTITION],
      'dynamodb:UpdateItem': [CHANNELS_PARTITION],
      'dynamodb:DeleteItem': [CHANNELS_PARTITION],
      // Of what waits to be sent it learns that something does.
      'dynamodb:Query': [CHANNELS_PARTITION, outboxPartition('*', '*')],
    });
  }
}
