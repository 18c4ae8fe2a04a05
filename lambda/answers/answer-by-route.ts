import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { startDeadline } from '../shared/aws/deadline.ts';
import type { LogFields } from '../shared/aws/telemetry.ts';
import { UnreadableRow } from '../shared/unreadable-row.ts';
import type { HttpRequest } from './api-gateway.ts';
import { type Answered, answerJson, refusal } from './json-answer.ts';
import { unknownNames } from './parameters.ts';

/** Answers the requests of one route key, until the signal says that it is time. */
export type Route<Deps> = (
  request: HttpRequest,
  deps: Deps,
  signal: AbortSignal,
) => Promise<Answered>;

interface Routing<Deps> {
  readonly routes: Readonly<Record<string, Route<Deps>>>;
  /** Names that the query of a route may have, where the route does not check them itself. @default none */
  readonly queries?: Readonly<Record<string, readonly string[] | 'checked by the route'>>;
  readonly timeoutMs: number;
}

/** Answers a request with JSON, whatever happens. */
export async function answerByRoute<Deps extends ErrorLog>(
  request: HttpRequest,
  deps: Deps,
  { routes, queries = {}, timeoutMs }: Routing<Deps>,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { routeKey, query } = request;
  const work = async () => {
    const known = queries[routeKey] ?? [];
    const unknown = known === 'checked by the route' ? undefined : unknownNames(query, known);
    if (unknown !== undefined) return refusal('invalid_parameter', unknown);
    const route = Object.hasOwn(routes, routeKey) ? routes[routeKey] : undefined;
    if (route === undefined) return refusal('not_found', 'no such path');
    using deadline = startDeadline(timeoutMs);
    return await route(request, deps, deadline.signal).catch((error: unknown) => {
      // That is known to whoever asks for the row, and no fault of the request.
      if (error instanceof UnreadableRow) return refusal('conflict', error.message);
      throw error;
    });
  };
  return await answerJson(routeKey, work, deps.error);
}

interface ErrorLog {
  readonly error: (message: string, fields: LogFields) => void;
}
