import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import type { ApiEnvironment } from '../../lambda/reading/config.ts';
import { ApiFunction, type ApiProps } from '../answers/api-function.ts';
import { type StoredEvents, storedEventsVariables } from '../media/stored-events.ts';
import { allow } from '../shared/allow.ts';

const PATHS = [
  '/v1/channels/{channel}/contacts/{contact}',
  '/v1/channels/{channel}/contacts/{contact}/timeline',
  // Greedy for wamids with slashes: HTTP APIs decode the path before they match it.
  '/v1/channels/{channel}/contacts/{contact}/media/{wamid+}',
  '/v1/channels/{channel}/messages/{wamid+}',
];

/** Reads contacts, timelines, files and sent messages back, for callers that IAM lets in. */
export class ReadApi extends ApiFunction {
  constructor(scope: Construct, id: string, props: ApiProps & StoredEvents) {
    const { stage, front, table, overflow, media } = props;
    super(scope, id, {
      ...{ stage, front, functionId: 'Api', folder: 'reading', name: 'api' },
      description: 'Reads contacts, timelines, files and sent messages back',
      routes: Object.fromEntries(PATHS.map((path) => [path, [HttpMethod.GET]])),
      environment: {
        ...storedEventsVariables(props),
        MEDIA_POLICY: JSON.stringify(stage.media),
      } satisfies ApiEnvironment,
    });

    allow(this.function, ['dynamodb:BatchGetItem'], [table.table.tableArn]);
    table.grantQuery(this.function);
    overflow.grantRead(this.grantee);
    media.grantRead(this.grantee);
  }
}
