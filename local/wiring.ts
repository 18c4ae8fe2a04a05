import type { FunctionHost } from './functions/function-host.ts';
import type { HttpRoute } from './http/front.ts';
import type { LocalTemplate } from './template/template.ts';

/** The routes of the HTTP API, each to the function of its integration. */
export function routesOf(
  { route, integration }: LocalTemplate,
  hosts: readonly FunctionHost[],
): HttpRoute[] {
  return route.map(({ logicalId, RouteKey, Target, AuthorizationType }) => {
    const target = integration.find(({ ref }) => Target === `integrations/${ref}`);
    const host = hosts.find(({ function: { arn } }) => arn === target?.IntegrationUri);
    if (host === undefined) throw new Error(`${logicalId}: no function takes ${RouteKey}`);
    return {
      key: RouteKey,
      authorization: AuthorizationType,
      invoke: (event) => host.invoke(event),
    };
  });
}
