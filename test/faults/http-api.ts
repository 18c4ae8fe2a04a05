import { memberOf } from '../../lambda/shared/json/json-source.ts';
import type { SimulatedFunction } from './simulated-function.ts';
import type { VirtualTime } from './virtual-time.ts';

/** HTTP APIs wait no longer for a function. */
const TIMEOUT_MS = 30_000;

export interface HttpRequest {
  readonly routeKey: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parameters of its path. */
  readonly path: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A request as an HTTP API hands it to a function. */
export function httpEvent(
  { routeKey, headers, path: pathParameters, body = '' }: HttpRequest,
  isBase64Encoded = false,
): object {
  const text = isBase64Encoded ? Buffer.from(body).toString('base64') : body;
  return { routeKey, headers, pathParameters, body: text, isBase64Encoded };
}

/** Invokes a function as an HTTP API does, which gives one answer, whatever becomes of the function. */
export function askApi(
  time: VirtualTime,
  api: SimulatedFunction,
  event: object,
  answered: (status: number, body: unknown) => void,
): void {
  let isOver = false;
  const finish = (status: number, body?: unknown) => {
    if (isOver) return;
    isOver = true;
    cancel();
    answered(status, body);
  };
  const cancel = time.after(TIMEOUT_MS, () => finish(503));
  api.invoke(event, (outcome) => {
    if (!outcome.ok) return finish(outcome.why === 'throttled' ? 429 : 500);
    finish(Number(memberOf(outcome.result, 'statusCode')), memberOf(outcome.result, 'body'));
  });
}
