import { type Check, failedChecks, isText, isWhole } from '../shared/json/checks.ts';
import { readVersioned, writeVersioned } from '../shared/json/versioned.ts';

/** That a campaign has messages for a lane, among what waits there. */
export interface CampaignMark {
  /** Of the campaign. */
  readonly id: string;
  /** Of the start that put it: who removes an earlier one's leaves it. */
  readonly start: number;
  /** When the first of its people may get something, in ms since 1970. */
  readonly dueAt: number;
}

const KEPT = { what: 'mark of a campaign', version: 1 };

export function writeMark({ id, start }: CampaignMark): string {
  return writeVersioned(KEPT, { id, start });
}

/** Throws on what `writeMark` did not write, naming the members at fault. */
export function readMarkOf(text: string): Omit<CampaignMark, 'dueAt'> {
  const mark = readVersioned(KEPT, text);
  if (isMark(mark)) return mark;
  throw new Error(`no mark of a campaign, by ${failedChecks(mark, MARK).join(', ')}`);
}

const MARK = { id: isText, start: isWhole } satisfies Record<
  keyof Omit<CampaignMark, 'dueAt'>,
  Check
>;

function isMark(value: object): value is Omit<CampaignMark, 'dueAt'> {
  return failedChecks(value, MARK).length === 0;
}
