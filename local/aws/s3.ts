import type { ServerResponse } from 'node:http';
import { buildApp } from 'fauxqs';
import { type FaultHook, faultyServer, type LoopbackServer, listen } from '../loopback-server.ts';
import { ApiError, type Guard } from './json-protocol.ts';

const PRECONDITION_FAILED = 'PreconditionFailed';

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
  const head = (url: string) => emulator.inject({ method: 'HEAD', url });
  const isNoObject = async (url: string) => (await head(url)).statusCode === 404;
  const isAsRead = async (url: string, etag: string) => (await head(url)).headers['etag'] === etag;
  const server = await listen(
    faultyServer((request, response) => {
      const { method = '', url = '', headers } = request;
      const authorization = headers.authorization ?? presigner(url);
      const serve = async () => {
        guard(authorization, method, url);
        const isMissing = method === 'GET' && (await isNoObject(url));
        if (isMissing) guard(authorization, 'LIST', bucketOf(url));
        // The emulator knows conditions of reads only.
        const { 'if-match': etag } = headers;
        if (method === 'PUT' && etag !== undefined && !(await isAsRead(pathOf(url), etag))) {
          throw new ApiError(PRECONDITION_FAILED, 'the object is another by now');
        }
        emulator.server.emit('request', request, response);
      };
      serve().catch((error: unknown) => {
        request.resume();
        refuse(response, error);
      });
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

/** Whoever has a presigned URL may do what its signer may. */
function presigner(url: string): string | undefined {
  const credential = new URL(url, 'http://s3').searchParams.get('X-Amz-Credential');
  return credential === null ? undefined : `Credential=${credential}`;
}

function pathOf(url: string): string {
  return new URL(url, 'http://s3').pathname;
}

/** Only who may list it is told that something is not there. */
function bucketOf(url: string): string {
  return url.slice(0, url.indexOf('/', 1));
}

function refuse(response: ServerResponse, error: unknown): void {
  if (!(error instanceof ApiError)) throw error;
  const isUnmet = error.code === PRECONDITION_FAILED;
  response.writeHead(isUnmet ? 412 : 403, { 'content-type': 'application/xml' });
  response.end(
    `<Error><Code>${isUnmet ? error.code : 'AccessDenied'}</Code><Message>${error.message}</Message></Error>`,
  );
}
