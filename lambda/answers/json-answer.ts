import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { AwsRequestError } from '../shared/aws/request.ts';
import type { LogFields } from '../shared/aws/telemetry.ts';
import { writeJson } from '../shared/json/raw-json.ts';

const STATUS_CODES = {
  invalid_parameter: 400,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  country: 422,
  window_closed: 422,
  opted_out: 422,
  not_possible: 422,
  too_many_waiting: 429,
  internal: 500,
  unavailable: 503,
};

type ErrorCode = keyof typeof STATUS_CODES;

/** Why a request of `/v1` is not answered as its caller wants, for software. */
export const ERROR_CODES = [
  'invalid_parameter',
  'forbidden',
  'not_found',
  'conflict',
  'country',
  'window_closed',
  'opted_out',
  'not_possible',
  'too_many_waiting',
  'unavailable',
  'internal',
] as const satisfies ErrorCode[];

/** What a request of `/v1` is answered, before it is JSON. */
export interface Answered {
  readonly status: number;
  /** Undefined for an answer without a body. */
  readonly body: unknown;
  /** Beside those of every answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** @param text for people */
export function refusal(code: ErrorCode, text: string): Answered {
  return { status: STATUS_CODES[code], body: { error: { code, message: text } } };
}

/** Answers with JSON, whatever happens; logs what should not. */
export async function answerJson(
  routeKey: string,
  work: () => Promise<Answered>,
  log: (message: string, fields: LogFields) => void,
): Promise<APIGatewayProxyStructuredResultV2> {
  try {
    return toJson(await work());
  } catch (error) {
    log('Request failed', { route: routeKey, ...describe(error) });
    return toJson(
      isFromDependency(error)
        ? refusal('unavailable', 'what is stored cannot be reached now, try again')
        : refusal('internal', 'the answer could not be made; the log says where'),
    );
  }
}

function toJson({ status, body, headers = {} }: Answered): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: status,
    headers: {
      ...headers,
      ...(body !== undefined && { 'content-type': 'application/json; charset=utf-8' }),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
    ...(body !== undefined && { body: writeJson(body) }),
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
