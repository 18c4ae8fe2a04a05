import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { HttpRequest } from '../../answers/api-gateway.ts';
import { type Answered, answerJson, refusal } from '../../answers/json-answer.ts';
import { unknownNames } from '../../answers/parameters.ts';
import { readBody } from '../../answers/read-body.ts';
import { startDeadline } from '../../shared/aws/deadline.ts';
import type { LogFields } from '../../shared/aws/telemetry.ts';
import { UnreadableChannel } from '../channel-table.ts';
import { checked, resumed } from './channel-changes.ts';
import {
  addChannel,
  changeChannel,
  editChannel,
  listChannels,
  type ManageDeps,
  pauseChannel,
  removeChannel,
  showChannel,
} from './manage.ts';
import { CHANNEL_ROUTES as R } from './routes.ts';
import { channelChange, channelInput, checkInput, pauseInput } from './schemas.ts';

export interface AnswerDeps extends ManageDeps {
  readonly error: (message: string, fields: LogFields) => void;
}

type Route = (request: HttpRequest, deps: AnswerDeps, signal: AbortSignal) => Promise<Answered>;

/** Reads and one write; HTTP APIs give up after 30 s. */
const TIMEOUT_MS = 10_000;

const idOf = ({ path }: HttpRequest) => path['channel'] ?? '';
const noOthers = () => [];

const ROUTES: Readonly<Record<string, Route>> = {
  [R.list]: (_, deps, signal) => listChannels(deps, signal),
  [R.add]: async ({ rawBody }, deps, signal) => {
    const body = readBody(rawBody, channelInput, noOthers);
    if (!body.ok) return refusal('invalid_parameter', body.reason);
    return await addChannel(body.value, deps, signal);
  },
  [R.show]: (request, deps, signal) => showChannel(idOf(request), deps, signal),
  [R.change]: async (request, deps, signal) => {
    const body = readBody(request.rawBody, channelChange, noOthers);
    if (!body.ok) return refusal('invalid_parameter', body.reason);
    return await changeChannel(idOf(request), body.value, deps, signal);
  },
  [R.remove]: (request, deps, signal) => removeChannel(idOf(request), deps, signal),
  [R.pause]: async (request, deps, signal) => {
    const { rawBody } = request;
    const body = readBody(rawBody.length === 0 ? NOTHING : rawBody, pauseInput, noOthers);
    if (!body.ok) return refusal('invalid_parameter', body.reason);
    return await pauseChannel(idOf(request), body.value.drain === true, deps, signal);
  },
  [R.resume]: (request, deps, signal) => editChannel(idOf(request), resumed, deps, signal),
  [R.check]: async (request, deps, signal) => {
    const body = readBody(request.rawBody, checkInput, noOthers);
    if (!body.ok) return refusal('invalid_parameter', body.reason);
    const { findings } = body.value;
    return await editChannel(idOf(request), (one) => checked(one, findings), deps, signal);
  },
};

const NOTHING = Buffer.from('{}');

/** Answers a request that manages channels with JSON, whatever happens. */
export async function answer(
  request: HttpRequest,
  deps: AnswerDeps,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { routeKey, query } = request;
  const work = async () => {
    const unknown = unknownNames(query, []);
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
