import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { HttpRequest } from '../answers/api-gateway.ts';
import { type Answered, answerJson, refusal } from '../answers/json-answer.ts';
import {
  contactParameters,
  mediaParameters,
  messageParameters,
  timelineParameters,
  unknownNames,
} from '../answers/parameters.ts';
import type { LogFields } from '../shared/aws/telemetry.ts';
import { type ReadContactDeps, readContact } from './read-contact.ts';
import { type ReadMediaDeps, readMedia } from './read-media.ts';
import { type ReadMessageDeps, readMessage } from './read-message.ts';
import { type ReadTimelineDeps, readTimeline } from './read-timeline.ts';
import { API_ROUTES } from './routes.ts';

export interface AnswerDeps
  extends ReadTimelineDeps,
    ReadContactDeps,
    ReadMessageDeps,
    ReadMediaDeps {
  readonly table: ReadTimelineDeps['table'] &
    ReadContactDeps['table'] &
    ReadMessageDeps['table'] &
    ReadMediaDeps['table'];
  readonly error: (message: string, fields: LogFields) => void;
}

/** Answers a request of the read API with JSON, whatever happens. */
export async function answer(
  request: HttpRequest,
  deps: AnswerDeps,
): Promise<APIGatewayProxyStructuredResultV2> {
  return await answerJson(request.routeKey, () => route(request, deps), deps.error);
}

async function route(request: HttpRequest, deps: AnswerDeps): Promise<Answered> {
  const known = request.routeKey === API_ROUTES.timeline ? ['limit', 'cursor'] : [];
  const unknown = unknownNames(request.query, known);
  if (unknown !== undefined) return refusal('invalid_parameter', unknown);
  switch (request.routeKey) {
    case API_ROUTES.timeline:
      return await timeline(request, deps);
    case API_ROUTES.contact:
      return await contact(request, deps);
    case API_ROUTES.message:
      return await message(request, deps);
    case API_ROUTES.media:
      return await media(request, deps);
    default:
      return refusal('not_found', 'no such path');
  }
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
