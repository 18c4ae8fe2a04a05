import { createReadStream } from 'node:fs';
import { appendFile, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { storeInParts } from '../../shared/aws/s3-multipart.ts';
import { sideBySide } from '../../shared/queue/side-by-side.ts';

/** Texts that grow side by side, and become objects when they are whole. */
export interface GrowingTexts extends AsyncDisposable {
  /** Adds to the text of a name. Resolves, or returns, when there is room for more. */
  readonly add: (name: string, text: string) => Promise<void> | undefined;
  /** How long each is, in bytes. */
  readonly sizes: () => ReadonlyMap<string, number>;
  /** Stores them, each under its key, over what is there. */
  readonly store: (keyOf: (name: string) => string, signal: AbortSignal) => Promise<void>;
}

const PREFIX = 'floodgate-check-';

/** Of one text, and of all, in memory. Open uploads would take 5 MB each, and there may be thousands. */
const BUFFER = { least: 4 * 1024, most: 64 * 1024, ofAll: 8 * 1024 * 1024 };

/** Longer than a check takes. */
const LEFT_OVER_MS = 20 * 60_000;

/** Of uploads in one part. Of others one at a time is in memory. */
const SMALL_AT_ONCE = 8;
const SMALL_BYTES = 256 * 1024;

interface GrowingText {
  readonly file: string;
  /** What is not in the file yet. */
  buffer: Buffer;
  used: number;
  /** Of all of it. */
  size: number;
}

/** They grow on the disk of the function. */
export async function growingTexts(client: S3Client, Bucket: string): Promise<GrowingTexts> {
  await removeLeftOver();
  const folder = await mkdtemp(join(tmpdir(), PREFIX));
  const texts = new Map<string, GrowingText>();
  let buffered = 0;

  function named(name: string): GrowingText {
    const known = texts.get(name);
    if (known !== undefined) return known;
    const file = join(folder, String(texts.size));
    const made = { file, buffer: Buffer.allocUnsafeSlow(BUFFER.least), used: 0, size: 0 };
    buffered += BUFFER.least;
    texts.set(name, made);
    return made;
  }

  function hasRoom({ buffer, used }: GrowingText, bytes: number): boolean {
    return buffer.length - used >= bytes;
  }

  /** Doubles a text's buffer, as far as all of them may have. */
  function widen(text: GrowingText, bytes: number): void {
    while (!hasRoom(text, bytes)) {
      const { buffer, used } = text;
      if (buffer.length >= BUFFER.most || buffered + buffer.length > BUFFER.ofAll) return;
      const wider = Buffer.allocUnsafeSlow(buffer.length * 2);
      buffer.copy(wider, 0, 0, used);
      buffered += buffer.length;
      text.buffer = wider;
    }
  }

  async function flush(text: GrowingText): Promise<void> {
    const full = text.buffer.subarray(0, text.used);
    await appendFile(text.file, full);
    text.used = 0;
  }

  async function flushAndAdd(growing: GrowingText, text: string, bytes: number): Promise<void> {
    await flush(growing);
    if (hasRoom(growing, bytes)) growing.used += growing.buffer.write(text, 0);
    else await appendFile(growing.file, text);
  }

  return {
    add: (name, text) => {
      const growing = named(name);
      const bytes = Buffer.byteLength(text);
      growing.size += bytes;
      widen(growing, bytes);
      if (!hasRoom(growing, bytes)) return flushAndAdd(growing, text, bytes);
      growing.used += growing.buffer.write(text, growing.used);
      return undefined;
    },
    sizes: () => new Map([...texts].map(([name, { size }]) => [name, size])),
    store: async (keyOf, signal) => {
      for (const text of texts.values()) await flush(text);
      const isSmall = ([, { size }]: readonly [string, GrowingText]) => size <= SMALL_BYTES;
      const store = ([name, text]: readonly [string, GrowingText]) =>
        storeInParts(
          client,
          { Bucket, Key: keyOf(name), Body: createReadStream(text.file) },
          signal,
        );
      await sideBySide([...texts].filter(isSmall), SMALL_AT_ONCE, store);
      for (const one of texts) if (!isSmall(one)) await store(one);
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
