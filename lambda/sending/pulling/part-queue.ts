import type { Cursor } from '../../campaigns/cursor.ts';
import { type PartLine, readPartLine } from '../../campaigns/part.ts';
import { type FoundLine, LineSplitter } from '../../campaigns/part-lines.ts';
import { countedIn, type Queued, SEGMENT, type Supply, WRITE_MS } from './supply.ts';

/** As much of a part is read at once: some thousand lines. */
const CHUNK_BYTES = 256 * 1024;
export interface PartDeps {
  readonly now: () => number;
  /** Bytes of the part from an offset on, fewer at its end. */
  readonly read: (offset: number, bytes: number) => Promise<Buffer>;
  /** Which of them get nothing, and why. */
  readonly excluded: (lines: readonly PartLine[]) => Promise<ReadonlyMap<PartLine, string>>;
  readonly write: (cursor: Cursor) => Promise<void>;
}

/**
 * The recipients of one part, segment by segment, from where its cursor stands.
 *
 * The cursor moves over what is done with, in order, and is written once a segment: after a crash at most
 * what was under way is gone through again.
 */
export class PartQueue implements Supply {
  /** It never changes, but that people are taken out who were forgotten. */
  readonly comesAt = Number.POSITIVE_INFINITY;
  readonly #deps: PartDeps;
  #cursor: Cursor;
  #written: Cursor;
  /** As far as it certainly stands in the table. */
  #stored: Cursor;
  readonly #queue: Queued[] = [];
  /** Lines that were read and are in no segment yet. */
  readonly #lines: FoundLine[] = [];
  readonly #splitter: LineSplitter;
  #gathering: Promise<void> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(cursor: Cursor, deps: PartDeps) {
    // A part of nobody has no last one by whom it could end.
    this.#cursor = cursor.bytes === 0 ? { ...cursor, isOver: true } : cursor;
    this.#written = cursor;
    this.#stored = cursor;
    this.#deps = deps;
    this.#splitter = new LineSplitter(cursor.offset);
  }

  /** Recipients that were given, and that the cursor as it is written does not say. */
  get ahead(): number {
    const given = this.#queue.filter(({ isGiven, passed }) => isGiven && passed === undefined);
    return given.length + this.#cursor.done - this.#stored.done;
  }

  /** Whether there is more to write than was written. */
  get hasMoved(): boolean {
    return this.#cursor.done !== this.#written.done;
  }

  get cursor(): Cursor {
    return this.#cursor;
  }

  /** Whether everybody of the part is done with. */
  get isOver(): boolean {
    return this.#cursor.isOver;
  }

  /** Whether nobody is left to be given, though some may be under way. */
  get isDrained(): boolean {
    return this.#isRead && this.#queue.every(({ isGiven }) => isGiven);
  }

  get #isRead(): boolean {
    return this.#isReadToItsEnd && this.#lines.length === 0;
  }

  get #isReadToItsEnd(): boolean {
    return this.#splitter.readTo >= this.#cursor.bytes;
  }

  /** The first who was not given and is free. */
  next(isFree: (name: string) => boolean): Queued | undefined {
    return this.#queue.find(({ isGiven, line }) => !isGiven && isFree(line.to.name));
  }

  /** Begins to gather the next segment where the one at hand comes to its end. Undefined where it need not. */
  refill(): Promise<void> | undefined {
    const left = this.#queue.filter(({ isGiven }) => !isGiven).length;
    if (this.#gathering !== undefined || this.#isRead || left >= SEGMENT) return undefined;
    this.#gathering = this.#gather().finally(() => {
      this.#gathering = undefined;
    });
    return this.#gathering;
  }

  /** Somebody is done with. @param hour since 1970, where they count for the portfolio's limit */
  async done(queued: Queued, hour: number | undefined): Promise<void> {
    queued.isDone = true;
    this.#cursor = countedIn(this.#cursor, hour);
    await this.#advance();
  }

  async pass(queued: Queued, reason: string): Promise<void> {
    queued.passed = reason;
    await this.done(queued, undefined);
  }

  renew(): Promise<void> {
    return Promise.resolve();
  }

  /** Keeps how far it is. */
  async close(): Promise<void> {
    await this.#writing;
    if (this.#cursor !== this.#written) await this.#write();
  }

  async #gather(): Promise<void> {
    while (this.#lines.length < SEGMENT && !this.#isReadToItsEnd) await this.#readChunk();
    const taken = this.#lines.splice(0, SEGMENT);
    const read = taken.map((one) => ({ ...one, line: readPartLine(one.text) }));
    const lines = read.flatMap(({ line }) => line ?? []);
    const excluded = lines.length === 0 ? new Map() : await this.#deps.excluded(lines);
    for (const { line, offset, bytes } of read) {
      const passed = line === undefined ? 'forgotten' : excluded.get(line);
      const isPassed = passed !== undefined;
      this.#queue.push({
        ...{ line: line ?? NOBODY, offset, bytes, passed },
        ...{ isGiven: isPassed, isDone: isPassed },
      });
    }
    await this.#advance();
  }

  async #readChunk(): Promise<void> {
    const { readTo } = this.#splitter;
    const { bytes } = this.#cursor;
    const chunk = await this.#deps.read(readTo, Math.min(CHUNK_BYTES, bytes - readTo));
    if (chunk.length === 0) throw new Error(`a part ends at ${readTo} of ${bytes}`);
    this.#lines.push(...this.#splitter.add(chunk));
  }

  #countPassed(reason: string): void {
    const { passed } = this.#cursor;
    this.#cursor = {
      ...this.#cursor,
      passed: { ...passed, [reason]: (passed[reason] ?? 0) + 1 },
    };
  }

  async #advance(): Promise<void> {
    const { now } = this.#deps;
    for (let first = this.#queue[0]; first?.isDone; first = this.#queue[0]) {
      this.#queue.shift();
      // Not before: who stands behind the cursor is gone through again.
      if (first.passed !== undefined) this.#countPassed(first.passed);
      const done = this.#cursor.done + 1;
      const offset = first.offset + first.bytes + 1;
      this.#cursor = { ...this.#cursor, done, offset, movedAt: now() };
    }
    if (this.#queue.length === 0 && this.#isRead && !this.#cursor.isOver) {
      this.#cursor = { ...this.#cursor, isOver: true, movedAt: now() };
    }
    const { done, movedAt, isOver } = this.#written;
    const moved = this.#cursor.done - done;
    const isDue =
      moved >= SEGMENT ||
      (this.#cursor.isOver && !isOver) ||
      (moved > 0 && now() - movedAt >= WRITE_MS);
    if (isDue) await this.#write();
  }

  /** One after another: an earlier one must not come last. */
  async #write(): Promise<void> {
    const cursor = this.#cursor;
    this.#written = cursor;
    const before = this.#writing;
    this.#writing = before
      .then(() => this.#deps.write(cursor))
      .then(() => {
        this.#stored = cursor;
      });
    await this.#writing;
  }
}

/** In the place of somebody who was forgotten. */
const NOBODY: PartLine = {
  ...{ row: 0, to: { kind: 'phone', name: '' }, variant: 0, components: [] },
  ...{ micros: 0, country: 'ZZ' },
};
