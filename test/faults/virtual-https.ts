import { EventEmitter } from 'node:events';
import { exchange, UNREACHABLE } from './exchange.ts';
import type { HttpAnswer } from './http-call.ts';
import { virtualTimersPromises } from './virtual-globals.ts';

interface Options {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly signal: AbortSignal;
}

interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly [Symbol.asyncIterator]: () => AsyncIterator<Uint8Array>;
  readonly destroy: () => void;
}

/** A `ClientRequest`, as far as it is used. */
class SimulatedRequest extends EventEmitter {
  readonly reusedSocket = false;
  readonly #send: (body: string) => Promise<Response>;

  constructor(send: (body: string) => Promise<Response>) {
    super();
    this.#send = send;
  }

  /** Whatever comes of it but a refused connection shows that there was one. */
  end(body: string): void {
    const socket = new EventEmitter();
    const connected = () => {
      for (const event of ['connect', 'secureConnect']) socket.emit(event);
    };
    this.emit('socket', socket);
    this.#send(body).then(
      (response) => {
        connected();
        this.emit('response', response);
      },
      (error: unknown) => {
        if (!isUnreachable(error)) connected();
        this.emit('error', error);
      },
    );
  }
}

function isUnreachable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === UNREACHABLE;
}

function request(
  { hostname, pathname: path }: URL,
  { method, headers, signal }: Options,
  onResponse?: (response: Response) => void,
): SimulatedRequest {
  const texts = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  const call = { method, hostname, path, query: {}, headers: Object.fromEntries(texts) };
  const send = async (body: string) => responseOf(await exchange({ ...call, body }, { signal }));
  const made = new SimulatedRequest(send);
  return onResponse === undefined ? made : made.on('response', onResponse);
}

const DRIPPED_BYTES = 1024;

/** A body that drips comes a kilobyte at a time; others are there at once. */
function responseOf({ statusCode, headers, body, dripMs }: HttpAnswer): Response {
  let isDestroyed = false;
  return {
    statusCode,
    headers,
    async *[Symbol.asyncIterator]() {
      const bytes = Buffer.from(body);
      const size = dripMs === undefined ? Math.max(bytes.length, 1) : DRIPPED_BYTES;
      for (let from = 0; from < bytes.length; from += size) {
        if (dripMs !== undefined) await virtualTimersPromises.setTimeout(dripMs, undefined);
        if (isDestroyed) throw new Error('aborted');
        yield bytes.subarray(from, from + size);
      }
    },
    destroy: () => {
      isDestroyed = true;
    },
  };
}

/** What `node:https` and `node:http` export, as far as it is used. */
export const virtualHttps = { Agent: class {}, request };
