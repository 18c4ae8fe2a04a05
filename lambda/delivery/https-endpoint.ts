import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import http, { type IncomingMessage } from 'node:http';
import https, { type RequestOptions } from 'node:https';
import type { LookupFunction } from 'node:net';
import { startDeadline } from '../shared/aws/deadline.ts';
import { EXCERPT_BYTES, excerptOf } from '../shared/json/redacted.ts';
import { isLoopbackAddress, isPublicAddress } from './public-address.ts';
import type { DeliveryRequest } from './request.ts';

interface EndpointAnswer {
  readonly status: number;
  /** The header `retry-after`. */
  readonly retryAfter: string | undefined;
  /** The beginning of the body, redacted. Empty for a success, which nobody has to explain. */
  readonly excerpt: string;
}

/** Why there is no answer: fixed words, for logs and people. */
type EndpointFault =
  | 'timeout'
  | 'address-refused'
  | 'name-unknown'
  | 'tls'
  | 'refused'
  | 'hung-up'
  | 'connection'
  | 'url-refused';

/** No answer came, or none that can be read. The endpoint may have got the request all the same. */
export class EndpointError extends Error {
  override readonly name = 'EndpointError';
  readonly fault: EndpointFault;

  constructor(fault: EndpointFault, options?: ErrorOptions) {
    super(fault, options);
    this.fault = fault;
  }
}

/** Posts, and resolves with whatever the endpoint answers. Rejects with an `EndpointError`. */
export type PostToEndpoint = (url: string, request: DeliveryRequest) => Promise<EndpointAnswer>;

export interface EndpointOptions {
  /** Lets loopback be reached, also by plain http: for the stack on one machine. */
  readonly allowsLoopback: boolean;
  /** Of connecting, sending and reading together. */
  readonly timeoutMs: number;
  /** Resolves names. @default the system's resolver */
  readonly lookup?: typeof systemLookup;
  /** Certificates to trust in place of the well-known ones. */
  readonly ca?: string;
}

/**
 * What is read of a body, so that its connection can be kept, and for how long. More of it, or what
 * comes later, ends the connection: a new one costs less than a body that somebody drips.
 */
const READ_BYTES = 128 * 1024;
const READ_MS = 500;

/**
 * Posts to URLs that strangers chose.
 *
 * Connects to public addresses only, whatever a name resolves to and however an address is written:
 * the address that was checked is the one that is connected to. Follows no redirect.
 */
export function httpsEndpoint(options: EndpointOptions): PostToEndpoint {
  const { timeoutMs } = options;
  const mayReach = (address: string) =>
    isPublicAddress(address) || (options.allowsLoopback && isLoopbackAddress(address));
  // Connections are kept for the next of a batch, not over the time in which Lambda freezes.
  const kept = { keepAlive: true, timeout: timeoutMs };
  const agents = { 'http:': new http.Agent(kept), 'https:': new https.Agent(kept) };

  return async (url, { body, headers }) => {
    const target = checkedUrl(url, options.allowsLoopback);
    const isPlain = target.protocol === 'http:';
    const mayConnect = isPlain ? isLoopbackAddress : mayReach;
    refuseLiteral(target, mayConnect);
    // Ends with the answer. One that is left would go off later, and cost an error for each delivery.
    using deadline = startDeadline(timeoutMs);
    const { signal } = deadline;
    const request: RequestOptions = {
      agent: agents[isPlain ? 'http:' : 'https:'],
      method: 'POST',
      headers: {
        ...headers,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'Floodgate/1',
      },
      lookup: checkedLookup(options.lookup ?? systemLookup, mayConnect),
      signal,
      ...(options.ca !== undefined && { ca: options.ca }),
    };
    try {
      return await exchange(target, request, body);
    } catch (error) {
      throw endpointError(error, signal);
    }
  };
}

function checkedUrl(url: string, allowsLoopback: boolean): URL {
  const target = URL.parse(url);
  if (target === null || target.username !== '' || target.password !== '') {
    throw new EndpointError('url-refused');
  }
  const isFit = target.protocol === 'https:' || (allowsLoopback && target.protocol === 'http:');
  if (!isFit) throw new EndpointError('url-refused');
  return target;
}

/** An address in the URL is connected to without a look-up. `URL` has written it in its one form. */
function refuseLiteral({ hostname }: URL, mayConnect: (address: string) => boolean): void {
  const isIpv6 = hostname.startsWith('[');
  const isIpv4 = /^[\d.]+$/.test(hostname);
  const address = isIpv6 ? hostname.slice(1, -1) : hostname;
  if ((isIpv6 || isIpv4) && !mayConnect(address)) throw new EndpointError('address-refused');
}

/** Resolves a name to those of its addresses that may be connected to. */
function checkedLookup(
  lookup: typeof systemLookup,
  mayConnect: (address: string) => boolean,
): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      const addresses: readonly LookupAddress[] = found ?? [];
      const allowed = addresses.filter(({ address }) => mayConnect(address));
      const [first] = allowed;
      if (error !== null) return callback(error, []);
      if (first === undefined) return callback(new EndpointError('address-refused'), []);
      if (options.all === true) return callback(null, allowed);
      return callback(null, first.address, first.family);
    });
  };
}

function exchange(target: URL, options: RequestOptions, body: string, isSecond = false) {
  return new Promise<EndpointAnswer>((resolve, reject) => {
    const { request: send } = target.protocol === 'http:' ? http : https;
    let isAnswered = false;
    const request = send(target, options, (response) => {
      isAnswered = true;
      void readAnswer(response).then(resolve);
    });
    request.on('error', (error) => {
      if (isAnswered) return;
      // A kept connection that the endpoint closed meanwhile says nothing of the endpoint.
      const isStale = request.reusedSocket && !isSecond && codeOf(error) === 'ECONNRESET';
      if (isStale) exchange(target, options, body, true).then(resolve, reject);
      else reject(error);
    });
    request.end(body);
  });
}

async function readAnswer(response: IncomingMessage): Promise<EndpointAnswer> {
  const status = response.statusCode ?? 0;
  const isSuccess = status >= 200 && status < 300;
  const { beginning, isWhole } = await readBody(response, isSuccess ? 0 : EXCERPT_BYTES);
  return {
    status,
    retryAfter: response.headers['retry-after'],
    excerpt: isSuccess ? '' : excerptOf(beginning, isWhole),
  };
}

/** Reads a body within bounds, and keeps its first bytes. Never rejects. */
async function readBody(response: IncomingMessage, keptBytes: number) {
  const kept: Buffer[] = [];
  let bytes = 0;
  let isEnded = false;
  const timer = setTimeout(() => response.destroy(), READ_MS);
  try {
    for await (const chunk of response) {
      if (bytes < keptBytes) kept.push(chunk.subarray(0, keptBytes - bytes));
      bytes += chunk.length;
      // Leaving the loop destroys the response, and its connection.
      if (bytes > READ_BYTES) break;
    }
    isEnded = true;
  } catch {
    // The status is the answer: to send again because of a body that does not end would be a double.
  } finally {
    clearTimeout(timer);
  }
  return { beginning: Buffer.concat(kept), isWhole: isEnded && bytes <= keptBytes };
}

const FAULTS: Readonly<Record<string, EndpointFault>> = {
  ENOTFOUND: 'name-unknown',
  EAI_AGAIN: 'name-unknown',
  ENODATA: 'name-unknown',
  ETIMEDOUT: 'timeout',
  EPROTO: 'tls',
  ECONNREFUSED: 'refused',
  // It took the connection, and ended it without an answer: it may have crashed.
  ECONNRESET: 'hung-up',
  EPIPE: 'hung-up',
};

function endpointError(error: unknown, signal: AbortSignal): EndpointError {
  if (error instanceof EndpointError) return error;
  if (signal.aborted) return new EndpointError('timeout', { cause: error });
  const code = codeOf(error);
  const isTls = /^ERR_TLS|^ERR_SSL|CERT|^UNABLE_TO|SELF_SIGNED/.test(code);
  return new EndpointError(isTls ? 'tls' : (FAULTS[code] ?? 'connection'), { cause: error });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
