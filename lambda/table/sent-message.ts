import { messageGroup, statusGroup } from '../events/event.ts';
import { MESSAGE_SORT_KEY } from './keys.ts';
import type { RowKey, SentMessage, StoredStatus } from './stored-rows.ts';

/**
 * Where the statuses of a message may be: in one row by its token. Earlier releases had one for each
 * wamid under which they came.
 */
export function sentPlaces(channel: string, wamids: readonly string[]): readonly RowKey[] {
  const groups = wamids.flatMap((wamid) => [
    statusGroup(channel, wamid),
    messageGroup(channel, wamid),
  ]);
  return [...new Set(groups)].map((pk) => ({ pk, sk: MESSAGE_SORT_KEY }));
}

/** One message of what several rows tell of it; undefined where there are none. */
export function mergedMessage(rows: readonly SentMessage[]): SentMessage | undefined {
  const [first, ...others] = rows.toSorted((one, other) => (isBefore(one, other) ? -1 : 1));
  return first && others.reduce(merged, first);
}

/** Whether a row of a message stands for it rather than another row of the same message. */
export function isBefore(one: SentMessage, other: SentMessage): boolean {
  return one.at === other.at ? one.pk < other.pk : one.at < other.at;
}

function merged(one: SentMessage, other: SentMessage): SentMessage {
  return {
    ...one,
    account: one.account ?? other.account,
    displayPhoneNumber: one.displayPhoneNumber ?? other.displayPhoneNumber,
    recipient: { ...other.recipient, ...one.recipient },
    statuses: mergedStatuses([...one.statuses, ...other.statuses]),
  };
}

/** Each status once, as of when it was told first. One row may have what another leaves out. */
export function mergedStatuses(statuses: readonly StoredStatus[]): readonly StoredStatus[] {
  const byName = new Map<string, StoredStatus>();
  for (const status of statuses.toSorted((one, other) => one.at - other.at)) {
    const known = byName.get(status.name);
    byName.set(status.name, known === undefined ? status : withDetail(known, status));
  }
  return [...byName.values()];
}

function withDetail(one: StoredStatus, other: StoredStatus): StoredStatus {
  const isTold = one.detail !== undefined || one.payloadKey !== undefined;
  return isTold ? one : { ...one, detail: other.detail, payloadKey: other.payloadKey };
}
