import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import {
  answerByRoute,
  type CallerDeps,
  type Narrow,
  type Route,
} from '../answers/answer-by-route.ts';
import type { HttpRequest } from '../answers/api-gateway.ts';
import { type Answered, refusal } from '../answers/json-answer.ts';
import {
  contactParameters,
  mediaParameters,
  messageParameters,
  timelineParameters,
} from '../answers/parameters.ts';
import { isOnTheirs } from '../channels/on-theirs.ts';
import type { OwnershipDeps } from '../channels/tenancy.ts';
import { NO_ROWS } from '../table/no-rows.ts';
import { type ReadContactDeps, readContact } from './read-contact.ts';
import { type ReadMediaDeps, readMedia } from './read-media.ts';
import { type ReadMessageDeps, readMessage } from './read-message.ts';
import { type ReadTimelineDeps, readTimeline } from './read-timeline.ts';
import { API_ROUTES as R } from './routes.ts';

export interface AnswerDeps
  extends ReadTimelineDeps,
    ReadContactDeps,
    ReadMessageDeps,
    ReadMediaDeps,
    CallerDeps,
    OwnershipDeps {
  readonly table: ReadTimelineDeps['table'] &
    ReadContactDeps['table'] &
    ReadMessageDeps['table'] &
    ReadMediaDeps['table'];
}

/** Each read has a limit of its own; HTTP APIs give up after 30 s. */
const TIMEOUT_MS = 20_000;

const ROUTES: Readonly<Record<string, Route<AnswerDeps>>> = {
  [R.timeline]: timeline,
  [R.contact]: contact,
  [R.message]: message,
  [R.media]: media,
};

const QUERIES = { [R.timeline]: ['limit', 'cursor'] };

/** On another tenant's channel nothing is stored, whatever is asked for. */
const narrow: Narrow<AnswerDeps> = async (tenant, request, deps, signal) => {
  const isTheirs = await isOnTheirs(tenant, request, deps, signal);
  return { ok: true, deps: isTheirs ? deps : { ...deps, table: NO_ROWS } };
};

/** Answers a request of the read API with JSON, whatever happens. */
export async function answer(
  request: HttpRequest,
  deps: AnswerDeps,
): Promise<APIGatewayProxyStructuredResultV2> {
  return await answerByRoute(request, deps, {
    ...{ routes: ROUTES, narrow, queries: QUERIES, timeoutMs: TIMEOUT_MS },
  });
}

async function timeline({ path, query }: HttpRequest, deps: AnswerDeps): Promise<Answered> {
  const parameters = timelineParameters(path, query);
  if (!parameters.ok) return refusal('invalid_parameter', parameters.reason);
  const body = await readTimeline(parameters, deps);
  return body === undefined ? unknownContact() : { status: 200, body };
}

async function contact({ path }: HttpRequest, deps: AnswerDeps): Promise<Answered> {
  const parameters = contactParameters(path);
  if (!parameters.ok) return refusal('invalid_parameter', parameters.reason);
  const body = await readContact(parameters, deps);
  return body === undefined ? unknownContact() : { status: 200, body };
}

function unknownContact(): Answered {
  return refusal('not_found', 'nothing is known of this contact on this channel');
}

async function media({ path }: HttpRequest, deps: AnswerDeps): Promise<Answered> {
  const parameters = mediaParameters(path);
  if (!parameters.ok) return refusal('invalid_parameter', parameters.reason);
  const body = await readMedia(parameters, deps);
  return body === undefined
    ? refusal('not_found', 'this contact has no such message on this channel, or it has no file')
    : { status: 200, body };
}

async function message({ path }: HttpRequest, deps: AnswerDeps): Promise<Answered> {
  const parameters = messageParameters(path);
  if (!parameters.ok) return refusal('invalid_parameter', parameters.reason);
  const body = await readMessage(parameters, deps);
  return body === undefined
    ? refusal('not_found', 'no such message is known on this channel')
    : { status: 200, body };
}
