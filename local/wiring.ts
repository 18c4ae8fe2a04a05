import type { InvocationResult } from './functions/execution-environment.ts';
import type { FunctionHost } from './functions/function-host.ts';
import type { HttpRoute } from './http/front.ts';
import type { LocalTemplate, Resource } from './template/template.ts';

/** The function that a route of the HTTP API leads to; undefined where there is none. */
export function functionOf(
  routeKey: string,
  { route, integration, function: functions }: LocalTemplate,
): Resource<'function'> | undefined {
  const target = route.find(({ RouteKey }) => RouteKey === routeKey)?.Target;
  const found = integration.find(({ ref }) => target === `integrations/${ref}`);
  return functions.find(({ arn }) => arn === found?.IntegrationUri);
}

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

/** Invokes a function by its ARN. Rejects where there is none. */
export function invokerOf(
  hosts: readonly FunctionHost[],
): (functionArn: string, event: unknown) => Promise<InvocationResult> {
  return async (functionArn, event) => {
    const host = hosts.find(({ function: { arn } }) => arn === functionArn);
    if (host === undefined) throw new Error(`There is no function ${functionArn}`);
    return await host.invoke(event);
  };
}
