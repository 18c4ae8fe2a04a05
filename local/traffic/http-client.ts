import http from 'node:http';
import https from 'node:https';
import type { SignedRequest } from './sign.ts';

export interface Answer {
  /** `none` where the connection failed or stayed silent. */
  readonly status: number | 'none';
}

export interface HttpClient {
  readonly post: (request: SignedRequest) => Promise<Answer>;
  readonly close: () => void;
}

/** WasenderApi's webhooks may be answered after 25 s. */
const TIMEOUT_MS = 30_000;

/** Posts over connections that stay open. */
export function openHttpClient(baseUrl: string, connections: number): HttpClient {
  const isSecure = new URL(baseUrl).protocol === 'https:';
  const options = { keepAlive: true, maxSockets: connections };
  const agent = isSecure ? new https.Agent(options) : new http.Agent(options);
  const open = isSecure ? https.request : http.request;

  function post({ url, headers, body }: SignedRequest): Promise<Answer> {
    return new Promise((resolve) => {
      const fail = () => resolve({ status: 'none' });
      const request = open(
        url,
        {
          method: 'POST',
          agent,
          timeout: TIMEOUT_MS,
          headers: { ...headers, 'content-length': body.length },
        },
        (response) => {
          response.on('error', fail);
          response.on('end', () => resolve({ status: response.statusCode ?? 0 }));
          response.resume();
        },
      );
      request.on('timeout', () => request.destroy(new Error('no answer in time')));
      request.on('error', fail);
      request.end(body);
    });
  }

  return { post, close: () => agent.destroy() };
}
