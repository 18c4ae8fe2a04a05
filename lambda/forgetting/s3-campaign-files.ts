import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { ReadPart } from '../campaigns/part-lines.ts';

/** Where a line lies in a part. */
export interface Stretch {
  readonly offset: number;
  readonly bytes: number;
}

/** Files of campaigns, for whoever forgets somebody in them. */
export interface CampaignFiles {
  readonly readPart: ReadPart;
  /** Writes spaces in the place of lines, so that all others stay where they are. May be repeated. */
  readonly blank: (key: string, lines: readonly Stretch[], signal: AbortSignal) => Promise<void>;
  /** Removes all objects whose keys begin so. */
  readonly removeAll: (prefix: string, signal: AbortSignal) => Promise<void>;
}

/** As much as one read brings. */
const READ_BYTES = 4 * 1024 * 1024;
const UPLOAD_PART_BYTES = 5 * 1024 * 1024;
/** Somebody else may be forgotten in the same part at the same moment. */
const ATTEMPTS = 5;

export function s3CampaignFiles(client: S3Client, Bucket: string): CampaignFiles {
  async function isBlanked(key: string, lines: readonly Stretch[], abortSignal: AbortSignal) {
    const asked = new GetObjectCommand({ Bucket, Key: key });
    const { Body, ETag } = await client.send(asked, { abortSignal });
    if (!(Body instanceof Readable)) throw new Error('an object without a body');
    const upload = new Upload({
      client,
      params: {
        ...{ Bucket, Key: key, Body: Readable.from(blanked(Body, lines)) },
        // What was forgotten in it meanwhile stays so.
        ...(ETag !== undefined && { IfMatch: ETag }),
      },
      ...{ partSize: UPLOAD_PART_BYTES, queueSize: 1 },
    });
    const abort = () => void upload.abort();
    abortSignal.addEventListener('abort', abort, { once: true });
    try {
      await upload.done();
      return true;
    } catch (error) {
      if (isNamed(error, 'PreconditionFailed', 'ConditionalRequestConflict')) return false;
      throw error;
    } finally {
      abortSignal.removeEventListener('abort', abort);
    }
  }

  return {
    readPart: async (Key, offset, abortSignal) => {
      const Range = `bytes=${offset}-${offset + READ_BYTES - 1}`;
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, Range }), {
          abortSignal,
        });
        return Body instanceof Readable ? Buffer.concat(await Body.toArray()) : NOTHING;
      } catch (error) {
        // Behind its end, or of a campaign whose files are gone.
        if (isNamed(error, 'InvalidRange', 'NoSuchKey')) return NOTHING;
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

async function* blanked(
  chunks: AsyncIterable<Uint8Array>,
  lines: readonly Stretch[],
): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const chunk of chunks) {
    const copy = Uint8Array.from(chunk);
    for (const { offset, bytes } of lines) {
      const [start, end] = [offset - at, offset + bytes - at];
      if (end > 0 && start < copy.length) copy.fill(SPACE, Math.max(start, 0), end);
    }
    at += copy.length;
    yield copy;
  }
}

function isNamed(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}
