import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { answerByRoute, type CallerDeps, type Narrow } from '../../answers/answer-by-route.ts';
import type { HttpRequest } from '../../answers/api-gateway.ts';
import { type Answered, refusal } from '../../answers/json-answer.ts';
import { contactParameters } from '../../answers/parameters.ts';
import { isOnTheirs } from '../../channels/on-theirs.ts';
import type { OwnershipDeps } from '../../channels/tenancy.ts';
import { NO_ROWS } from '../../table/no-rows.ts';
import { type ForgetContactDeps, type ForgetRequest, forgetContact } from './forget-contact.ts';
import { FORGET_ROUTE } from './routes.ts';
import type { ForgottenAnswer } from './schemas.ts';

export interface AnswerDeps extends ForgetContactDeps, CallerDeps, OwnershipDeps {}

type Time = Pick<ForgetRequest, 'signal' | 'endsAt'>;

/** Of what it takes to know the caller; to forget has a time of its own. */
const TIMEOUT_MS = 20_000;

/** On another tenant's channel there is nobody to forget, and nothing is put on record. */
const narrow: Narrow<AnswerDeps> = async (tenant, request, deps, signal) => {
  const isTheirs = await isOnTheirs(tenant, request, deps, signal);
  // Without the channel nothing is found to wait there either.
  const nobody = {
    table: NO_ROWS,
    channel: async () => undefined,
    remember: async () => {},
    leaveOut: async () => {},
    forgetInCampaigns: async () => 0,
  };
  return { ok: true, deps: isTheirs ? deps : { ...deps, ...nobody } };
};

/** Answers a request to forget a contact with what was done, until the signal says that it is time. */
export async function answer(
  request: HttpRequest,
  time: Time,
  deps: AnswerDeps,
): Promise<APIGatewayProxyStructuredResultV2> {
  const routes = {
    [FORGET_ROUTE]: ({ path }: HttpRequest, seen: AnswerDeps) => forget(path, time, seen),
  };
  return await answerByRoute(request, deps, { routes, narrow, timeoutMs: TIMEOUT_MS });
}

async function forget(path: HttpRequest['path'], time: Time, deps: AnswerDeps): Promise<Answered> {
  const parameters = contactParameters(path);
  if (!parameters.ok) return refusal('invalid_parameter', parameters.reason);
  const { channel, contact } = parameters;
  const forgotten = await forgetContact({ channel, contact, ...time }, deps);
  const body: ForgottenAnswer = { ...forgotten, archive: 'pending' };
  return { status: 200, body };
}
