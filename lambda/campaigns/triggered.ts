import { digest } from '../events/event.ts';
import { type Check, failedChecks, isText, isWhole } from '../shared/json/checks.ts';
import { readVersioned, writeVersioned } from '../shared/json/versioned.ts';
import { toRecord } from '../table/outgoing-record.ts';
import type { Item } from '../table/stored-rows.ts';
import type { Campaign } from './campaign.ts';
import type { Cursor } from './cursor.ts';
import { ALL_ZONES, type PartLine, readPartLine, writePartLine } from './part.ts';
import { isStillToSend, type StepEnd, stepEnd } from './steps.ts';

/** Somebody whom software put into a triggered campaign, and how far they are. */
export interface Triggered {
  /** By which the software knows them. */
  readonly key: string;
  /** Of the request that put them into it. */
  readonly bodyHash: string;
  /** Which share of a lane has them. */
  readonly track: number;
  /** What is said to them, message by message. */
  readonly line: PartLine;
  /** In ms since 1970. */
  readonly createdAt: number;
  /** Which message they wait for, from 0 on; where they wait no more, which they would have got. */
  readonly step: number;
  /** In ms since 1970. */
  readonly dueAt: number;
  readonly ended?: TriggeredEnd;
}

/**
 * Why somebody gets no more of it.
 *
 * - `through`: they had all
 * - `removed`: the software took them out
 * - `forgotten` and `opted_out`: found when their turn came
 * - all others: see `StepEnd`
 */
export const TRIGGERED_ENDS = [
  ...(['through', 'removed', 'forgotten', 'opted_out', 'replied', 'not_sent'] as const),
  ...(['read', 'not_read', 'not_delivered'] as const),
] as const satisfies readonly (StepEnd | 'through' | 'removed' | 'forgotten' | 'opted_out')[];

export type TriggeredEnd = (typeof TRIGGERED_ENDS)[number];

/** More numbers than that fit into no id of a message. */
export const MOST_TRIGGERED = 99_999_999;

/**
 * The cursors of a campaign. Of a triggered one each track has one from the beginning, as if all who may come were
 * in a part: nobody else says of a lane that has not sent yet that it may.
 *
 * @param track @default all
 */
export function allCursors(
  { isTriggered, check }: Pick<Campaign, 'isTriggered' | 'check'>,
  found: readonly Cursor[],
  track?: number,
): readonly Cursor[] {
  if (isTriggered !== true) return found;
  const tracks = Array.from({ length: check?.tracks ?? 0 }, (_, one) => one);
  return tracks
    .filter((one) => track === undefined || one === track)
    .map((one) => found.find((cursor) => cursor.track === one) ?? firstCursor(one));
}

function firstCursor(track: number): Cursor {
  return {
    ...{ zone: ALL_ZONES, track, timeZones: [], lines: MOST_TRIGGERED, bytes: 0, done: 0 },
    ...{ offset: 0, hours: {}, passed: {}, isOver: false, movedAt: 0 },
  };
}

const OUTLIVES_SECONDS = 800 * 86_400;

/** An end, in seconds since 1970, for what a triggered campaign counts: the campaign may live for half as long. */
export function outlivesCampaign(nowMs: number): number {
  return Math.ceil(nowMs / 1000) + OUTLIVES_SECONDS;
}

/** By which a row is found whose key somebody knows. */
export function triggeredName(campaign: string, key: string): string {
  return digest([campaign, key]);
}

const KEPT = { what: 'recipient of a triggered campaign', version: 1 };

type Kept = Pick<Triggered, 'key' | 'bodyHash' | 'track' | 'line' | 'createdAt'>;

/** What stays as it is. */
export function writeTriggered({ key, bodyHash, track, line, createdAt }: Kept): string {
  return writeVersioned(KEPT, { key, bodyHash, track, line: writePartLine(line), createdAt });
}

/** Throws on what `writeTriggered` did not write, naming the members at fault. */
export function readTriggered(text: string): Kept {
  const kept = readVersioned(KEPT, text);
  if (!isKept(kept)) {
    throw new Error(`no recipient of a triggered campaign, by ${failedChecks(kept, CHECKS)}`);
  }
  const { line: written, ...rest } = kept;
  const line = readPartLine(written);
  if (line === undefined) throw new Error('no recipient of a triggered campaign, by line');
  return { ...rest, line };
}

const CHECKS = {
  ...{ key: isText, bodyHash: isText, track: isWhole, line: isText, createdAt: isWhole },
} satisfies Record<keyof Kept, Check>;

function isKept(value: object): value is Omit<Kept, 'line'> & { readonly line: string } {
  return failedChecks(value, CHECKS).length === 0;
}

/** What is to become of somebody who is due: undefined where it is their turn. */
export type Verdict = { readonly end: TriggeredEnd } | { readonly later: number } | undefined;

/** So long it is waited for a message that may be tried again, before that is looked at once more. */
const LOOK_AGAIN_MS = 60_000;

/**
 * Whether it is somebody's turn, by the rows of the messages before, the last one at the end. They may have gone
 * out later than was thought: then the next one is due later too.
 */
export function verdictOn(
  { step }: Pick<Triggered, 'step'>,
  { steps }: Pick<Campaign, 'steps'>,
  before: readonly (Item | undefined)[],
  now: number,
): Verdict {
  const wanted = steps[step - 1];
  if (wanted === undefined) return undefined;
  const last = before.at(-1);
  if (last !== undefined && isStillToSend(last)) return { later: now + LOOK_AGAIN_MS };
  const sentAt = last && wentOutAt(last);
  if (sentAt !== undefined && sentAt + wanted.delayMs > now) {
    return { later: sentAt + wanted.delayMs };
  }
  const end = stepEnd(wanted, before);
  return end === undefined ? undefined : { end };
}

/** Of one whose answer was lost its statuses alone tell when that was. */
function wentOutAt(row: Item): number | undefined {
  const { sentAt, statuses } = toRecord(row);
  const [first] = statuses.map(({ at }) => at).toSorted((one, other) => one - other);
  return sentAt ?? first;
}

/** By whose times of day somebody gets something. */
export function zoneOf(
  { country }: Pick<PartLine, 'country'>,
  { timeZone }: Pick<Campaign, 'timeZone'>,
): string {
  return timeZone === 'recipient' ? country : ALL_ZONES;
}

/** Somebody once their turn is over, whatever came of it. */
export function afterTurn(
  before: Triggered,
  { steps }: Pick<Campaign, 'steps'>,
  at: number,
): Pick<Triggered, 'step' | 'dueAt' | 'ended'> {
  const next = steps[before.step];
  const step = before.step + 1;
  if (next === undefined) return { step, dueAt: before.dueAt, ended: 'through' };
  return { step, dueAt: at + next.delayMs };
}
