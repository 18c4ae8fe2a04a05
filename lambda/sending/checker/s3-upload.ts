import { Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { FileFault } from '../../campaigns/recipients/file-fault.ts';
import { MAX_FILE_BYTES } from '../../campaigns/recipients/unpacked.ts';

/** A file that somebody put up, as it was when it was opened. */
interface Upload {
  readonly etag: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Undefined where nobody put one up. */
export type OpenUpload = (key: string, signal: AbortSignal) => Promise<Upload | undefined>;

/** A connection may break, since the reader takes its time. */
const MOST_BREAKS = 10;

/** Reads an object from front to back, over connections that break, and never parts of two. */
export function s3Upload(client: S3Client, Bucket: string): OpenUpload {
  return async (Key, abortSignal) => {
    const open = async (from: number, IfMatch?: string) => {
      const range = from > 0 && { Range: `bytes=${from}-` };
      const input = { Bucket, Key, ...range, ...(IfMatch !== undefined && { IfMatch }) };
      const { Body, ETag, ContentLength } = await client.send(new GetObjectCommand(input), {
        abortSignal,
      });
      if (!(Body instanceof Readable)) throw new Error('an object without a body');
      return { body: Body, etag: ETag ?? '', length: ContentLength ?? 0 };
    };
    const first = await open(0).catch((error: unknown) => {
      if (isNamed(error, 'NoSuchKey')) return undefined;
      throw error;
    });
    if (first === undefined) return undefined;
    const { etag, length, body } = first;
    if (length > MAX_FILE_BYTES) {
      body.destroy();
      throw new FileFault(`the file is larger than ${MAX_FILE_BYTES / 1_000_000} MB`);
    }
    const again = async (from: number) => {
      try {
        return (await open(from, etag)).body;
      } catch (error) {
        if (!isNamed(error, 'PreconditionFailed') && !isNamed(error, 'NoSuchKey')) throw error;
        throw new FileFault('another file was put in its place while it was read: check again');
      }
    };
    return { etag, bytes: unbroken(body, length, again) };
  };
}

async function* unbroken(
  first: Readable,
  length: number,
  again: (from: number) => Promise<Readable>,
): AsyncGenerator<Uint8Array> {
  let body = first;
  let at = 0;
  for (let breaks = 0; breaks <= MOST_BREAKS; breaks += 1) {
    for await (const chunk of untilBreak(body, breaks === MOST_BREAKS)) {
      at += chunk.length;
      yield chunk;
    }
    if (at >= length) return;
    body = await again(at);
  }
  throw new Error('an object that ends before its end');
}

/** @param isLast whether a break is thrown */
async function* untilBreak(body: Readable, isLast: boolean): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    if (isLast) throw error;
  }
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
