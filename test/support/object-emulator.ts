import { serveS3 } from '../../local/aws/s3.ts';
import { type SignedCall, signedFetch } from '../../local/signature/signed-fetch.ts';

export interface ObjectEmulator extends AsyncDisposable {
  readonly url: string;
  readonly put: (path: string, body: string | Uint8Array<ArrayBuffer>) => Promise<void>;
  /** Undefined where there is none. */
  readonly get: (path: string) => Promise<Buffer | undefined>;
  readonly remove: (path: string) => Promise<void>;
  readonly keys: (bucket: string) => Promise<readonly string[]>;
}

/** The local stack's S3, with buckets of these names. */
export async function startObjects(...buckets: string[]): Promise<ObjectEmulator> {
  const server = await serveS3(
    buckets,
    () => undefined,
    () => undefined,
  );
  const call = (request: Omit<SignedCall, 'service' | 'url'>) =>
    signedFetch({ service: 's3', url: server.url, ...request });
  return {
    url: server.url,
    put: async (path, body) => {
      const { status } = await call({ method: 'PUT', path: `/${path}`, body });
      if (status !== 200) throw new Error(`S3 answered ${status}`);
    },
    get: async (path) => {
      const response = await call({ path: `/${path}` });
      return response.ok ? Buffer.from(await response.arrayBuffer()) : undefined;
    },
    remove: async (path) => {
      await call({ method: 'DELETE', path: `/${path}` });
    },
    keys: async (bucket) => {
      const listed = await (await call({ path: `/${bucket}`, query: { 'list-type': '2' } })).text();
      return [...listed.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key = '']) => key);
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}
