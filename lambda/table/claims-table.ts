import type { QueuedEvent } from '../events/envelope.ts';
import { claimsOf, lacksPhone } from '../events/message-claims.ts';
import type { Place } from '../events/message-identity.ts';
import { kindOfName } from '../events/name-eras.ts';
import { holds, isPartitionFull } from '../shared/aws/condition.ts';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { batchGet } from './batch-table.ts';
import { ATTRIBUTES as A, INDEXES, namesPartition } from './keys.ts';
import { byKey, tableQueries } from './query-table.ts';
import { type Item, keyOf, textIn, textOf } from './stored-rows.ts';
import { claimPut } from './writes.ts';

interface ClaimOptions {
  /** Whether the event may be the first that showed two names of the contact. */
  readonly showsNewLink: boolean;
  /** Of the claims, in seconds since 1970. */
  readonly expiresAt: number;
}

/**
 * Claims an event's message for it. Resolves with false where another event has it, be it under
 * another name or by another wamid.
 *
 * May be repeated: an event that was stored in part finds the claims in its own favour. The common
 * message has nothing to claim, and costs no call.
 */
export type ClaimMessage = (
  event: QueuedEvent,
  options: ClaimOptions,
  signal: AbortSignal,
) => Promise<boolean>;

/** More than anybody has; the rest is not looked at. */
const MAX_PHONES = 10;

export function claimsTable(dynamodb: CallAws, TableName: string): ClaimMessage {
  const reader = (signal: AbortSignal) => (operation: string, input: object) =>
    dynamodb(operation, input, signal);

  /** Another event's row at any of these keys, be it expired or forgotten, or in whose favour a claim is. */
  async function otherAt(places: readonly Place[], event: QueuedEvent, signal: AbortSignal) {
    if (places.length === 0) return undefined;
    const rows = await batchGet(reader(signal), TableName, places, { isConsistent: true });
    const own = { pk: event.group, sk: event.id };
    return rows.map(ownerOf).find((owner) => !isSame(owner, own));
  }

  /** The phones that links join with the event's BSUID. */
  async function phonesOf({ channel, contact: { userId = '' } }: QueuedEvent, signal: AbortSignal) {
    const { items } = await tableQueries(reader(signal), TableName).some({
      ...byKey(A.timelinePk, namesPartition(channel, userId)),
      IndexName: INDEXES.timeline,
      ScanIndexForward: false,
      Limit: MAX_PHONES,
    });
    const links = await batchGet(reader(signal), TableName, items.map(keyOf));
    return links
      .map((link) => textIn(link, A.linkFrom))
      .filter((name) => name !== undefined)
      .filter((name) => kindOfName(name) === 'phone');
  }

  async function isClaimed(place: Place, claim: Claim): Promise<boolean> {
    const { event, expiresAt, signal, owner } = claim;
    const write = { TableName, ...claimPut(place, event, expiresAt, owner) };
    try {
      return await holds(dynamodb('PutItem', write, signal));
    } catch (error) {
      if (!isPartitionFull(error)) throw error;
      // No other form gets in there from now on either. One that is there has the message.
      return (await otherAt([place], event, signal)) === undefined;
    }
  }

  async function claimAll(places: readonly Place[], claim: Claim): Promise<boolean> {
    for (const place of places) {
      if (await isClaimed(place, claim)) continue;
      const others = places.filter((other) => other !== place);
      if (others.length > 0) {
        await yieldTo(await otherAt([place], claim.event, claim.signal), others, claim);
      }
      return false;
    }
    return true;
  }

  /**
   * Has all that an event would claim lead to the row that has its message: whoever comes by these keys
   * finds it there, or is kept out.
   */
  async function yieldTo(owner: Place | undefined, places: readonly Place[], claim: Claim) {
    if (owner === undefined) return;
    for (const place of places) {
      // Its own key is for its row.
      if (!isSame(place, owner)) await isClaimed(place, { ...claim, owner });
    }
  }

  return async (event, { showsNewLink, expiresAt }, signal) => {
    const phones = lacksPhone(event) ? await phonesOf(event, signal) : [];
    const { precedents, precedentsOfNewLink, places } = claimsOf(event, phones);
    const claim = { event, expiresAt, signal };
    if ((await otherAt(precedents, event, signal)) !== undefined) return false;
    const earlier = showsNewLink ? await otherAt(precedentsOfNewLink, event, signal) : undefined;
    if (earlier === undefined) return claimAll(places, claim);
    await yieldTo(earlier, places, claim);
    return false;
  };
}

/** A claim that an event makes, for itself or for the row that has its message. */
interface Claim {
  readonly event: QueuedEvent;
  readonly expiresAt: number;
  readonly signal: AbortSignal;
  readonly owner?: Place;
}

function ownerOf(row: Item): Place {
  const group = textIn(row, A.claimGroup);
  return group === undefined ? keyOf(row) : { pk: group, sk: textOf(row, A.claimId) };
}

function isSame(one: Place, other: Place): boolean {
  return one.pk === other.pk && one.sk === other.sk;
}
