import type { ServerResponse } from 'node:http';
import { buildApp } from 'fauxqs';
import { type FaultHook, faultyServer, type LoopbackServer, listen } from '../loopback-server.ts';
import { ApiError, type Guard } from './json-protocol.ts';

/** An in-memory S3 with empty buckets of these names. */
export async function serveS3(
  buckets: readonly string[],
  faults: FaultHook,
  guard: Guard,
): Promise<LoopbackServer> {
  const emulator = buildApp({ logger: false, host: '127.0.0.1' });
  await emulator.ready();
  for (const bucket of buckets) {
    const { statusCode } = await emulator.inject({ method: 'PUT', url: `/${bucket}` });
    if (statusCode !== 200) throw new Error(`S3 refused the bucket ${bucket} with ${statusCode}`);
  }
  const server = await listen(
    faultyServer((request, response) => {
      try {
        guard(request.headers.authorization, request.method ?? '', request.url);
        emulator.server.emit('request', request, response);
      } catch (error) {
        request.resume();
        refuse(response, error);
      }
    }, faults),
  );
  return {
    url: server.url,
    close: async () => {
      await server.close();
      await emulator.close();
    },
  };
}

function refuse(response: ServerResponse, error: unknown): void {
  if (!(error instanceof ApiError)) throw error;
  response.writeHead(403, { 'content-type': 'application/xml' });
  response.end(`<Error><Code>AccessDenied</Code><Message>${error.message}</Message></Error>`);
}
