import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import type { ChannelsEnvironment } from '../../lambda/channels/managing/config.ts';
import { CHANNELS_PARTITION, outboxPartition, TENANTS_PARTITION } from '../../lambda/table/keys.ts';
import { ApiFunction, type ApiProps } from '../answers/api-function.ts';
import { allowOnRows } from '../shared/allow.ts';
import { keptDays } from '../shared/retention.ts';
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

export interface ChannelsApiProps extends ApiProps {
  readonly table: EventTable;
}

/** Manages what messages are sent from, for callers that IAM lets in. It reads no token. */
export class ChannelsApi extends ApiFunction {
  constructor(scope: Construct, id: string, { table, ...props }: ChannelsApiProps) {
    super(scope, id, {
      ...{ ...props, functionId: 'Channels', folder: 'channels/managing', name: 'channels' },
      description: 'Manages what messages are sent from',
      routes: ROUTES,
      environment: {
        TABLE_NAME: table.table.tableName,
        KEPT_DAYS: JSON.stringify(keptDays(props.stage)),
      } satisfies ChannelsEnvironment,
    });

    allowOnRows(this.function, table.table, {
      'dynamodb:GetItem': [CHANNELS_PARTITION],
      'dynamodb:PutItem': [CHANNELS_PARTITION],
      'dynamodb:UpdateItem': [CHANNELS_PARTITION],
      'dynamodb:DeleteItem': [CHANNELS_PARTITION],
      // Of what waits to be sent it learns that something does.
      'dynamodb:Query': [CHANNELS_PARTITION, outboxPartition('*', '*'), TENANTS_PARTITION],
    });
  }
}
