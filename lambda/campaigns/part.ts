import type { Recipient } from '../providers/recipient.ts';
import { isRecord, memberOf } from '../shared/json/json-source.ts';
import { isOfferedAgain, type OfferedAgain } from '../table/campaign-recipient.ts';
import type { Cursor } from './cursor.ts';

/** One recipient of a campaign, as its check found them: a line of a part. */
export interface PartLine {
  /** Of the recipients' file, from 1 on. */
  readonly row: number;
  readonly to: Recipient;
  /** Which of the campaign's variants they get, from 0 on. */
  readonly variant: number;
  /** `components` of the template of each step, the first message's first: what Meta's API takes. */
  readonly components: readonly (readonly object[])[];
  /** What a message costs, in millionths of the currency's unit. */
  readonly micros: number;
  /** Two letters, by number or BSUID; `ZZ` where it has none. */
  readonly country: string;
  /** Of the rounds of steps, and where one of those failed: which step that is. @default 0 */
  readonly step?: number;
  /** Of what is offered again: what came before. */
  readonly again?: OfferedAgain;
}

/**
 * Where a part lies, in a bucket of campaigns: lines of JSON, in the order of their rows. A line of
 * spaces is of somebody who was forgotten.
 */
export function partKey(campaign: string, check: string, zone: string, track: number): string {
  return `campaigns/${campaign}/${check}/${zone}/${track}`;
}

/** Where the part lies that a cursor is of. */
export function partKeyOf(
  campaign: string,
  check: string,
  { zone, track, round }: Pick<Cursor, 'zone' | 'track' | 'round'>,
): string {
  return partKey(campaign, roundName(check, round), zone, track);
}

/** What parts of a round have in the place of their check, by which their messages name them. */
export function roundName(check: string, round = 0): string {
  return round === 0 ? check : `${check}.${round}`;
}

/** Where the file of a campaign's recipients lies, in the same bucket. */
export function uploadKey(campaign: string): string {
  return `uploads/${campaign}`;
}

/** Where the rows are listed that get nothing, as CSV. */
export function refusalsKey(campaign: string, check: string): string {
  return `campaigns/${campaign}/${check}/refusals.csv`;
}

/** Of all recipients where time zones do not matter. */
export const ALL_ZONES = 'all';

/** Without the line's end. */
export function writePartLine(line: PartLine): string {
  const { row, to, variant, components, micros, country, step = 0, again } = line;
  const { kind, name } = to;
  const short = {
    ...{ r: row, t: name },
    ...(kind !== 'phone' && { k: kind }),
    ...(variant > 0 && { v: variant }),
    ...{ c: components, m: micros, z: country },
    ...(step > 0 && { s: step }),
    ...(again !== undefined && { a: again }),
  };
  return JSON.stringify(short);
}

/** Undefined for somebody who was forgotten. Throws on what `writePartLine` did not write. */
export function readPartLine(line: string): PartLine | undefined {
  if (line.trim() === '') return undefined;
  const json: unknown = JSON.parse(line);
  const row = memberOf(json, 'r');
  const name = memberOf(json, 't');
  const kind = memberOf(json, 'k') ?? 'phone';
  const variant = memberOf(json, 'v') ?? 0;
  const components = memberOf(json, 'c');
  const micros = memberOf(json, 'm');
  const country = memberOf(json, 'z');
  const step = memberOf(json, 's') ?? 0;
  const again = memberOf(json, 'a');
  const isWhole =
    typeof row === 'number' &&
    typeof name === 'string' &&
    (kind === 'phone' || kind === 'userId' || kind === 'group') &&
    typeof variant === 'number' &&
    isComponents(components) &&
    typeof micros === 'number' &&
    typeof country === 'string' &&
    typeof step === 'number' &&
    (again === undefined || isOfferedAgain(again));
  if (!isWhole) throw new Error(`a line of a part that is none, of row ${String(row)}`);
  return {
    ...{ row, to: { kind, name }, variant, components, micros, country },
    ...(step > 0 && { step }),
    ...(again !== undefined && { again }),
  };
}

function isComponents(value: unknown): value is readonly (readonly object[])[] {
  return Array.isArray(value) && value.every((one) => Array.isArray(one) && one.every(isRecord));
}
