import type { Campaign } from '../../campaigns/campaign.ts';
import type { Cursor } from '../../campaigns/cursor.ts';
import { type PartLine, partKeyOf, writePartLine } from '../../campaigns/part.ts';
import { timeZonesOf } from '../../campaigns/zones.ts';
import type { CheckPlace, Findings } from './findings-table.ts';
import type { GrowingTexts } from './s3-growing-texts.ts';

/** Of one zone, track and round. */
interface RoundPart {
  readonly zone: string;
  readonly track: number;
  readonly round: number;
  lines: number;
  notBefore: number;
}

/** Parts of rounds after the first one, which grow as people are found for them. */
export interface RoundParts {
  /**
   * Adds somebody to a round, in the zone and track of their part. Resolves, or returns, when there is room for more.
   *
   * @param notBefore in ms since 1970: nobody of the part gets anything before the last of these
   */
  readonly add: (
    line: PartLine,
    place: { readonly cursor: Cursor; readonly round: number; readonly notBefore: number },
  ) => Promise<void> | undefined;
  /** How many were added to a round. */
  readonly linesIn: (round: number) => number;
  /** Stores the parts, and then cursors at their beginnings in the place of those of an earlier search. */
  readonly store: (place: CheckPlace, signal: AbortSignal) => Promise<void>;
}

export function roundParts(
  campaign: Campaign,
  texts: GrowingTexts,
  { putCursors }: Pick<Findings, 'putCursors'>,
): RoundParts {
  const parts = new Map<string, RoundPart>();
  return {
    add: (line, { cursor: { zone, track }, round, notBefore }) => {
      const name = `${round}/${zone}/${track}`;
      const part = parts.get(name) ?? { zone, track, round, lines: 0, notBefore: 0 };
      parts.set(name, part);
      part.lines += 1;
      part.notBefore = Math.max(part.notBefore, notBefore);
      return texts.add(name, `${writePartLine(line)}\n`);
    },
    linesIn: (round) =>
      [...parts.values()]
        .filter((part) => part.round === round)
        .reduce((sum, { lines }) => sum + lines, 0),
    store: async (place, signal) => {
      await texts.store((name) => {
        const part = parts.get(name);
        if (part === undefined) throw new Error(`a text that is of no part, ${name}`);
        return partKeyOf(campaign.id, campaign.check?.id ?? '', part);
      }, signal);
      const sizes = texts.sizes();
      const cursors = [...parts].map(([name, part]) =>
        cursorOf(campaign, part, sizes.get(name) ?? 0),
      );
      await putCursors(place, cursors, signal);
    },
  };
}

function cursorOf(campaign: Campaign, part: RoundPart, bytes: number): Cursor {
  return {
    ...{ ...part, bytes, timeZones: timeZonesOf(part.zone, campaign) },
    ...{ done: 0, offset: 0, hours: {}, passed: {}, isOver: false, movedAt: 0 },
  };
}
