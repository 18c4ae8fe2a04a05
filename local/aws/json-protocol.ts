import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import * as z from 'zod/mini';
import { readBody } from '../loopback-server.ts';

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

/** Serves actions in the AWS JSON protocol. Credentials are not looked at. */
export function jsonProtocol(
  version: '1.0' | '1.1',
  actions: Readonly<Record<string, ApiAction>>,
): RequestListener {
  const contentType = `application/x-amz-json-${version}`;
  return (request, response) => {
    void answer(request, response, actions, contentType);
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  actions: Readonly<Record<string, ApiAction>>,
  contentType: string,
): Promise<void> {
  try {
    const output = await act(request, response, actions);
    send(response, 200, { 'content-type': contentType }, output ?? {});
  } catch (error) {
    if (response.destroyed) return;
    const { status, code, message, queryCode } = describe(error);
    const headers = {
      'content-type': contentType,
      ...(queryCode !== undefined && { 'x-amzn-query-error': `${queryCode};Sender` }),
    };
    send(response, status, headers, { __type: code, message });
  }
}

async function act(
  request: IncomingMessage,
  response: ServerResponse,
  actions: Readonly<Record<string, ApiAction>>,
): Promise<unknown> {
  const target = String(request.headers['x-amz-target'] ?? '');
  const action = actions[target.slice(target.indexOf('.') + 1)];
  const body = await readBody(request);
  if (action === undefined) {
    throw new ApiError('UnknownOperationException', `the local stack does not know ${target}`);
  }
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableEnded) gone.abort();
  });
  return action(JSON.parse(body?.toString() || '{}'), gone.signal);
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
