import { isText, isWhole } from '../shared/json/checks.ts';
import { keptJson } from '../shared/json/kept-json.ts';

/** That a campaign has messages for a lane, among what waits there. */
export interface CampaignMark {
  /** Of the campaign. */
  readonly id: string;
  /** Of the start that put it: who removes an earlier one's leaves it. */
  readonly start: number;
  /** When the first of its people may get something, in ms since 1970. */
  readonly dueAt: number;
}

type Marked = Omit<CampaignMark, 'dueAt'>;

const kept = keptJson<Marked>(
  { what: 'mark of a campaign', version: 1 },
  { id: isText, start: isWhole },
);

export function writeMark({ id, start }: CampaignMark): string {
  return kept.write({ id, start });
}

/** Throws on what `writeMark` did not write, naming the members at fault. */
export const readMarkOf = kept.read;
