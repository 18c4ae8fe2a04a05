import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { startDeadline } from '../shared/aws/deadline.ts';
import type { LogFields } from '../shared/aws/telemetry.ts';
import { UnreadableRow } from '../shared/unreadable-row.ts';
import type { HttpRequest } from './api-gateway.ts';
import { type Answered, answerJson, refusal } from './json-answer.ts';
import { unknownNames } from './parameters.ts';
import { ALL_TENANTS, type TenantOf } from './tenancy.ts';

/** Answers the requests of one route key, until the signal says that it is time. */
export type Route<Deps> = (
  request: HttpRequest,
  deps: Deps,
  signal: AbortSignal,
) => Promise<Answered>;

/** What every function behind `/v1` has. */
export interface CallerDeps {
  readonly tenantOf: TenantOf;
  readonly error: (message: string, fields: LogFields) => void;
}

/**
 * What is left of a function for a caller of one tenant, so that its routes answer as if nothing were there but
 * what is that tenant's; or the answer.
 */
export type Narrow<Deps> = (
  tenant: string,
  request: HttpRequest,
  deps: Deps,
  signal: AbortSignal,
) => Promise<Narrowed<Deps>>;

export type Narrowed<Deps> =
  | { readonly ok: true; readonly deps: Deps }
  | { readonly ok: false; readonly answer: Answered };

type Queries = Readonly<Record<string, readonly string[] | 'checked by the route'>>;

interface Routing<Deps> {
  readonly routes: Readonly<Record<string, Route<Deps>>>;
  readonly narrow: Narrow<Deps>;
  /** Names that the query of a route may have, where the route does not check them itself. @default none */
  readonly queries?: Queries;
  readonly timeoutMs: number;
}

/** Answers a request with JSON, whatever happens: nobody gets past here who is of no tenant. */
export async function answerByRoute<Deps extends CallerDeps>(
  request: HttpRequest,
  deps: Deps,
  { routes, narrow, queries = {}, timeoutMs }: Routing<Deps>,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { routeKey, query } = request;
  const work = async () => {
    const unknown = unknownIn(query, queries[routeKey]);
    if (unknown !== undefined) return refusal('invalid_parameter', unknown);
    const route = Object.hasOwn(routes, routeKey) ? routes[routeKey] : undefined;
    if (route === undefined) return refusal('not_found', 'no such path');
    using deadline = startDeadline(timeoutMs);
    const { signal } = deadline;
    const seen = await seenBy(request, deps, narrow, signal);
    return seen.ok ? await answered(route(request, seen.deps, signal)) : seen.answer;
  };
  return await answerJson(routeKey, work, deps.error);
}

function unknownIn(query: HttpRequest['query'], known: Queries[string] = []): string | undefined {
  return known === 'checked by the route' ? undefined : unknownNames(query, known);
}

async function seenBy<Deps extends CallerDeps>(
  request: HttpRequest,
  deps: Deps,
  narrow: Narrow<Deps>,
  signal: AbortSignal,
): Promise<Narrowed<Deps>> {
  const { principal } = request;
  const tenant = await deps.tenantOf(principal, signal);
  if (tenant === undefined) return { ok: false, answer: ofNoTenant(principal) };
  return tenant === ALL_TENANTS ? { ok: true, deps } : await narrow(tenant, request, deps, signal);
}

function ofNoTenant(principal: string | undefined): Answered {
  return refusal(
    'forbidden',
    principal === undefined
      ? 'you call as no role or user of this account, so that you are of no tenant: assume a role that is of one'
      : `${principal} is of no tenant: have somebody who sees all of them run npx floodgate tenant add TENANT ${principal}`,
  );
}

/** A row that cannot be read is known to whoever asks for it, and no fault of the request. */
async function answered(answering: Promise<Answered>): Promise<Answered> {
  return await answering.catch((error: unknown) => {
    if (error instanceof UnreadableRow) return refusal('conflict', error.message);
    throw error;
  });
}
