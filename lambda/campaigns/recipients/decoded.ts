import { isAscii, isUtf8 } from 'node:buffer';
import { FileFault } from './file-fault.ts';

/**
 * Stands in a text where its bytes are none, as its last character. No text has it: Unicode keeps it out. Whoever
 * finds it can say in which row and column that is.
 */
export const UNREADABLE = '\uffff';

interface Decoded {
  readonly text: string;
  /** Whether that is all of it; otherwise it ends where the bytes make no sense. */
  readonly isWhole: boolean;
}

/** What is not whole at the end of a chunk comes with the next one. */
type Decode = (chunk: Buffer, isLast: boolean) => Decoded;

/** Characters that no table has: those that steer a terminal, and what Windows-1252 does not define. */
const NO_TEXT = /[^\P{Cc}\t\n\v\f\r\u007f\u0085]|\uffff/u;

const NOTHING = Buffer.alloc(0);

/**
 * The text of bytes: UTF-8, UTF-16 of both orders, or Windows-1252, as they begin. Without its mark of the byte
 * order. Throws a `FileFault` on UTF-32; ends in `UNREADABLE` where the bytes are no text.
 *
 * What begins as UTF-8 stays that: names that turn out garbled are worse than a file that is refused.
 */
export async function* decoded(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let decode: Decode | undefined;
  for await (const chunk of bytes) {
    decode ??= decoderOf(chunk);
    const { text, isAll } = textOf(decode(chunk, false));
    yield text;
    if (!isAll) return;
  }
  yield textOf(decode?.(NOTHING, true) ?? { text: '', isWhole: true }).text;
}

function textOf({ text, isWhole }: Decoded): { text: string; isAll: boolean } {
  const at = text.search(NO_TEXT);
  if (at >= 0) return { text: text.slice(0, at) + UNREADABLE, isAll: false };
  return isWhole ? { text, isAll: true } : { text: text + UNREADABLE, isAll: false };
}

/** @param head of 4 KB at least, or all there is */
function decoderOf(head: Buffer): Decode {
  const mark = head.subarray(0, 4).toString('hex');
  if (mark === 'fffe0000' || mark === '0000feff') {
    throw new FileFault('the file is UTF-32: save it as UTF-8', { row: 1 });
  }
  if (mark.startsWith('efbbbf')) return withoutMark(byteDecoder('utf-8'));
  if (mark.startsWith('fffe')) return withoutMark(wideDecoder(false));
  if (mark.startsWith('feff')) return withoutMark(wideDecoder(true));
  const { even, odd } = zerosIn(head);
  // What is written in two bytes has zeros in separators, digits and letters of ASCII.
  return (even + odd) * 8 > head.length ? wideDecoder(even > odd) : byteDecoder();
}

function zerosIn(head: Buffer): { even: number; odd: number } {
  const zeros = { even: 0, odd: 0 };
  for (const [at, byte] of head.entries()) {
    if (byte === 0) zeros[at % 2 === 0 ? 'even' : 'odd'] += 1;
  }
  return zeros;
}

function withoutMark(decode: Decode): Decode {
  let isBegun = false;
  return (chunk, isLast) => {
    const { text, isWhole } = decode(chunk, isLast);
    if (isBegun || text === '') return { text, isWhole };
    isBegun = true;
    return { text: text.startsWith('\ufeff') ? text.slice(1) : text, isWhole };
  };
}

/** @param known undefined where the first bytes beyond ASCII tell it */
function byteDecoder(known?: 'utf-8' | 'windows-1252'): Decode {
  let encoding = known;
  let carried: Buffer = NOTHING;
  return (chunk, isLast) => {
    const all = carried.length === 0 ? chunk : Buffer.concat([carried, chunk]);
    encoding ??= encodingOf(all, isLast);
    if (encoding === 'windows-1252') {
      carried = NOTHING;
      return { text: fromWindows(all), isWhole: true };
    }
    const end = isLast ? all.length : knownLength(all, encoding);
    carried = Buffer.from(all.subarray(end));
    const whole = all.subarray(0, end);
    return isUtf8(whole)
      ? { text: whole.toString('utf8'), isWhole: true }
      : { text: validBeginning(whole), isWhole: false };
  };
}

/** By the first character that is not ASCII; undefined where there is none yet, or not all of it. */
function encodingOf(bytes: Buffer, isLast: boolean): 'utf-8' | 'windows-1252' | undefined {
  if (isAscii(bytes)) return undefined;
  const at = bytes.findIndex((byte) => byte >= 0x80);
  const length = lengthOf(bytes[at] ?? 0);
  if (at + length > bytes.length && !isLast) return undefined;
  return isUtf8(bytes.subarray(at, at + length)) ? 'utf-8' : 'windows-1252';
}

/** Of a character of UTF-8, by its first byte. */
function lengthOf(byte: number): number {
  if (byte < 0xc0) return 1;
  if (byte < 0xe0) return 2;
  return byte < 0xf0 ? 3 : 4;
}

/** As far as it can be read: up to the first character that tells the encoding, where it has not come whole. */
function knownLength(bytes: Buffer, encoding: string | undefined): number {
  const first = encoding === undefined ? bytes.findIndex((byte) => byte >= 0x80) : -1;
  return first < 0 ? wholeLength(bytes) : first;
}

/** Without a character whose end is still to come. */
function wholeLength(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) return lengthOf(byte) > back ? bytes.length - back : bytes.length;
    if (byte < 0x80) break;
  }
  return bytes.length;
}

function validBeginning(bytes: Buffer): string {
  const wholeOf = (length: number) => bytes.subarray(0, wholeLength(bytes.subarray(0, length)));
  let [valid, invalid] = [0, bytes.length];
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    if (isUtf8(wholeOf(middle))) valid = middle;
    else invalid = middle;
  }
  return wholeOf(valid).toString('utf8');
}

/** What Windows-1252 has where Latin-1 has characters that steer; those that it does not define stay these. */
const WINDOWS = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** By hand, since decoders of some releases of Node take it for Latin-1. */
function fromWindows(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[\u0080-\u009f]/g, (one) => WINDOWS[one.charCodeAt(0) - 0x80] ?? one);
}

function wideDecoder(isBigEndian: boolean): Decode {
  let carried: Buffer = NOTHING;
  return (chunk, isLast) => {
    const all = Buffer.concat([carried, chunk]);
    const end = isLast ? all.length : wideLength(all, isBigEndian);
    carried = Buffer.from(all.subarray(end));
    const whole = all.subarray(0, end - (end % 2));
    const text = (isBigEndian ? whole.swap16() : whole).toString('utf16le');
    if (text.isWellFormed()) return { text, isWhole: end % 2 === 0 };
    return { text: text.slice(0, text.search(LONE)), isWhole: false };
  };
}

const LONE = /\p{Surrogate}/u;

/** Without half a unit, and without the first half of a pair. */
function wideLength(bytes: Buffer, isBigEndian: boolean): number {
  const even = bytes.length - (bytes.length % 2);
  if (even === 0) return 0;
  const high = bytes[isBigEndian ? even - 2 : even - 1] ?? 0;
  return high >= 0xd8 && high < 0xdc ? even - 2 : even;
}
