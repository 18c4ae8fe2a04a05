import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { ReadPart } from '../campaigns/part-lines.ts';
import { storeInParts } from '../shared/aws/s3-multipart.ts';
import { s3Range } from '../shared/aws/s3-range.ts';

/** A line of a part, without its end, and where it lies. */
export interface Stretch {
  readonly text: string;
  readonly offset: number;
}

/** Files of campaigns, for whoever forgets somebody in them. */
export interface CampaignFiles {
  readonly readPart: ReadPart;
  /**
   * Writes spaces in the place of lines, so that all others stay where they are. May be repeated. What lies elsewhere
   * by now, since somebody put another part in its place, is left.
   */
  readonly blank: (key: string, lines: readonly Stretch[], signal: AbortSignal) => Promise<void>;
  /** Removes all objects whose keys begin so. */
  readonly removeAll: (prefix: string, signal: AbortSignal) => Promise<void>;
}

/** As much as one read brings. */
const READ_BYTES = 4 * 1024 * 1024;
/** Somebody else may be forgotten in the same part at the same moment. */
const ATTEMPTS = 5;

export function s3CampaignFiles(client: S3Client, Bucket: string): CampaignFiles {
  const readRange = s3Range(client, Bucket);

  async function isBlanked(Key: string, lines: readonly Stretch[], abortSignal: AbortSignal) {
    const { Body, ETag } = await client.send(new GetObjectCommand({ Bucket, Key }), {
      abortSignal,
    });
    if (!(Body instanceof Readable)) throw new Error('an object without a body');
    const params = {
      ...{ Bucket, Key, Body: Readable.from(blanked(Body, lines)) },
      // What was forgotten in it meanwhile stays so.
      ...(ETag !== undefined && { IfMatch: ETag }),
    };
    try {
      await storeInParts(client, params, abortSignal);
      return true;
    } catch (error) {
      return isNothingLeft(error);
    }
  }

  return {
    readPart: async (key, offset, signal) => {
      try {
        return await readRange(key, offset, READ_BYTES, signal);
      } catch (error) {
        // Of a campaign whose files are gone.
        if (isNamed(error, 'NoSuchKey')) return NOTHING;
        throw error;
      }
    },
    blank: async (key, lines, signal) => {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        signal.throwIfAborted();
        if (await isBlanked(key, lines, signal)) return;
      }
      throw new Error('a part of a campaign is written by others all the time');
    },
    removeAll: async (Prefix, abortSignal) => {
      for (;;) {
        const list = new ListObjectsV2Command({ Bucket, Prefix });
        const { Contents = [] } = await client.send(list, { abortSignal });
        if (Contents.length === 0) return;
        for (const { Key } of Contents) {
          await client.send(new DeleteObjectCommand({ Bucket, Key }), { abortSignal });
        }
      }
    },
  };
}

const NOTHING = Buffer.alloc(0);
const SPACE = 0x20;

class PartReplaced extends Error {
  override readonly name = 'PartReplaced';
}

/** After a write that failed: false where it is to be done again. */
function isNothingLeft(error: unknown): boolean {
  if (error instanceof PartReplaced) return true;
  if (isNamed(error, 'PreconditionFailed', 'ConditionalRequestConflict')) return false;
  throw error;
}

async function* blanked(
  chunks: AsyncIterable<Uint8Array>,
  lines: readonly Stretch[],
): AsyncGenerator<Uint8Array> {
  const stretches = lines.map(({ text, offset }) => ({ theirs: Buffer.from(text), offset }));
  let at = 0;
  for await (const chunk of chunks) {
    const copy = Uint8Array.from(chunk);
    for (const { theirs, offset } of stretches) blankIn(copy, theirs, offset - at);
    at += copy.length;
    yield copy;
  }
}

/** @param start of a line, where the chunk is from 0 on */
function blankIn(chunk: Uint8Array, line: Buffer, start: number): void {
  const [from, to] = [Math.max(start, 0), Math.min(start + line.length, chunk.length)];
  if (from >= to) return;
  const found = chunk.subarray(from, to);
  const isBlank = found.every((byte) => byte === SPACE);
  if (!isBlank && line.compare(found, 0, found.length, from - start, to - start) !== 0) {
    throw new PartReplaced('another part lies in the place of one');
  }
  found.fill(SPACE);
}

function isNamed(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}
