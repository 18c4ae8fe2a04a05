import * as z from 'zod/mini';
import type { Keep } from '../keep/keep.ts';

interface Injected {
  readonly method: 'GET' | 'PUT';
  readonly url: string;
  readonly headers?: Record<string, string>;
  readonly payload?: Buffer;
}

/** Asks the emulator of S3. */
type Ask = (request: Injected) => Promise<{
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly rawPayload: Buffer;
}>;

const schema = z.object({ headers: z.record(z.string(), z.string()), body: z.string() });

type KeptObject = z.output<typeof schema>;

const WRITES: ReadonlySet<string> = new Set(['PUT', 'POST', 'DELETE']);
const OF_THE_OBJECT =
  /^(?:content-(?:type|encoding|disposition|language)|cache-control|expires|x-amz-meta-.*)$/;

/** Whether a request may change what is there. */
export function isWrite(method: string): boolean {
  return WRITES.has(method);
}

/** Keeps the objects of an S3, by bucket and key. */
export function keptObjects(ask: Ask, keep: Keep) {
  const shelf = keep.shelf('objects', (json) => schema.parse(json));
  const look = async (path: string) => {
    const { statusCode, headers, rawPayload } = await ask({ method: 'GET', url: path });
    if (statusCode === 404) shelf.remove(path);
    const body = rawPayload.toString('base64');
    if (statusCode === 200) shelf.put(path, { headers: ofTheObject(headers), body });
  };
  return {
    /** Puts all of them into an S3 that has none. */
    restore: async () => {
      for (const [url, { headers, body }] of shelf.entries()) {
        await ask({ method: 'PUT', url, headers, payload: Buffer.from(body, 'base64') });
      }
    },
    /** After a write: looks what has become of the objects that it names. */
    keep: async (url: string, body: Buffer) => {
      for (const path of pathsOf(url, body)) await look(path);
    },
  };
}

/** What a request to delete many names, or the one object of its path. */
function pathsOf(url: string, body: Buffer): string[] {
  const { pathname, searchParams } = new URL(url, 'http://s3');
  if (searchParams.has('delete')) {
    const keys = [...body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)];
    const bucket = pathname.replace(/\/$/, '');
    return keys.map(([, key = '']) => `${bucket}/${escaped(unescaped(key))}`);
  }
  const isObject = /^\/[^/]+\/./.test(pathname);
  // A part is no object yet.
  return isObject && !searchParams.has('partNumber') ? [escaped(decodeURIComponent(pathname))] : [];
}

function escaped(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/');
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" },
};

function unescaped(text: string): string {
  return text.replace(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}

function ofTheObject(headers: Readonly<Record<string, unknown>>): KeptObject['headers'] {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => OF_THE_OBJECT.test(name))
      .map(([name, value]) => [name, String(value)]),
  );
}
