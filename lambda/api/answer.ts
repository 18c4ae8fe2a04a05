import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { HttpRequest } from '../adapters/api-gateway.ts';
import { AwsRequestError } from '../adapters/aws-request.ts';
import type { LogFields } from '../adapters/telemetry.ts';
import { writeJson } from '../domain/raw-json.ts';
import {
  contactParameters,
  messageParameters,
  timelineParameters,
  unknownInQuery,
} from './parameters.ts';
import { type ReadContactDeps, readContact } from './read-contact.ts';
import { type ReadMessageDeps, readMessage } from './read-message.ts';
import { type ReadTimelineDeps, readTimeline } from './read-timeline.ts';
import { API_ROUTES } from './routes.ts';
import type { ErrorAnswer } from './schemas.ts';

export interface AnswerDeps extends ReadTimelineDeps, ReadContactDeps, ReadMessageDeps {
  readonly table: ReadTimelineDeps['table'] & ReadContactDeps['table'] & ReadMessageDeps['table'];
  readonly error: (message: string, fields: LogFields) => void;
}

type Answered = { readonly status: number; readonly body: unknown };

const STATUS_CODES = { invalid_parameter: 400, not_found: 404, internal: 500, unavailable: 503 };

/** Answers a request of the read API with JSON, whatever happens. */
export async function answer(
  request: HttpRequest,
  deps: AnswerDeps,
): Promise<APIGatewayProxyStructuredResultV2> {
  try {
    return toJson(await route(request, deps));
  } catch (error) {
    deps.error('Read failed', { route: request.routeKey, ...describe(error) });
    return toJson(
      isFromDependency(error)
        ? refusal('unavailable', 'the stored data cannot be read now, try again')
        : refusal('internal', 'the answer could not be made; the log says where'),
    );
  }
}

async function route(request: HttpRequest, deps: AnswerDeps): Promise<Answered> {
  const unknown = unknownInQuery(request.routeKey, request.query);
  if (unknown !== undefined) return refusal('invalid_parameter', unknown);
  switch (request.routeKey) {
    case API_ROUTES.timeline:
      return await timeline(request, deps);
    case API_ROUTES.contact:
      return await contact(request, deps);
    case API_ROUTES.message:
      return await message(request, deps);
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

async function message({ path }: HttpRequest, deps: AnswerDeps): Promise<Answered> {
  const parameters = messageParameters(path);
  if (!parameters.ok) return refusal('invalid_parameter', parameters.reason);
  const body = await readMessage(parameters, deps);
  return body === undefined
    ? refusal(
        'not_found',
        "no status of this message is known on this channel; what a contact sent is in that contact's timeline",
      )
    : { status: 200, body };
}

function refusal(code: ErrorAnswer['error']['code'], text: string): Answered {
  const body: ErrorAnswer = { error: { code, message: text } };
  return { status: STATUS_CODES[code], body };
}

function toJson({ status, body }: Answered): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
    body: writeJson(body),
  };
}

/** An error of a call to AWS, or of the way there; anything else is a fault of ours. */
function isFromDependency(error: unknown): boolean {
  return (
    error instanceof AwsRequestError ||
    (error instanceof Error && /^(Timeout|Abort)Error$/.test(error.name))
  );
}

/** What may be logged of an error: its message may quote a payload. */
function describe(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { error: error.name, at: frames.slice(0, 5).join('') };
}
