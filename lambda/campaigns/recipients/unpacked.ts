import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { FileFault } from './file-fault.ts';

/** Of a file, packed or not. */
export const MAX_FILE_BYTES = 500_000_000;

const TOO_LARGE = `the file is larger than ${MAX_FILE_BYTES / 1_000_000} MB`;

/** So much tells what a file is. */
const HEAD_BYTES = 4096;

/**
 * The text of a file of recipients in its bytes, unpacked where it is gzip. Throws a `FileFault` on
 * archives and workbooks, and as soon as there is too much of it.
 */
export async function* unpacked(
  bytes: AsyncIterable<Uint8Array>,
  maxBytes = MAX_FILE_BYTES,
): AsyncGenerator<Buffer> {
  const { head, all } = await withHead(limited(bytes, maxBytes));
  if (!isGzip(head)) {
    refuseOthers(head);
    yield* all;
    return;
  }
  const inner = await withHead(limited(gunzipped(all), maxBytes));
  if (isGzip(inner.head)) throw new FileFault('the file is gzip within gzip: pack it once');
  refuseOthers(inner.head);
  yield* inner.all;
}

async function* limited(bytes: AsyncIterable<Uint8Array>, maxBytes: number) {
  let total = 0;
  for await (const chunk of bytes) {
    total += chunk.length;
    if (total > maxBytes) throw new FileFault(TOO_LARGE);
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
  }
}

/** The beginning of a file, and all of it. */
async function withHead(bytes: AsyncGenerator<Buffer>) {
  const first: Buffer[] = [];
  let length = 0;
  while (length < HEAD_BYTES) {
    const { done, value } = await bytes.next();
    if (done) break;
    first.push(value);
    length += value.length;
  }
  const head = Buffer.concat(first);
  async function* all() {
    yield head;
    yield* bytes;
  }
  return { head, all: all() };
}

async function* gunzipped(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  // What the source throws ends the reading of what was unpacked.
  pipeline(Readable.from(bytes), gunzip, () => {});
  try {
    for await (const chunk of gunzip) yield chunk;
  } catch (error) {
    if (!isOfZlib(error)) throw error;
    throw new FileFault('the file begins as gzip, and cannot be unpacked: is it whole?');
  }
}

function isOfZlib(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}

function isGzip(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

const CSV = 'save it as CSV (UTF-8), and upload that';

/** Files that people take for what a table is kept in, by how they begin. */
const OTHERS: readonly (readonly [magic: string, what: string])[] = [
  ['504b0304', `the file is a zip archive: unpack it, and upload the CSV in it`],
  ['504b0506', 'the file is a zip archive without files in it'],
  ['d0cf11e0', `the file is an Excel workbook (.xls): ${CSV}`],
  ['25504446', 'the file is a PDF: a CSV or NDJSON is wanted'],
  ['28b52ffd', 'the file is packed by zstd: gzip is wanted, or none'],
  ['425a68', 'the file is packed by bzip2: gzip is wanted, or none'],
  ['fd377a58', 'the file is packed by xz: gzip is wanted, or none'],
];

/** Within a zip, of each workbook. */
const WORKBOOK = /\[Content_Types\]\.xml|xl\//;

function refuseOthers(head: Buffer): void {
  const magic = head.subarray(0, 4).toString('hex');
  const [, text] = OTHERS.find(([begins]) => magic.startsWith(begins)) ?? [];
  if (text === undefined) return;
  if (magic === '504b0304' && WORKBOOK.test(head.toString('latin1'))) {
    throw new FileFault(`the file is an Excel workbook (.xlsx): ${CSV}`);
  }
  throw new FileFault(text);
}
