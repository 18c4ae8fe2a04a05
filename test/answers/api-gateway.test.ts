import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { expect, test } from 'vitest';
import { toRequest } from '../../lambda/answers/api-gateway.ts';

const USER = 'arn:aws:iam::111122223333:user/ana';

/** What API Gateway hands over, of which only some is read. */
function anEvent(overrides: Partial<APIGatewayProxyEventV2> = {}): APIGatewayProxyEventV2 {
  return {
    ...{ version: '2.0', routeKey: 'GET /v1/channels', rawPath: '', rawQueryString: '' },
    headers: { 'x-word': 'yes' },
    isBase64Encoded: false,
    requestContext: {
      ...{ accountId: '111122223333', apiId: 'api', domainName: '', domainPrefix: '' },
      http: { method: 'GET', path: '/', protocol: 'HTTP/1.1', sourceIp: '', userAgent: '' },
      ...{ requestId: '1', routeKey: '', stage: '$default', time: '', timeEpoch: 0 },
    },
    ...overrides,
  };
}

test('a request without body, query and path has empty ones, and nobody behind it', () => {
  expect(toRequest(anEvent())).toEqual({
    ...{ routeKey: 'GET /v1/channels', rawBody: Buffer.of(), headers: { 'x-word': 'yes' } },
    ...{ query: {}, path: {} },
  });
});

test('a body is the bytes that came, in base64 or as text', () => {
  const bytes = Buffer.of(0xff, 0x00);

  expect(toRequest(anEvent({ body: '¿Sí?' })).rawBody.toString()).toBe('¿Sí?');
  const encoded = { body: bytes.toString('base64'), isBase64Encoded: true };
  expect(toRequest(anEvent(encoded)).rawBody).toEqual(bytes);
});

test('who signed it is told by IAM', () => {
  const { requestContext } = anEvent();
  const signed = { ...requestContext, authorizer: { iam: { userArn: USER } } };

  expect(toRequest({ ...anEvent(), requestContext: signed })).toMatchObject({
    ...{ caller: USER, principal: 'user/ana' },
  });
});
