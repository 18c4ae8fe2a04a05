import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { HttpRequest } from '../../answers/api-gateway.ts';
import { type Answered, answerJson, refusal } from '../../answers/json-answer.ts';
import { unknownNames } from '../../answers/parameters.ts';
import { readBody } from '../../answers/read-body.ts';
import { UnreadableChannel } from '../../channels/channel-table.ts';
import { startDeadline } from '../../shared/aws/deadline.ts';
import type { LogFields } from '../../shared/aws/telemetry.ts';
import { type AcceptDeps, acceptMessage } from './accept-message.ts';
import { cancelMessage, listOutgoing, type ManageDeps, resolveMessage } from './manage-messages.ts';
import { MESSAGE_ROUTES as R } from './routes.ts';
import { resolveInput } from './schemas.ts';

export interface AnswerDeps extends AcceptDeps, ManageDeps {
  readonly outbox: AcceptDeps['outbox'] & ManageDeps['outbox'];
  readonly error: (message: string, fields: LogFields) => void;
}

type Route = (request: HttpRequest, deps: AnswerDeps, signal: AbortSignal) => Promise<Answered>;

/** A few reads and three writes; HTTP APIs give up after 30 s. */
const TIMEOUT_MS = 20_000;

const keyOf = ({ path }: HttpRequest) => ({ channel: path['channel'] ?? '', id: path['id'] ?? '' });

const ROUTES: Readonly<Record<string, Route>> = {
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

/** Answers a request that sends messages with JSON, whatever happens. */
export async function answer(
  request: HttpRequest,
  deps: AnswerDeps,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { routeKey, query } = request;
  const work = async () => {
    const unknown = unknownNames(query, routeKey === R.list ? ['state'] : []);
    if (unknown !== undefined) return refusal('invalid_parameter', unknown);
    const route = Object.hasOwn(ROUTES, routeKey) ? ROUTES[routeKey] : undefined;
    if (route === undefined) return refusal('not_found', 'no such path');
    using deadline = startDeadline(TIMEOUT_MS);
    return await route(request, deps, deadline.signal).catch(unreadable);
  };
  return await answerJson(routeKey, work, deps.error);
}

/** That a channel cannot be read is known to whoever asks for it, and no fault of this request. */
function unreadable(error: unknown): Answered {
  if (error instanceof UnreadableChannel) return refusal('conflict', error.message);
  throw error;
}
