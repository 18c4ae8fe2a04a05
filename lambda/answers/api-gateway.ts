import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { memberOf } from '../shared/json/json-source.ts';
import { principalOf } from './principal.ts';

/** A request as the use cases see it. */
export interface HttpRequest {
  /** Such as `POST /webhooks/meta`. */
  readonly routeKey: string;
  /** The bytes that were received, which is what providers sign. */
  readonly rawBody: Buffer;
  /** Header names are in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly path: Readonly<Record<string, string | undefined>>;
  /** ARN of who signed it, where IAM asked for that. */
  readonly caller?: string;
  /** The role or user behind that, as `principalOf` has it. */
  readonly principal?: string;
}

export interface HttpResponse {
  readonly status: number;
  /** Plain text. */
  readonly body: string;
}

export function toRequest(event: APIGatewayProxyEventV2): HttpRequest {
  const { requestContext } = event;
  const caller = memberOf(memberOf(memberOf(requestContext, 'authorizer'), 'iam'), 'userArn');
  const principal =
    typeof caller === 'string' ? principalOf(caller, requestContext.accountId) : undefined;
  return {
    routeKey: event.routeKey,
    rawBody: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
    headers: event.headers,
    query: event.queryStringParameters ?? {},
    path: event.pathParameters ?? {},
    ...(typeof caller === 'string' && { caller }),
    ...(principal !== undefined && { principal }),
  };
}

export function toResult({ status, body }: HttpResponse): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
    body,
  };
}
