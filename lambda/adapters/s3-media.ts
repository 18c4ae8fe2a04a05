import type {
  CompletedPart,
  CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommandInput,
  DeleteObjectCommandInput,
  PutObjectCommandInput,
  UploadPartCommandInput,
} from '@aws-sdk/client-s3';
import type { AwsService } from '../domain/aws-service.ts';
import { memberOf } from '../domain/json-source.ts';
import type { CallAws } from './aws-json.ts';
import { AwsRequestError } from './aws-request.ts';
import { s3Client } from './s3-client.ts';

/** Files of any size, of which no more than one part is in memory. */
export interface MediaStore {
  /**
   * Stores what the chunks hold under a key, over what is there. Resolves once it is durable.
   *
   * Where the chunks throw, nothing is stored, and it rejects with what they threw.
   */
  readonly put: (
    file: { readonly key: string; readonly mimeType: string },
    chunks: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ) => Promise<void>;
  /** Removes a file; one that is not there is removed already. */
  readonly remove: (key: string, signal: AbortSignal) => Promise<void>;
}

/** The least that S3 takes for a part that is not the last. Of 10,000 parts, 20 hold the largest file. */
const PART_BYTES = 5 * 1024 * 1024;

const PATIENCE = { attempts: 4, timeoutMs: 20_000 };
const ABORT_MS = 5000;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html */
export function s3MediaStore(Bucket: string, service: AwsService): MediaStore {
  const s3 = s3Client(service, PATIENCE);
  return {
    put: async ({ key: Key, mimeType: ContentType }, chunks, signal) => {
      const object = { Bucket, Key, ContentType };
      let upload: Upload | undefined;
      try {
        for await (const { bytes, isLast } of inParts(chunks)) {
          if (isLast && upload === undefined) {
            await s3(
              'PutObject',
              { ...object, Body: bytes } satisfies PutObjectCommandInput,
              signal,
            );
            return;
          }
          upload ??= await startUpload(s3, object, signal);
          await upload.add(bytes);
        }
        await upload?.complete();
      } catch (error) {
        await upload?.abort();
        throw error;
      }
    },
    remove: async (Key, signal) => {
      await s3('DeleteObject', { Bucket, Key } satisfies DeleteObjectCommandInput, signal);
    },
  };
}

interface Upload {
  readonly add: (bytes: Uint8Array) => Promise<void>;
  readonly complete: () => Promise<void>;
  readonly abort: () => Promise<void>;
}

async function startUpload(
  s3: CallAws,
  object: Pick<CreateMultipartUploadCommandInput, 'Bucket' | 'Key' | 'ContentType'>,
  signal: AbortSignal,
): Promise<Upload> {
  const { Bucket, Key } = object;
  const begun: CreateMultipartUploadCommandInput = { ...object, ChecksumAlgorithm: 'CRC32' };
  const started = await s3('CreateMultipartUpload', begun, signal);
  const UploadId = textAt(started, 'UploadId');
  if (UploadId === undefined) throw new AwsRequestError('s3', 'an upload without an id');
  const upload = { Bucket, Key, UploadId };
  const Parts: CompletedPart[] = [];
  return {
    add: async (Body) => {
      const PartNumber = Parts.length + 1;
      const part: UploadPartCommandInput = { ...upload, PartNumber, Body };
      const stored = await s3('UploadPart', part, signal);
      // With its sum, by which the part was stored.
      const ChecksumCRC32 = textAt(stored, 'ChecksumCRC32');
      Parts.push({ PartNumber, ETag: textAt(stored, 'ETag'), ChecksumCRC32 });
    },
    complete: async () => {
      const input: CompleteMultipartUploadCommandInput = { ...upload, MultipartUpload: { Parts } };
      await s3('CompleteMultipartUpload', input, signal);
    },
    abort: async () => {
      // What is left behind is deleted by the bucket's lifecycle.
      await s3('AbortMultipartUpload', upload, AbortSignal.timeout(ABORT_MS)).catch(
        () => undefined,
      );
    },
  };
}

function textAt(output: unknown, name: string): string | undefined {
  const value = memberOf(output, name);
  return typeof value === 'string' ? value : undefined;
}

/** Every part lies in the same memory, so that each must be used up before the next is asked for. */
async function* inParts(chunks: AsyncIterable<Uint8Array>) {
  const buffer = Buffer.allocUnsafe(PART_BYTES);
  let filled = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      if (filled === PART_BYTES) {
        yield { bytes: buffer, isLast: false };
        filled = 0;
      }
      const taken = chunk.subarray(at, at + PART_BYTES - filled);
      buffer.set(taken, filled);
      at += taken.length;
      filled += taken.length;
    }
  }
  yield { bytes: buffer.subarray(0, filled), isLast: true };
}
