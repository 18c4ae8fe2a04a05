import { createReadStream } from 'node:fs';
import { appendFile, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { sideBySide } from '../../shared/queue/side-by-side.ts';

/** Texts that grow side by side, and become objects when they are whole. */
export interface GrowingTexts extends AsyncDisposable {
  /** Adds to the text of a name. */
  readonly add: (name: string, text: string) => Promise<void>;
  /** How long each is, in bytes. */
  readonly sizes: () => ReadonlyMap<string, number>;
  /** Stores them, each under its key, over what is there. */
  readonly store: (keyOf: (name: string) => string, signal: AbortSignal) => Promise<void>;
}

const PREFIX = 'floodgate-check-';

/** Of all texts, in memory. Each open part of an upload would take 5 MB, and there may be thousands. */
const BUFFERED_BYTES = 8 * 1024 * 1024;

/** Longer than a check takes. */
const LEFT_OVER_MS = 20 * 60_000;

const PART_BYTES = 5 * 1024 * 1024;
const UPLOADS_AT_ONCE = 4;

/** They grow on the disk of the function. */
export async function growingTexts(client: S3Client, Bucket: string): Promise<GrowingTexts> {
  await removeLeftOver();
  const folder = await mkdtemp(join(tmpdir(), PREFIX));
  const sizes = new Map<string, number>();
  const files = new Map<string, string>();
  let buffers = new Map<string, string[]>();
  let buffered = 0;

  function fileOf(name: string): string {
    const file = files.get(name) ?? join(folder, String(files.size));
    files.set(name, file);
    return file;
  }

  async function flush(): Promise<void> {
    const full = buffers;
    [buffers, buffered] = [new Map(), 0];
    for (const [name, texts] of full) await appendFile(fileOf(name), texts.join(''));
  }

  return {
    add: async (name, text) => {
      const bytes = Buffer.byteLength(text);
      sizes.set(name, (sizes.get(name) ?? 0) + bytes);
      const texts = buffers.get(name);
      if (texts === undefined) buffers.set(name, [text]);
      else texts.push(text);
      buffered += bytes;
      if (buffered > BUFFERED_BYTES) await flush();
    },
    sizes: () => sizes,
    store: async (keyOf, signal) => {
      await flush();
      await sideBySide(files, UPLOADS_AT_ONCE, async ([name, file]) => {
        signal.throwIfAborted();
        const params = { Bucket, Key: keyOf(name), Body: createReadStream(file) };
        const upload = new Upload({ client, params, partSize: PART_BYTES, queueSize: 1 });
        const abort = () => void upload.abort();
        signal.addEventListener('abort', abort, { once: true });
        try {
          await upload.done();
        } finally {
          signal.removeEventListener('abort', abort);
        }
      });
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A function that was killed leaves its folder to the next. */
async function removeLeftOver(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(tmpdir(), name);
    const since = await stat(folder).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (since > LEFT_OVER_MS) await rm(folder, { recursive: true, force: true });
  }
}
