import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import type { ForgetEnvironment } from '../../lambda/forgetting/forget/config.ts';
import {
  CAMPAIGNS_PARTITION,
  CHANNELS_PARTITION,
  DUE_PREFIX,
  FORGETTINGS_PARTITION,
  OUTGOING_PREFIX,
  outboxPartition,
} from '../../lambda/table/keys.ts';
import { ApiFunction, type ApiProps } from '../answers/api-function.ts';
import { type StoredEvents, storedEventsVariables } from '../media/stored-events.ts';
import { allow, allowOnRows } from '../shared/allow.ts';
import type { PrivateBucket } from '../shared/private-bucket.ts';

export interface ContactForgetterProps extends ApiProps, StoredEvents {
  /** Parts and exports of campaigns. */
  readonly campaigns: { readonly files: PrivateBucket };
}

/**
 * Empties what is stored of a person, for callers that IAM lets in.
 *
 * What its time does not suffice for is for the caller's next request.
 */
export class ContactForgetter extends ApiFunction {
  constructor(scope: Construct, id: string, props: ContactForgetterProps) {
    const { stage, front, table, overflow, media } = props;
    const { files } = props.campaigns;
    super(scope, id, {
      ...{ stage, front, functionId: 'Forget', folder: 'forgetting/forget' },
      description: 'Empties what is stored of a person',
      routes: { '/v1/channels/{channel}/contacts/{contact}': [HttpMethod.DELETE] },
      environment: {
        ...storedEventsVariables(props),
        CAMPAIGNS_BUCKET: files.bucketName,
        ARCHIVE_DAYS: String(stage.archiveDays),
      } satisfies ForgetEnvironment,
    });

    allow(this.function, ['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'], [table.table.tableArn]);
    table.grantQuery(this.function);
    const messages = `${OUTGOING_PREFIX}*`;
    allowOnRows(this.function, table.table, {
      // It writes down who is to be forgotten, and that what waits for them is never sent. No other row is made.
      'dynamodb:PutItem': [FORGETTINGS_PARTITION, messages],
      'dynamodb:GetItem': [CHANNELS_PARTITION, CAMPAIGNS_PARTITION, messages],
      'dynamodb:DeleteItem': [outboxPartition('*', '*'), `${DUE_PREFIX}*`],
    });
    const reason = 'Takes whoever is forgotten out of what campaigns will say, and have exported.';
    for (const action of [
      's3:GetObject',
      's3:PutObject',
      's3:AbortMultipartUpload',
      's3:DeleteObject',
    ]) {
      files.allowUnder(this.grantee, action, 'campaigns', reason);
    }
    allow(this.function, ['s3:ListBucket'], [files.bucketArn]);
    overflow.grantDelete(this.grantee);
    media.grantDelete(this.grantee);
  }
}
