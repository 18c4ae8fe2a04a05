import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ACCOUNT } from '../account.ts';
import { splitUrl } from './routes.ts';

/** What the route adds to a request. */
export interface Routed {
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>> | undefined;
  readonly authorization: string;
}

const TEXT = /^(text\/|application\/(json|javascript|xml|[\w.-]+\+(json|xml)))/i;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * The event of payload format 2.0.
 *
 * Throws `URIError` for a path that is not properly encoded.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function httpEvent(request: IncomingMessage, body: Buffer, routed: Routed) {
  const { path, query } = splitUrl(request);
  const { cookie, ...headers } = joinedHeaders(request);
  const sourceIp = request.socket.remoteAddress ?? '127.0.0.1';
  const isText = TEXT.test(headers['content-type'] ?? '');
  return {
    version: '2.0',
    routeKey: routed.routeKey,
    // HTTP APIs decode it, whatever its name says.
    rawPath: decodeURIComponent(path),
    rawQueryString: query,
    ...(cookie !== undefined && { cookies: cookie.split(/; */) }),
    headers: { ...headers, 'x-forwarded-for': sourceIp, 'x-forwarded-proto': 'https' },
    ...(query !== '' && { queryStringParameters: queryParameters(query) }),
    ...(routed.pathParameters !== undefined && { pathParameters: routed.pathParameters }),
    requestContext: requestContext(request, headers, routed),
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  } satisfies APIGatewayProxyEventV2;
}

function requestContext(
  request: IncomingMessage,
  headers: Readonly<Record<string, string>>,
  { routeKey, authorization }: Routed,
) {
  const now = new Date();
  return {
    accountId: ACCOUNT,
    apiId: 'local',
    ...(authorization === 'AWS_IAM' && { authorizer: iamAuthorizer(headers) }),
    domainName: headers['host'] ?? 'localhost',
    domainPrefix: 'local',
    http: {
      method: request.method ?? 'GET',
      path: decodeURIComponent(splitUrl(request).path),
      protocol: `HTTP/${request.httpVersion}`,
      sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
      userAgent: headers['user-agent'] ?? '',
    },
    requestId: randomUUID(),
    routeKey,
    stage: '$default',
    time: requestTime(now),
    timeEpoch: now.getTime(),
  };
}

/** By which a caller says as whom it calls; in AWS its signature does. */
const CALLER_HEADER = 'x-floodgate-caller';

/** Locally everyone is let in, as whoever they say: a role, or else a user. */
function iamAuthorizer(headers: Readonly<Record<string, string>>) {
  const [kind, name = 'local'] = (headers[CALLER_HEADER] ?? 'user/local').split('/');
  const isRole = kind === 'role';
  const userArn = isRole
    ? `arn:aws:sts::${ACCOUNT}:assumed-role/${name}/local`
    : `arn:aws:iam::${ACCOUNT}:user/${name}`;
  return {
    iam: {
      accessKey: 'local',
      accountId: ACCOUNT,
      callerId: isRole ? `${name}:local` : name,
      cognitoIdentity: null,
      principalOrgId: null,
      userArn,
      userId: isRole ? `${name}:local` : name,
    },
  };
}

function joinedHeaders({ rawHeaders }: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? '';
    const value = rawHeaders[at + 1] ?? '';
    headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  }
  return headers;
}

function queryParameters(query: string): Record<string, string> {
  const parameters: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(query)) {
    parameters[name] = parameters[name] === undefined ? value : `${parameters[name]},${value}`;
  }
  return parameters;
}

/** Such as `12/Mar/2020:19:03:58 +0000`. */
function requestTime(date: Date): string {
  const [day, time] = date.toISOString().split('T');
  const [year, month, dayOfMonth] = (day ?? '').split('-');
  return `${dayOfMonth}/${MONTHS[Number(month) - 1]}/${year}:${time?.slice(0, 8)} +0000`;
}
