import {
  type Check,
  isFlag,
  isListOf,
  isOptional,
  isText,
  isWhole,
} from '../shared/json/checks.ts';
import { isRecord } from '../shared/json/json-source.ts';
import { keptJson } from '../shared/json/kept-json.ts';

/** How far the part of a zone and a track is. Its check makes it, and its lane alone writes it. */
export interface Cursor {
  readonly zone: string;
  readonly track: number;
  /** Which round that is: those after the first are of steps, and of what is offered again. @default 0 */
  readonly round?: number;
  /** Before that nobody of it gets anything, in ms since 1970. @default at once */
  readonly notBefore?: number;
  /** IANA names of the times of day that its people may have; none where they do not matter. */
  readonly timeZones: readonly string[];
  readonly lines: number;
  readonly bytes: number;
  /** Lines that are done with, and where the first that is not begins. */
  readonly done: number;
  readonly offset: number;
  /** People who were sent to outside a window, by the hour since 1970, of the last 25. */
  readonly hours: Readonly<Record<string, number>>;
  /** Whose turn came when they had opted out, or their line or failure was not there any more. By the reason. */
  readonly passed: Readonly<Record<string, number>>;
  readonly isOver: boolean;
  /** When it moved last, in ms since 1970. */
  readonly movedAt: number;
}

/** Those of the parts that have every recipient. */
export function firstRound(cursors: readonly Cursor[]): readonly Cursor[] {
  return cursors.filter(({ round = 0 }) => round === 0);
}

const isCounts: Check = (value) => isRecord(value) && Object.values(value).every(isWhole);

const CURSOR = {
  zone: isText,
  track: isWhole,
  round: isOptional(isWhole),
  notBefore: isOptional(isWhole),
  timeZones: isListOf(isText),
  lines: isWhole,
  bytes: isWhole,
  done: isWhole,
  offset: isWhole,
  hours: isCounts,
  passed: isCounts,
  isOver: isFlag,
  movedAt: isWhole,
} satisfies Record<keyof Cursor, Check>;

const kept = keptJson<Cursor>({ what: 'cursor', version: 1 }, CURSOR);

export const writeCursor = kept.write;

/** Throws on what `writeCursor` did not write, naming the members at fault. */
export const readCursor = kept.read;
