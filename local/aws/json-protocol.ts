import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import * as z from 'zod/mini';
import { actionOf, readBody } from '../loopback-server.ts';

/** An error as AWS's JSON protocols give it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  /** Code of the older query protocol, which SDKs show where there is one. */
  readonly queryCode: string | undefined;
  readonly status: number;

  constructor(code: string, message: string, queryCode?: string, status = 400) {
    super(message);
    this.code = code;
    this.queryCode = queryCode;
    this.status = status;
  }
}

/** Does one action; the signal ends when the caller has gone. */
export type ApiAction = (input: unknown, signal: AbortSignal) => unknown;

/** Who made a request, and what its body says. Throws an `ApiError` where it is not signed as AWS wants it. */
export type Authenticate = (
  request: IncomingMessage,
  body: Buffer,
) => { readonly accessKeyId: string; readonly content: Buffer };

/** Throws an `ApiError` where whoever has the key may not do what a request asks for. */
export type Guard = (accessKeyId: string, action: string, input: unknown) => void;

const allowAll: Guard = () => undefined;

/** Serves actions in the AWS JSON protocol. */
export function jsonProtocol(
  version: '1.0' | '1.1',
  actions: Readonly<Record<string, ApiAction>>,
  authenticate: Authenticate,
  guard: Guard = allowAll,
): RequestListener {
  const contentType = `application/x-amz-json-${version}`;
  return async (request, response) => {
    try {
      const act = { request, response, authenticate, guard };
      const output = await actOn(act, actions);
      sendJson(response, 200, { 'content-type': contentType }, output ?? {});
    } catch (error) {
      sendError(response, error, contentType);
    }
  };
}

/** Answers as AWS does where a call fails. */
export function sendError(response: ServerResponse, error: unknown, contentType: string): void {
  if (response.destroyed) return;
  const { status, code, message, queryCode } = describeError(error);
  const headers = {
    'content-type': contentType,
    ...(queryCode !== undefined && { 'x-amzn-query-error': `${queryCode};Sender` }),
  };
  sendJson(response, status, headers, { __type: code, message });
}

interface Act {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly authenticate: Authenticate;
  readonly guard: Guard;
}

async function actOn(
  { request, response, authenticate, guard }: Act,
  actions: Readonly<Record<string, ApiAction>>,
): Promise<unknown> {
  const name = actionOf(request);
  const action = actions[name];
  const body = (await readBody(request)) ?? Buffer.of();
  const { accessKeyId } = authenticate(request, body);
  if (action === undefined) {
    throw new ApiError('UnknownOperationException', `the local stack does not know ${name}`);
  }
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableEnded) gone.abort();
  });
  const input: unknown = JSON.parse(body.toString() || '{}');
  guard(accessKeyId, name, input);
  return action(input, gone.signal);
}

/** What a fault is called over the wire, be it ours or the caller's. */
export function describeError(error: unknown) {
  if (error instanceof ApiError) {
    const { status, code, message, queryCode } = error;
    return { status, code, message, queryCode };
  }
  const isBadInput = error instanceof z.core.$ZodError || error instanceof SyntaxError;
  return {
    status: isBadInput ? 400 : 500,
    code: isBadInput ? 'SerializationException' : 'InternalFailure',
    message: error instanceof Error ? error.message : String(error),
    queryCode: undefined,
  };
}

export function sendJson(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  output: unknown,
): void {
  const body = JSON.stringify(output);
  response.writeHead(status, {
    ...headers,
    'content-length': Buffer.byteLength(body),
    'x-amzn-requestid': randomUUID(),
  });
  response.end(body);
}
