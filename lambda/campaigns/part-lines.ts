/** Reads what stands in a part from a place on: some of it, or nothing behind its end. */
export type ReadPart = (key: string, offset: number, signal: AbortSignal) => Promise<Buffer>;

/** Whether a part could not be read because it is there no more: it never will be. */
export function isPartGone(error: unknown): boolean {
  return error instanceof Error && error.name === 'NoSuchKey';
}

/** A line of a part, without its end, and where it stands. */
export interface FoundLine {
  readonly text: string;
  readonly offset: number;
  readonly bytes: number;
}

const LINE_END = 0x0a;

/** Puts lines together of what is read of a part, piece by piece, from a place on where one begins. */
export class LineSplitter {
  #offset: number;
  #rest: Buffer = Buffer.alloc(0);

  constructor(offset: number) {
    this.#offset = offset;
  }

  /** Where the next piece begins. */
  get readTo(): number {
    return this.#offset + this.#rest.length;
  }

  /** The lines that end in a piece. */
  add(piece: Buffer): readonly FoundLine[] {
    const bytes = Buffer.concat([this.#rest, piece]);
    const lines: FoundLine[] = [];
    let begin = 0;
    for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END, begin)) {
      lines.push(lineAt(bytes.subarray(begin, end), this.#offset + begin));
      begin = end + 1;
    }
    this.#rest = bytes.subarray(begin);
    this.#offset += begin;
    return lines;
  }

  /** The last line where it has no end of its own. */
  last(): readonly FoundLine[] {
    return this.#rest.length === 0 ? [] : [lineAt(this.#rest, this.#offset)];
  }
}

function lineAt(bytes: Buffer, offset: number): FoundLine {
  return { text: bytes.toString('utf8'), offset, bytes: bytes.length };
}

/** The lines of a part, of which as much is in memory as one read brings, and one line. */
export async function* partLines(
  key: string,
  readPart: ReadPart,
  signal: AbortSignal,
): AsyncGenerator<FoundLine> {
  const splitter = new LineSplitter(0);
  for (;;) {
    const piece = await readPart(key, splitter.readTo, signal);
    if (piece.length === 0) break;
    yield* splitter.add(piece);
  }
  yield* splitter.last();
}
