import { EventEmitter } from 'node:events';
import type { CallAws } from '../../lambda/shared/aws/json-protocol.ts';
import { refusal } from '../../lambda/shared/aws/request.ts';

interface Answered {
  readonly status: number;
  readonly text: string;
}

/** What every request has; dynalite looks only whether it is there. */
const HEADERS = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20261101T000000Z',
  authorization: 'AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=none',
};

/** Hands calls to dynalite without a connection and a signature, which take most of a call's time. */
export function askDynalite(emulator: EventEmitter): CallAws {
  return async (operation, input, signal) => {
    signal.throwIfAborted();
    const { status, text } = await answerOf(emulator, operation, JSON.stringify(input));
    signal.throwIfAborted();
    if (status !== 200) throw refusal('dynamodb', status, text);
    return JSON.parse(text);
  };
}

function answerOf(emulator: EventEmitter, operation: string, body: string): Promise<Answered> {
  const headers = { ...HEADERS, 'x-amz-target': `DynamoDB_20120810.${operation}` };
  const request = Object.assign(new EventEmitter(), { method: 'POST', url: '/', headers });
  const { promise, resolve } = Promise.withResolvers<Answered>();
  const response = {
    statusCode: 200,
    setHeader: () => undefined,
    end: (text: string) => resolve({ status: response.statusCode, text }),
  };
  emulator.emit('request', request, response);
  request.emit('data', Buffer.from(body));
  request.emit('end');
  return promise;
}
