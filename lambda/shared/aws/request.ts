import { setTimeout as sleep } from 'node:timers/promises';
import { poster } from './https-post.ts';
import { requestSigner } from './request-signer.ts';
import type { AwsService } from './service.ts';

/** What is posted to a service's one path, `/`. Paths with keys in them are the SDK's to write and sign. */
interface AwsCall {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Patience {
  readonly attempts: number;
  /** Of one attempt. Without it a hanging connection would take the time of all. */
  readonly timeoutMs: number;
}

/** A service's refusal, or that it could not be reached. Its name is the service's own, such as `NoSuchKey`. */
export class AwsRequestError extends Error {
  override readonly name: string;
  /** Whether the same request may succeed later. */
  readonly isTransient: boolean;

  constructor(
    service: string,
    name: string,
    options: ErrorOptions & { isTransient?: boolean } = {},
  ) {
    super(`${service}: ${name}`, options);
    this.name = name;
    this.isTransient = options.isTransient === true;
  }
}

/**
 * Resolves with the body of a success. Rejects with an `AwsRequestError`, or with the signal's reason.
 *
 * What is throttled, lost or failing is tried again, for as long as the signal lets it.
 */
export type SendToAws = (call: AwsCall, signal: AbortSignal) => Promise<string>;

/** @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
const THROTTLES = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);

/** As the SDKs wait: seconds after a throttle, less after anything else. */
const BASE_MS = { throttled: 500, failed: 100 };
const CAP_MS = 20_000;

/**
 * Signed requests without a client of the SDK, for the path of an event.
 *
 * A client takes longer to load than all of Node, and several times the CPU for each request.
 */
export function awsSender(service: AwsService, { attempts, timeoutMs }: Patience): SendToAws {
  const send = requestSender(service, timeoutMs);
  return (call, signal) => tryAgain(() => send(call, signal), attempts, signal);
}

/** Runs until it succeeds, fails for good or has used up its attempts. Rejects with the signal's reason once that aborts. */
export async function tryAgain<T>(
  run: () => Promise<T>,
  attempts: number,
  signal: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      return await run();
    } catch (error) {
      signal.throwIfAborted();
      if (attempt === attempts || !mayPass(error)) throw error;
      await sleep(pauseMs(attempt, error), undefined, { signal });
    }
  }
}

function mayPass(error: unknown): error is AwsRequestError {
  return error instanceof AwsRequestError && error.isTransient;
}

function pauseMs(attempt: number, { name }: AwsRequestError): number {
  const baseMs = THROTTLES.has(name) ? BASE_MS.throttled : BASE_MS.failed;
  return Math.min(baseMs * 2 ** (attempt - 1), CAP_MS) * Math.random();
}

function requestSender(service: AwsService, timeoutMs: number) {
  const { name, url } = service;
  const address = new URL(url);
  const sign = requestSigner(service);
  const post = poster(address, timeoutMs);
  return async (call: AwsCall, signal: AbortSignal): Promise<string> => {
    const body = Buffer.from(call.body);
    const headers = await sign({ ...call.headers, host: address.host }, body, new Date());
    const { status, text } = await post(headers, body, signal).catch((cause: unknown) => {
      throw unreached(name, cause);
    });
    if (status === 200) return text;
    throw refusal(name, status, text);
  };
}

/** What came of a request without an answer. */
export function unreached(service: string, cause: unknown): AwsRequestError {
  return new AwsRequestError(service, networkError(cause), { cause, isTransient: true });
}

/** Such as `ECONNRESET` or `TimeoutError`. */
function networkError(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown';
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
}

/** Says which error it was, without the text of the answer. */
export function refusal(service: string, status: number, text: string): AwsRequestError {
  const code = /"__type"\s*:\s*"(?:[\w.]*#)?(\w+)"/.exec(text)?.[1];
  return refused(service, status, code);
}

/** @param code what the service calls the error, where it does */
export function refused(
  service: string,
  status: number,
  code: string | undefined,
): AwsRequestError {
  const unnamed = status === 429 ? 'TooManyRequestsException' : `HTTP ${status}`;
  const name = code ?? unnamed;
  const isTransient = status >= 500 || THROTTLES.has(name) || name === 'RequestTimeout';
  return new AwsRequestError(service, name, { isTransient });
}
