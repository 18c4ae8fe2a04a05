import { currentStatus } from '../events/status.ts';
import { ATTRIBUTES as A } from './keys.ts';
import { OUTGOING_STATES, type OutgoingState } from './outgoing-message.ts';
import { type Item, numberIn, type StoredStatus, statusesOf, textIn } from './stored-rows.ts';

/** Why the provider does not send a message, or did not. */
export interface SendError {
  /** Ours, by which it is decided what follows. */
  readonly class: string;
  /** The provider's. */
  readonly code?: string | undefined;
  /** In the provider's words. */
  readonly text?: string | undefined;
}

/** What became of a message: what we did, and what its statuses told. */
export interface OutgoingRecord {
  /** Undefined where nothing is known but by statuses. */
  readonly state: OutgoingState | undefined;
  /** When that came about; earlier releases did not keep it. */
  readonly stateAt: number | undefined;
  readonly attempt: number | undefined;
  readonly claimedAt: number | undefined;
  /** Of one that waits for another try: when that may be, in ms since 1970. */
  readonly retryAt: number | undefined;
  readonly wamid: string | undefined;
  readonly sentAt: number | undefined;
  readonly error: SendError | undefined;
  readonly statuses: readonly StoredStatus[];
}

export function toRecord(item: Item): OutgoingRecord {
  const errorClass = textIn(item, A.errorClass);
  return {
    state: OUTGOING_STATES.find((state) => state === textIn(item, A.state)),
    stateAt: numberIn(item, A.stateAt),
    attempt: numberIn(item, A.attempt),
    claimedAt: numberIn(item, A.claimedAt),
    retryAt: numberIn(item, A.retryAt),
    wamid: textIn(item, A.wamid),
    sentAt: numberIn(item, A.sentAt),
    error:
      errorClass === undefined
        ? undefined
        : { class: errorClass, code: textIn(item, A.errorCode), text: textIn(item, A.errorText) },
    statuses: statusesOf(item),
  };
}

/** States that a status of the name shows. */
const BY_STATUS: Readonly<Record<string, OutgoingState>> = {
  accepted: 'sent',
  sent: 'sent',
  failed: 'failed',
  delivered: 'delivered',
  read: 'read',
  played: 'read',
};

/**
 * The state of a message.
 *
 * What the provider tells by a status is right, whatever we know or do not know of what we did.
 */
export function stateOf(
  record: Pick<OutgoingRecord, 'state' | 'statuses'> | undefined,
): OutgoingState {
  if (record === undefined) return 'queued';
  const status = currentStatus(record.statuses.map(({ name }) => name));
  return (status === undefined ? undefined : BY_STATUS[status]) ?? record.state ?? 'sent';
}
