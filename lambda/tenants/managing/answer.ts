import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import {
  answerByRoute,
  type CallerDeps,
  type Narrow,
  type Route,
} from '../../answers/answer-by-route.ts';
import type { HttpRequest } from '../../answers/api-gateway.ts';
import { refusal } from '../../answers/json-answer.ts';
import { principalParameter } from '../../answers/principal.ts';
import { readBody } from '../../answers/read-body.ts';
import { listCallers, type ManageDeps, putCaller, removeCaller } from './manage.ts';
import { TENANT_ROUTES as R } from './routes.ts';
import { callerInput } from './schemas.ts';

export interface AnswerDeps extends ManageDeps, CallerDeps {}

/** A read and a write; HTTP APIs give up after 30 s. */
const TIMEOUT_MS = 10_000;

const ROUTES: Readonly<Record<string, Route<AnswerDeps>>> = {
  [R.list]: ({ principal: you }, deps, signal) => listCallers(you, deps, signal),
  [R.put]: async ({ path, rawBody, principal: you }, deps, signal) => {
    const principal = principalParameter(path['principal']);
    if (principal === undefined) return refusal('invalid_parameter', NO_PRINCIPAL);
    const body = readBody(rawBody, callerInput, () => []);
    if (!body.ok) return refusal('invalid_parameter', body.reason);
    return await putCaller(you, { principal, ...body.value }, deps, signal);
  },
  [R.remove]: async ({ path, principal: you }, deps, signal) => {
    const principal = principalParameter(path['principal']);
    if (principal === undefined) return refusal('invalid_parameter', NO_PRINCIPAL);
    return await removeCaller(you, principal, deps, signal);
  },
};

const NO_PRINCIPAL = 'a caller is role/NAME, user/NAME or root, without a path';

const narrow: Narrow<AnswerDeps> = async () => ({
  ok: false,
  answer: refusal('forbidden', 'who sees which tenant is for callers that see all of them'),
});

/** Answers a request that manages who sees which tenant with JSON, whatever happens. */
export async function answer(
  request: HttpRequest,
  deps: AnswerDeps,
): Promise<APIGatewayProxyStructuredResultV2> {
  return await answerByRoute(request, deps, { routes: ROUTES, narrow, timeoutMs: TIMEOUT_MS });
}
