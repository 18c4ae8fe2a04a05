import { Duration } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { ApiEnvironment } from '../../lambda/reading/config.ts';
import type { HttpFront } from '../answers/http-front.ts';
import type { Media } from '../media/media.ts';
import { allow } from '../shared/allow.ts';
import { ServiceFunction } from '../shared/service-function.ts';
import type { Stage } from '../stage.ts';
import type { EventTable } from '../table/event-table.ts';
import type { OverflowBucket } from '../table/overflow-bucket.ts';

const PATHS = [
  '/v1/channels/{channel}/contacts/{contact}',
  '/v1/channels/{channel}/contacts/{contact}/timeline',
  // Greedy for wamids with slashes: HTTP APIs decode the path before they match it.
  '/v1/channels/{channel}/contacts/{contact}/media/{wamid+}',
  '/v1/channels/{channel}/messages/{wamid+}',
];

export interface ReadApiProps {
  readonly stage: Stage;
  readonly front: HttpFront;
  readonly table: EventTable;
  readonly overflow: OverflowBucket;
  readonly media: Media;
}

/** Reads contacts, timelines, files and sent messages back, for callers that IAM lets in. */
export class ReadApi extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, props: ReadApiProps) {
    super(scope, id);
    const { stage, front, table, overflow, media } = props;

    const api = new ServiceFunction(this, 'Api', {
      folder: 'reading',
      name: 'api',
      description: 'Reads contacts, timelines, files and sent messages back',
      stage,
      // As for ingest: what a caller waits for longest is a cold start, which is all CPU.
      memorySize: 512,
      // HTTP APIs give up after 30 s.
      timeout: Duration.seconds(29),
      environment: {
        TABLE_NAME: table.table.tableName,
        OVERFLOW_BUCKET: overflow.bucket.bucketName,
        MEDIA_BUCKET: media.files.bucketName,
        MEDIA_POLICY: JSON.stringify(stage.media),
      } satisfies ApiEnvironment,
    });
    this.function = api.function;

    const routes = Object.fromEntries(PATHS.map((path) => [path, [HttpMethod.GET]]));
    front.addIamRoutes('Api', this.function, routes);

    allow(this.function, ['dynamodb:BatchGetItem'], [table.table.tableArn]);
    allow(
      this.function,
      ['dynamodb:Query'],
      [table.table.tableArn, table.byTimeArn, table.timelineArn],
    );
    overflow.grantRead(api);
    media.grantRead(api);
  }
}
