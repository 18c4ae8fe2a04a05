import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import type { ForgetEnvironment } from '../../lambda/forgetting/forget/config.ts';
import {
  CHANNELS_PARTITION,
  FORGETTINGS_PARTITION,
  OUTGOING_PREFIX,
  outboxPartition,
} from '../../lambda/table/keys.ts';
import { ApiFunction, type ApiProps } from '../answers/api-function.ts';
import { type StoredEvents, storedEventsVariables } from '../media/stored-events.ts';
import { allow, allowOnRows } from '../shared/allow.ts';

/**
 * Empties what is stored of a person, for callers that IAM lets in.
 *
 * What its time does not suffice for is for the caller's next request.
 */
export class ContactForgetter extends ApiFunction {
  constructor(scope: Construct, id: string, props: ApiProps & StoredEvents) {
    const { stage, front, table, overflow, media } = props;
    super(scope, id, {
      ...{ stage, front, functionId: 'Forget', folder: 'forgetting/forget' },
      description: 'Empties what is stored of a person',
      routes: { '/v1/channels/{channel}/contacts/{contact}': [HttpMethod.DELETE] },
      environment: {
        ...storedEventsVariables(props),
        ARCHIVE_DAYS: String(stage.archiveDays),
      } satisfies ForgetEnvironment,
    });

    allow(this.function, ['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'], [table.table.tableArn]);
    table.grantQuery(this.function);
    const messages = `${OUTGOING_PREFIX}*`;
    allowOnRows(this.function, table.table, {
      // It writes down who is to be forgotten, and that what waits for them is never sent. No other row is made.
      'dynamodb:PutItem': [FORGETTINGS_PARTITION, messages],
      'dynamodb:GetItem': [CHANNELS_PARTITION, messages],
      'dynamodb:DeleteItem': [outboxPartition('*', '*')],
    });
    overflow.grantDelete(this.grantee);
    media.grantDelete(this.grantee);
  }
}
