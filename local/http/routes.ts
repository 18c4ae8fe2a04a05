import type { IncomingMessage } from 'node:http';

export interface RouteMatch<Route> {
  readonly route: Route;
  /** Decoded; undefined where the route has none. */
  readonly pathParameters: Readonly<Record<string, string>> | undefined;
}

interface Compiled<Route> {
  readonly route: Route;
  readonly method: string;
  readonly segments: readonly string[];
}

/**
 * Matches requests as an HTTP API does: the most specific route wins, and a greedy parameter takes
 * all that is left, be it nothing behind a slash.
 */
export function routeTable<Route extends { readonly key: string }>(routes: readonly Route[]) {
  const compiled = routes
    .map((route) => compile(route))
    .toSorted((a, b) => (specificity(a) < specificity(b) ? -1 : 1));
  return (method: string, path: string): RouteMatch<Route> | undefined => {
    const segments = path.split('/').slice(1);
    const found = compiled.find(
      (candidate) =>
        (candidate.method === method || candidate.method === 'ANY') && matches(candidate, segments),
    );
    return found && { route: found.route, pathParameters: parametersOf(found, segments) };
  };
}

/** The path of a request as it was sent, and the query after it. */
export function splitUrl({ url = '/' }: IncomingMessage): { path: string; query: string } {
  const at = url.indexOf('?');
  return at < 0 ? { path: url, query: '' } : { path: url.slice(0, at), query: url.slice(at + 1) };
}

function compile<Route extends { readonly key: string }>(route: Route): Compiled<Route> {
  const [method = '', path = ''] = route.key.split(' ');
  const segments = path.split('/').slice(1);
  return { route, method, segments };
}

/** Sorts literal segments before parameters, and those before greedy ones, from the left. */
function specificity({ method, segments }: Compiled<unknown>): string {
  const ranks = segments.map((segment) => Number(isParameter(segment)) + Number(isGreedy(segment)));
  return ranks.join('') + (method === 'ANY' ? '1' : '0');
}

function isGreedy(segment: string): boolean {
  return segment.endsWith('+}');
}

function isParameter(segment: string): boolean {
  return segment.startsWith('{');
}

function matches({ segments }: Compiled<unknown>, given: readonly string[]): boolean {
  const isLongEnough = isGreedy(segments.at(-1) ?? '')
    ? given.length >= segments.length
    : given.length === segments.length;
  return (
    isLongEnough &&
    segments.every((segment, at) =>
      isParameter(segment) ? isGreedy(segment) || given[at] !== '' : segment === given[at],
    )
  );
}

function parametersOf({ segments }: Compiled<unknown>, given: readonly string[]) {
  const parameters = segments.flatMap((segment, at) => {
    if (!isParameter(segment)) return [];
    const taken = isGreedy(segment) ? given.slice(at).join('/') : (given[at] ?? '');
    return [[segment.replace(/^\{|\+?\}$/g, ''), decodeURIComponent(taken)]];
  });
  return parameters.length === 0 ? undefined : Object.fromEntries(parameters);
}
