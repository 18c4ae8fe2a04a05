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
import type { Channel } from '../channel.ts';
import { channelsOfTenant } from '../channels-of-tenant.ts';
import { heard } from '../heard.ts';
import { resumed } from './channel-changes.ts';
import {
  addChannel,
  answerEdit,
  changeChannel,
  listChannels,
  type ManageDeps,
  OWNERSHIP,
  pauseChannel,
  removeChannel,
  showChannel,
} from './manage.ts';
import { CHANNEL_ROUTES as R } from './routes.ts';
import { channelChange, channelInput, checkInput, pauseInput } from './schemas.ts';

export interface AnswerDeps extends ManageDeps, CallerDeps {}

/** Reads and one write; HTTP APIs give up after 30 s. */
const TIMEOUT_MS = 10_000;

const idOf = ({ path }: HttpRequest) => path['channel'] ?? '';
const noOthers = () => [];

const ROUTES: Readonly<Record<string, Route<AnswerDeps>>> = {
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
  [R.resume]: (request, deps, signal) => answerEdit(idOf(request), resumed, deps, signal),
  [R.check]: async (request, deps, signal) => {
    const body = readBody(request.rawBody, checkInput, noOthers);
    if (!body.ok) return refusal('invalid_parameter', body.reason);
    const { findings } = body.value;
    const known = (one: Channel) => heard(one, findings, deps.now()) ?? one;
    return await answerEdit(idOf(request), known, deps, signal);
  },
};

const NOTHING = Buffer.from('{}');

/** To add a channel is to get what came to it before, and to remove it is to give that away. */
const FOR_ALL_TENANTS: readonly string[] = [R.add, R.remove];

const narrow: Narrow<AnswerDeps> = async (tenant, { routeKey }, deps) =>
  FOR_ALL_TENANTS.includes(routeKey)
    ? { ok: false, answer: refusal('forbidden', OWNERSHIP) }
    : {
        ok: true,
        deps: {
          ...deps,
          tenant,
          table: { ...deps.table, ...channelsOfTenant(tenant, deps.table) },
        },
      };

/** Answers a request that manages channels with JSON, whatever happens. */
export async function answer(
  request: HttpRequest,
  deps: AnswerDeps,
): Promise<APIGatewayProxyStructuredResultV2> {
  return await answerByRoute(request, deps, { routes: ROUTES, narrow, timeoutMs: TIMEOUT_MS });
}
