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

  constructor(code: string, message: string, queryCode?: string) {
    super(message);
    this.code = code;
    this.queryCode = queryCode;
  }
}

/** Does one action; the signal ends when the caller has gone. */
export type ApiAction = (input: unknown, signal: AbortSignal) => unknown;

/** Throws an `ApiError` where whoever signed a request may not do what it asks for. */
export type Guard = (authorization: string | undefined, action: string, input: unknown) => void;

const allowAll: Guard = () => undefined;

/** Serves actions in the AWS JSON protocol. Signatures are not checked. */
export function jsonProtocol(
  version: '1.0' | '1.1',
  actions: Readonly<Record<string, ApiAction>>,
  guard: Guard = allowAll,
): RequestListener {
  const contentType = `application/x-amz-json-${version}`;
  return async (request, response) => {
    try {
      const output = await act(request, response, actions, guard);
      send(response, 200, { 'content-type': contentType }, output ?? {});
    } catch (error) {
      sendError(response, error, contentType);
    }
  };
}

/** Answers as AWS does where a call fails. */
export function sendError(response: ServerResponse, error: unknown, contentType: string): void {
  if (response.destroyed) return;
  const { status, code, message, queryCode } = describe(error);
  const headers = {
    'content-type': contentType,
    ...(queryCode !== undefined && { 'x-amzn-query-error': `${queryCode};Sender` }),
  };
  send(response, status, headers, { __type: code, message });
}

async function act(
  request: IncomingMessage,
  response: ServerResponse,
  actions: Readonly<Record<string, ApiAction>>,
  guard: Guard,
): Promise<unknown> {
  const name = actionOf(request);
  const action = actions[name];
  const body = await readBody(request);
  if (action === undefined) {
    throw new ApiError('UnknownOperationException', `the local stack does not know ${name}`);
  }
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableEnded) gone.abort();
  });
  const input: unknown = JSON.parse(body?.toString() || '{}');
  guard(request.headers.authorization, name, input);
  return action(input, gone.signal);
}

function describe(error: unknown) {
  if (error instanceof ApiError) {
    return { status: 400, code: error.code, message: error.message, queryCode: error.queryCode };
  }
  const isBadInput = error instanceof z.core.$ZodError || error instanceof SyntaxError;
  return {
    status: isBadInput ? 400 : 500,
    code: isBadInput ? 'SerializationException' : 'InternalFailure',
    message: error instanceof Error ? error.message : String(error),
    queryCode: undefined,
  };
}

function send(
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
