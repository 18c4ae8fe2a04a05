/** Reads what stands in a part from a place on: some of it, or nothing behind its end. */
export type ReadPart = (key: string, offset: number, signal: AbortSignal) => Promise<Buffer>;

/** A line of a part, without its end, and where it begins. */
export interface FoundLine {
  readonly text: string;
  readonly offset: number;
  /** From 0 on. */
  readonly index: number;
}

const LINE_END = 0x0a;

/** The lines of a part, of which as much is in memory as one read brings, and one line. */
export async function* partLines(
  key: string,
  readPart: ReadPart,
  signal: AbortSignal,
): AsyncGenerator<FoundLine> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0;
  let index = 0;
  for (;;) {
    const read = await readPart(key, offset + rest.length, signal);
    const bytes = Buffer.concat([rest, read]);
    let start = 0;
    for (let end = lineEnd(bytes, start, read); end >= 0; end = lineEnd(bytes, start, read)) {
      yield { text: bytes.toString('utf8', start, end), offset: offset + start, index };
      start = end + 1;
      index += 1;
    }
    if (read.length === 0) return;
    offset += start;
    rest = bytes.subarray(start);
  }
}

/** The last line may have none of its own. */
function lineEnd(bytes: Buffer, start: number, read: Buffer): number {
  const end = bytes.indexOf(LINE_END, start);
  const isLast = end < 0 && read.length === 0 && start < bytes.length;
  return isLast ? bytes.length : end;
}
