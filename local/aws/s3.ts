import { buildApp } from 'fauxqs';
import { type FaultHook, faultyServer, type LoopbackServer, listen } from '../loopback-server.ts';

/** An in-memory S3 with empty buckets of these names. */
export async function serveS3(
  buckets: readonly string[],
  faults: FaultHook,
): Promise<LoopbackServer> {
  const emulator = buildApp({ logger: false, host: '127.0.0.1' });
  await emulator.ready();
  for (const bucket of buckets) {
    const { statusCode } = await emulator.inject({ method: 'PUT', url: `/${bucket}` });
    if (statusCode !== 200) throw new Error(`S3 refused the bucket ${bucket} with ${statusCode}`);
  }
  const server = await listen(
    faultyServer((request, response) => emulator.server.emit('request', request, response), faults),
  );
  return {
    url: server.url,
    close: async () => {
      await server.close();
      await emulator.close();
    },
  };
}
