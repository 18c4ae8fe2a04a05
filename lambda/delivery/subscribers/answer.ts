import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { answerByRoute, type CallerDeps, type Route } from '../../answers/answer-by-route.ts';
import type { HttpRequest } from '../../answers/api-gateway.ts';
import { refusal } from '../../answers/json-answer.ts';
import { readBody } from '../../answers/read-body.ts';
import { namesAnother } from '../../answers/tenancy.ts';
import { type CheckQueueDeps, checkQueue } from './check-queue.ts';
import { deliveriesParameters } from './deliveries-parameters.ts';
import { type EndpointRules, endpointFaults } from './endpoint-faults.ts';
import {
  addSubscriber,
  changeSubscriber,
  listSubscribers,
  type ManageDeps,
  markListening,
  readSecret,
  removeSubscriber,
  resumeSubscriber,
  rotateSecret,
  showDeliveries,
  showSubscriber,
  testSubscriber,
} from './manage.ts';
import { type NarrowDeps, narrow } from './narrow.ts';
import type { ReadDeliveriesDeps } from './read-deliveries.ts';
import { SUBSCRIBER_ROUTES as R } from './routes.ts';
import { dropInput, subscriberChange, subscriberInput } from './schemas.ts';
import { changed, paused } from './subscriber-changes.ts';
import { dropDeliveries, showDelivery, type WaitingAnswerDeps } from './waiting-answers.ts';

export interface AnswerDeps
  extends ManageDeps,
    ReadDeliveriesDeps,
    WaitingAnswerDeps,
    CheckQueueDeps,
    NarrowDeps,
    CallerDeps {
  readonly table: ManageDeps['table'];
  readonly waiting: WaitingAnswerDeps['waiting'];
  readonly person: WaitingAnswerDeps['person'];
  readonly endpoints: EndpointRules;
}

/** Lambda's control plane takes seconds to map a queue; HTTP APIs give up after 30. */
const TIMEOUT_MS = 20_000;

const idOf = ({ path }: HttpRequest) => path['id'] ?? '';

const ROUTES: Readonly<Record<string, Route<AnswerDeps>>> = {
  [R.list]: (_, deps, signal) => listSubscribers(deps, signal),
  [R.add]: async ({ rawBody }, deps, signal) => {
    const body = readBody(rawBody, subscriberInput, (json) => endpointFaults(json, deps.endpoints));
    if (!body.ok) return refusal('invalid_parameter', body.reason);
    if (namesAnother(body.value, deps)) return refusal('forbidden', ELSEWHERE);
    const queue = await checkQueue(body.value.endpoint, deps, signal);
    if (!queue.ok) return refusal(queue.code, queue.reason);
    return await addSubscriber(body.value, deps, signal, queue.notes);
  },
  [R.show]: (request, deps, signal) => showSubscriber(idOf(request), deps, signal),
  [R.change]: async (request, deps, signal) => {
    const { rawBody } = request;
    const body = readBody(rawBody, subscriberChange, (json) =>
      endpointFaults(json, deps.endpoints),
    );
    if (!body.ok) return refusal('invalid_parameter', body.reason);
    if (namesAnother(body.value, deps)) return refusal('forbidden', ELSEWHERE);
    const queue = await checkQueue(body.value.endpoint, deps, signal);
    if (!queue.ok) return refusal(queue.code, queue.reason);
    return await changeSubscriber(idOf(request), (old) => changed(old, body.value), deps, signal);
  },
  [R.remove]: (request, deps, signal) => removeSubscriber(idOf(request), deps, signal),
  [R.pause]: (request, deps, signal) => changeSubscriber(idOf(request), paused, deps, signal),
  [R.resume]: (request, deps, signal) => resumeSubscriber(idOf(request), deps, signal),
  [R.readSecret]: (request, deps, signal) => readSecret(idOf(request), deps, signal),
  [R.rotateSecret]: (request, deps, signal) => rotateSecret(idOf(request), deps, signal),
  [R.test]: (request, deps, signal) => testSubscriber(idOf(request), deps, signal),
  [R.deliveries]: async (request, deps, signal) => {
    const parameters = deliveriesParameters(idOf(request), request.query);
    if (!parameters.ok) return refusal('invalid_parameter', parameters.reason);
    return await showDeliveries(parameters, deps, signal);
  },
  [R.delivery]: (request, deps, signal) =>
    showDelivery(idOf(request), request.path['event'] ?? '', deps, signal),
  [R.listening]: (request, deps, signal) => markListening(idOf(request), deps, signal),
  [R.drop]: async (request, deps, signal) => {
    const body = readBody(request.rawBody, dropInput, () => []);
    if (!body.ok) return refusal('invalid_parameter', body.reason);
    const { caller = 'unknown' } = request;
    return await dropDeliveries(idOf(request), body.value, caller, deps, signal);
  },
};

const ELSEWHERE = 'another tenant is named by callers that see all tenants alone';

const QUERIES = { [R.deliveries]: 'checked by the route' } as const;

/** Answers a request that manages subscribers with JSON, whatever happens. */
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
