import type { HttpRequest, HttpResponse } from '../../answers/api-gateway.ts';

type Answer = (request: HttpRequest) => Promise<HttpResponse>;

/** How a route ends that leads here for the slash at its end: HTTP APIs know no other way. */
const SLASH_ROUTE = /\/\{slash\+\}$/;

/** Answers by the route of a request; one with a slash at its end by the route without. */
export async function answerBy(
  routes: ReadonlyMap<string, Answer>,
  request: HttpRequest,
): Promise<HttpResponse> {
  const isOther = /[^/]/.test(request.path['slash'] ?? '');
  const answer = isOther ? undefined : routes.get(request.routeKey.replace(SLASH_ROUTE, ''));
  return answer === undefined ? { status: 404, body: 'not found' } : answer(request);
}
