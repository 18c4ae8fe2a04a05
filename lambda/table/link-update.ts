import type { QueuedEvent } from '../events/envelope.ts';
import type { IdentityLink } from '../events/event.ts';
import { ATTRIBUTES as A, linkSortKey, namesPartition } from './keys.ts';
import { FORGOTTEN_BEFORE, type PlacedUpdate, placedUpdate } from './placed-update.ts';
import { setKnown, setOnce, textValue } from './update-expression.ts';
import { rowKey } from './writes.ts';

/** Records that two names are one contact's, found from either of them, since the earliest event. */
export function linkUpdate(
  event: QueuedEvent,
  link: IdentityLink,
  expiresAt: number,
): PlacedUpdate {
  const key = rowKey(namesPartition(event.channel, link.from), linkSortKey(link.relation, link.to));
  const assignments = [
    ...setKnown({ [A.linkFrom]: link.from, [A.linkTo]: link.to }),
    setOnce(A.timelinePk, textValue(namesPartition(event.channel, link.to))),
  ];
  const options = { following: [A.seenAt], condition: FORGOTTEN_BEFORE };
  return placedUpdate(key, { occurredAt: event.occurredAt, expiresAt }, assignments, options);
}
