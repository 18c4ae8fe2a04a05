import { ATTRIBUTES as A } from '../table/keys.ts';
import type { OutgoingState } from '../table/outgoing-message.ts';
import { stateOf, toRecord } from '../table/outgoing-record.ts';
import type { Item } from '../table/stored-rows.ts';
import type { Step } from './campaign.ts';

/**
 * Why somebody gets no next step.
 *
 * - `replied`: they answered a message of the campaign
 * - `not_sent`: the step before did not go out to them
 * - all others: what the condition of the step rules out
 */
export type StepEnd = 'replied' | 'not_sent' | 'read' | 'not_read' | 'not_delivered';

const WENT_OUT: readonly OutgoingState[] = ['sent', 'held', 'delivered', 'read'];
const ARRIVED: readonly OutgoingState[] = ['delivered', 'read'];

/**
 * Whether somebody gets a step, by the rows of those before it, the last one at the end; undefined where they
 * do. It is asked when the step is due: much may have come of the others by then.
 */
export function stepEnd(
  { condition }: Pick<Step, 'condition'>,
  before: readonly (Item | undefined)[],
): StepEnd | undefined {
  if (before.some((row) => row !== undefined && A.repliedAt in row)) return 'replied';
  const last = before.at(-1);
  const state = last && !(A.forgottenAt in last) ? stateOf(toRecord(last)) : undefined;
  if (state === undefined || !WENT_OUT.includes(state)) return 'not_sent';
  return unmet(condition, state);
}

function unmet(condition: Step['condition'], state: OutgoingState): StepEnd | undefined {
  switch (condition) {
    case 'read':
      return state === 'read' ? undefined : 'not_read';
    case 'not_read':
      return state === 'read' ? 'read' : undefined;
    case 'delivered':
      return ARRIVED.includes(state) ? undefined : 'not_delivered';
    case 'no_reply':
      return undefined;
  }
}

const NOT_YET: readonly OutgoingState[] = ['queued', 'sending'];

/** Whether the message before a step may still go out: nobody knows yet when the step is due. */
export function isStillToSend(before: Item): boolean {
  return !(A.forgottenAt in before) && NOT_YET.includes(stateOf(toRecord(before)));
}

const NEVER: readonly OutgoingState[] = ['failed', 'cancelled', 'expired'];

/**
 * From when on somebody may get a step, in ms since 1970, by the row of the one before it; undefined where they
 * never will. Of what is not known yet it is asked again when the step is due.
 *
 * @param now when everybody has had the one before, be it that nobody knows when it went out
 */
export function stepDueAt(
  { delayMs }: Pick<Step, 'delayMs'>,
  before: Item,
  now: number,
): number | undefined {
  if (A.forgottenAt in before) return undefined;
  const record = toRecord(before);
  if (NEVER.includes(stateOf(record))) return undefined;
  return (record.sentAt ?? now) + delayMs;
}
