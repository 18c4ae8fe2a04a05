import { ATTRIBUTES as A, STATUS_PREFIXES } from '../table/keys.ts';
import { isRecordKey, outgoingKeyOf } from '../table/outgoing-keys.ts';
import { markIn } from '../table/status-updates.ts';
import {
  type Item,
  keyOf,
  type StoredStatus,
  statusesOf,
  textIn,
  textOf,
} from '../table/stored-rows.ts';
import type { RowChange } from './row-change.ts';

/** Statuses that the row of their wamid has, and the row of our message may not have. */
export interface UntoldStatuses {
  readonly channel: string;
  readonly wamid: string;
  /** Of our message; undefined where no mark says it. */
  readonly id: string | undefined;
  /** Undefined where it is not known which there are. */
  readonly statuses: readonly StoredStatus[] | undefined;
}

/**
 * What a change leaves to be told to the row of one of our messages: statuses came without our mark, or
 * it became known which wamid the message has.
 *
 * Whichever of the two is written later finds the other.
 */
export function untoldStatuses({ before, after }: RowChange): UntoldStatuses | undefined {
  if (after === undefined || A.forgottenAt in after) return undefined;
  const wamid = textIn(after, A.wamid);
  if (wamid === undefined || !isRecordKey(keyOf(after))) return undefined;
  const ours = outgoingKeyOf(keyOf(after));
  if (ours !== undefined) {
    const isNew = before === undefined || !(A.wamid in before);
    return isNew ? { ...ours, wamid, statuses: undefined } : undefined;
  }
  const statuses = unmarkedIn(after).filter(
    ({ name }) => before?.[`${STATUS_PREFIXES.time}${name}`] === undefined,
  );
  if (statuses.length === 0) return undefined;
  return { channel: textOf(after, A.channel), wamid, id: idOfMarks(after), statuses };
}

/** The statuses of a row that say nothing of ours. */
export function unmarkedIn(row: Item): readonly StoredStatus[] {
  return statusesOf(row).filter(({ detail = '' }) => markIn(detail) === undefined);
}

function idOfMarks(row: Item): string | undefined {
  return statusesOf(row)
    .map(({ detail = '' }) => markIn(detail)?.id)
    .find((id) => id !== undefined);
}
