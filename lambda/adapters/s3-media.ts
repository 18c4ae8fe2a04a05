import { HttpRequest } from '@smithy/core/transport';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsService } from '../domain/aws-service.ts';
import { type AskAws, AwsRequestError, awsAsker, refusal } from './aws-request.ts';
import { Sha256 } from './sha256.ts';

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
export function s3MediaStore(bucket: string, service: AwsService): MediaStore {
  const ask = awsAsker(service, PATIENCE);
  return {
    put: async ({ key, mimeType }, chunks, signal) => {
      const path = `/${bucket}/${key}`;
      const headers = { 'content-type': mimeType };
      let upload: Upload | undefined;
      try {
        for await (const { bytes, isLast } of inParts(chunks)) {
          if (isLast && upload === undefined) {
            await ask({ method: 'PUT', path, headers, body: bytes }, signal);
            return;
          }
          upload ??= await startUpload(ask, path, headers, signal);
          await upload.add(bytes);
        }
        await upload?.complete();
      } catch (error) {
        await upload?.abort();
        throw error;
      }
    },
    remove: async (key, signal) => {
      const call = { method: 'DELETE', path: `/${bucket}/${key}`, headers: {}, body: '' } as const;
      await ask(call, signal);
    },
  };
}

interface Upload {
  readonly add: (bytes: Uint8Array) => Promise<void>;
  readonly complete: () => Promise<void>;
  readonly abort: () => Promise<void>;
}

async function startUpload(
  ask: AskAws,
  path: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Upload> {
  const started = await ask(
    { method: 'POST', path, query: { uploads: '' }, headers, body: '' },
    signal,
  );
  const uploadId = /<UploadId>([^<]+)<\/UploadId>/.exec(started.text)?.[1];
  if (uploadId === undefined) throw new AwsRequestError('s3', 'an upload without an id');
  const etags: string[] = [];
  return {
    add: async (body) => {
      const query = { partNumber: String(etags.length + 1), uploadId };
      const answer = await ask({ method: 'PUT', path, query, headers: {}, body }, signal);
      etags.push(answer.headers['etag'] ?? '');
    },
    complete: async () => {
      const body = completion(etags);
      const call = { method: 'POST', path, query: { uploadId }, headers: XML, body } as const;
      const { text } = await ask(call, signal);
      // S3 says 200 before it knows.
      if (text.includes('<Error>')) throw refusal('s3', 500, text);
    },
    abort: async () => {
      const call = { method: 'DELETE', path, query: { uploadId }, headers: {}, body: '' } as const;
      // What is left behind is deleted by the bucket's lifecycle.
      await ask(call, AbortSignal.timeout(ABORT_MS)).catch(() => undefined);
    },
  };
}

const XML = { 'content-type': 'application/xml' };

function completion(etags: readonly string[]): string {
  const parts = etags.map(
    (etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag}</ETag></Part>`,
  );
  return `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`;
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

/** Makes a URL with which anybody can read an object until then, as long as the function's credentials live. */
export type PresignMedia = (file: PresignedFile, expirySeconds: number) => Promise<string>;

interface PresignedFile {
  readonly key: string;
  readonly mimeType: string;
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
export function s3MediaPresigner(
  bucket: string,
  { region, url, credentials }: AwsService,
  now: () => number,
): PresignMedia {
  const signer = new SignatureV4({
    ...{ service: 's3', region, credentials, sha256: Sha256, uriEscapePath: false },
  });
  const { protocol, host, hostname, port } = new URL(url);
  return async ({ key, mimeType }, expiresIn) => {
    const request = new HttpRequest({
      ...{ method: 'GET', protocol, hostname, path: `/${bucket}/${key}` },
      ...(port !== '' && { port: Number(port) }),
      headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
      query: {
        // Whatever a stranger sent is saved, never shown as a page of this host.
        'response-content-disposition': 'attachment',
        'response-content-type': mimeType,
      },
    });
    const signed = await signer.presign(request, { expiresIn, signingDate: new Date(now()) });
    const query = Object.entries(signed.query ?? {}).map(
      ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
    );
    return `${url}/${bucket}/${key}?${query.join('&')}`;
  };
}
