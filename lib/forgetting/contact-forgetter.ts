import { Duration } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { ForgetEnvironment } from '../../lambda/forgetting/forget/config.ts';
import { FORGETTINGS_PARTITION } from '../../lambda/table/keys.ts';
import type { HttpFront } from '../answers/http-front.ts';
import type { Media } from '../media/media.ts';
import { allow, allowOnRows } from '../shared/allow.ts';
import { ServiceFunction } from '../shared/service-function.ts';
import type { Stage } from '../stage.ts';
import type { EventTable } from '../table/event-table.ts';
import type { OverflowBucket } from '../table/overflow-bucket.ts';

export interface ContactForgetterProps {
  readonly stage: Stage;
  readonly front: HttpFront;
  readonly table: EventTable;
  readonly overflow: OverflowBucket;
  readonly media: Media;
}

/** Empties what is stored of a person, for callers that IAM lets in. */
export class ContactForgetter extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, props: ContactForgetterProps) {
    super(scope, id);

    const { stage, front, table, overflow, media } = props;
    const forget = new ServiceFunction(this, 'Forget', {
      folder: 'forgetting/forget',
      description: 'Empties what is stored of a person',
      stage,
      memorySize: 512,
      // HTTP APIs give up after 30 s. What is left by then is for the caller's next request.
      timeout: Duration.seconds(29),
      environment: {
        TABLE_NAME: table.table.tableName,
        OVERFLOW_BUCKET: overflow.bucket.bucketName,
        MEDIA_BUCKET: media.files.bucketName,
        ARCHIVE_DAYS: String(stage.archiveDays),
      } satisfies ForgetEnvironment,
    });
    this.function = forget.function;

    front.addIamRoutes('Forget', this.function, {
      '/v1/channels/{channel}/contacts/{contact}': [HttpMethod.DELETE],
    });

    allow(this.function, ['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'], [table.table.tableArn]);
    allow(
      this.function,
      ['dynamodb:Query'],
      [table.table.tableArn, table.byTimeArn, table.timelineArn],
    );
    // It writes down who is to be forgotten, and makes no other row.
    allowOnRows(this.function, table.table, { 'dynamodb:PutItem': [FORGETTINGS_PARTITION] });
    overflow.grantDelete(forget);
    media.grantDelete(forget);
  }
}
