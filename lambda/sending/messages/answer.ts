import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import {
  answerByRoute,
  type CallerDeps,
  type Narrow,
  type Route,
} from '../../answers/answer-by-route.ts';
import type { HttpRequest } from '../../answers/api-gateway.ts';
import { refusal } from '../../answers/json-answer.ts';
import { readBody } from '../../answers/read-body.ts';
import { channelOfTenant } from '../../channels/channels-of-tenant.ts';
import { type AcceptDeps, acceptMessage } from './accept-message.ts';
import { cancelMessage, listOutgoing, type ManageDeps, resolveMessage } from './manage-messages.ts';
import { MESSAGE_ROUTES as R } from './routes.ts';
import { resolveInput } from './schemas.ts';

export interface AnswerDeps extends AcceptDeps, ManageDeps, CallerDeps {
  readonly outbox: AcceptDeps['outbox'] & ManageDeps['outbox'];
}

/** A few reads and three writes; HTTP APIs give up after 30 s. */
const TIMEOUT_MS = 20_000;

const keyOf = ({ path }: HttpRequest) => ({ channel: path['channel'] ?? '', id: path['id'] ?? '' });

const ROUTES: Readonly<Record<string, Route<AnswerDeps>>> = {
  [R.send]: ({ path, headers, rawBody }, deps, signal) => {
    const key = headers['idempotency-key'];
    return acceptMessage({ channel: path['channel'] ?? '', key, rawBody }, deps, signal);
  },
  [R.cancel]: (request, deps, signal) => cancelMessage(keyOf(request), deps, signal),
  [R.resolve]: async (request, deps, signal) => {
    const body = readBody(request.rawBody, resolveInput, () => []);
    if (!body.ok) return refusal('invalid_parameter', body.reason);
    return await resolveMessage(keyOf(request), body.value, deps, signal);
  },
  [R.list]: async ({ path, query }, deps, signal) => {
    const { state } = query;
    if (state === undefined || state === 'queued' || state === 'uncertain') {
      return await listOutgoing(path['channel'] ?? '', state, deps, signal);
    }
    return refusal('invalid_parameter', `state takes queued or uncertain, not ${state}`);
  },
};

/** Each message is found by its channel. */
const narrow: Narrow<AnswerDeps> = async (tenant, _, deps) => ({
  ok: true,
  deps: { ...deps, channel: channelOfTenant(tenant, deps.channel) },
});

const QUERIES = { [R.list]: ['state'] };

/** Answers a request that sends messages with JSON, whatever happens. */
export async function answer(
  request: HttpRequest,
  deps: AnswerDeps,
): Promise<APIGatewayProxyStructuredResultV2> {
  return await answerByRoute(request, deps, {
    routes: ROUTES,
    narrow,
    queries: QUERIES,
    timeoutMs: TIMEOUT_MS,
  });
}
