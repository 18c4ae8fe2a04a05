import { sha256 } from './canonical.ts';

/** What a body in chunks holds, and what it was signed with. */
export interface ChunkedBody {
  readonly content: Buffer;
  readonly chunks: readonly { readonly bytes: Buffer; readonly signature: string | undefined }[];
  /** Lines behind the last chunk, such as a sum. */
  readonly trailers: readonly string[];
}

const CRLF = '\r\n';

/**
 * Reads a body of `aws-chunked`; undefined where it is none.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export function readChunks(body: Buffer): ChunkedBody | undefined {
  const chunks: { bytes: Buffer; signature: string | undefined }[] = [];
  for (let at = 0; ; ) {
    const end = body.indexOf(CRLF, at);
    if (end < 0) return undefined;
    const [, hex = '', signature] =
      /^([0-9a-f]+)(?:;chunk-signature=([0-9a-f]{64}))?$/i.exec(body.toString('latin1', at, end)) ??
      [];
    if (hex === '') return undefined;
    const from = end + CRLF.length;
    const size = Number.parseInt(hex, 16);
    const bytes = body.subarray(from, from + size);
    if (bytes.length < size) return undefined;
    chunks.push({ bytes, signature });
    at = from + size;
    if (size === 0) return { ...joined(chunks), trailers: linesOf(body.subarray(at)) };
    at += CRLF.length;
  }
}

function joined(chunks: ChunkedBody['chunks']) {
  return { chunks, content: Buffer.concat(chunks.map(({ bytes }) => bytes)) };
}

function linesOf(rest: Buffer): string[] {
  return rest
    .toString('latin1')
    .split(/\r?\n/)
    .filter((line) => line !== '');
}

interface ChunkSigning {
  readonly sign: (text: string) => string;
  readonly date: string;
  readonly scope: string;
  /** Of the request's head, from which the first chunk goes on. */
  readonly seed: string;
}

/** Whether each chunk is signed behind the one before it, and the trailers behind the last. */
export function areSigned(
  { chunks, trailers }: ChunkedBody,
  { sign, date, scope, seed }: ChunkSigning,
): boolean {
  let previous = seed;
  for (const { bytes, signature } of chunks) {
    const text = ['AWS4-HMAC-SHA256-PAYLOAD', date, scope, previous, sha256(''), sha256(bytes)];
    previous = sign(text.join('\n'));
    if (signature !== previous) return false;
  }
  const given = trailers.find((line) => line.startsWith(TRAILER_SIGNATURE));
  const others = trailers.filter((line) => line !== given).map((line) => `${line}\n`);
  if (given === undefined) return others.length === 0;
  const text = ['AWS4-HMAC-SHA256-TRAILER', date, scope, previous, sha256(others.join(''))];
  return given === `${TRAILER_SIGNATURE}${sign(text.join('\n'))}`;
}

const TRAILER_SIGNATURE = 'x-amz-trailer-signature:';
