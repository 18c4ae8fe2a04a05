import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openApiDocument } from '../../bin/openapi-document.ts';
import { CHANNEL_ROUTES } from '../../lambda/channels/managing/routes.ts';
import { SUBSCRIBER_ROUTES } from '../../lambda/delivery/subscribers/routes.ts';
import { FORGET_ROUTE } from '../../lambda/forgetting/forget/routes.ts';
import { API_ROUTES } from '../../lambda/reading/routes.ts';
import { CAMPAIGN_ROUTES } from '../../lambda/sending/campaigns/routes.ts';
import { MESSAGE_ROUTES } from '../../lambda/sending/messages/routes.ts';
import { TENANT_ROUTES } from '../../lambda/tenants/managing/routes.ts';
import { aTemplate, propertiesOf } from '../lib/synthesized.ts';

const ROUTES: readonly string[] = [
  ...Object.values(API_ROUTES).flatMap((route) =>
    route === API_ROUTES.contact ? [route, FORGET_ROUTE] : [route],
  ),
  ...Object.values(CHANNEL_ROUTES),
  ...Object.values(CAMPAIGN_ROUTES),
  ...Object.values(MESSAGE_ROUTES),
  ...Object.values(SUBSCRIBER_ROUTES),
  ...Object.values(TENANT_ROUTES),
];

const committed: unknown = JSON.parse(
  readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'),
);

describe('docs/openapi.json', () => {
  test('is what the schemas give: else run node bin/openapi.ts', () => {
    expect(committed).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
  });

  test('has every route, with its path parameters', () => {
    const { paths } = openApiDocument();
    const documented = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => ({
        route: `${method.toUpperCase()} ${path}`,
        parameters: JSON.stringify(operation).split('"in":"path"').length - 1,
      })),
    );

    const byRoute = (one: { route: string }, other: { route: string }) =>
      one.route < other.route ? -1 : 1;
    expect(documented.toSorted(byRoute)).toEqual(
      ROUTES.map((routeKey) => ({
        route: routeKey.replace('+}', '}').replace(/(?<=\/messages\/)\{\w+\}/, '{message}'),
        parameters: routeKey.split('{').length - 1,
      })).toSorted(byRoute),
    );
  });

  test('has the routes that are deployed behind IAM, and no other', () => {
    const routes = Object.values(propertiesOf(aTemplate(), 'AWS::ApiGatewayV2::Route'));
    const signed = routes
      .filter(({ AuthorizationType }) => AuthorizationType === 'AWS_IAM')
      .map(({ RouteKey }) => String(RouteKey));

    expect(signed.sort()).toEqual(ROUTES.toSorted());
  });

  test('says for each operation how it is signed and where it is, with an example of each body', () => {
    const { paths, security, servers, info } = openApiDocument();
    const bodies = JSON.stringify(paths).split('"schema":{"$ref"').length - 1;

    expect(security).toEqual([{ sigv4: [] }]);
    expect(servers.map(({ url }) => url)).toContain('http://127.0.0.1:3000');
    expect(info.license.identifier).toBe('MIT');
    expect(JSON.stringify(paths).split('"example":{').length - 1).toBe(bodies);
  });

  test('refers to no schema that it lacks', () => {
    const { components } = openApiDocument();
    const text = JSON.stringify(committed);
    const referred = [...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, id]) => id);

    expect(new Set(referred).difference(new Set(Object.keys(components.schemas)))).toEqual(
      new Set(),
    );
  });
});
