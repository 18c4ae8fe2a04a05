import type { QueuedEvent } from '../events/envelope.ts';
import { claimsOf, lacksPhone } from '../events/message-claims.ts';
import { isByToken, type Place } from '../events/message-identity.ts';
import { kindOfName } from '../events/name-eras.ts';
import { holds, isPartitionFull } from '../shared/aws/condition.ts';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { batchGet } from './batch-table.ts';
import { ATTRIBUTES as A, INDEXES, namesPartition } from './keys.ts';
import { byKey, tableQueries } from './query-table.ts';
import { type Item, isClaim, keyOf, textIn, textOf } from './stored-rows.ts';
import { claimHandover, claimPut } from './writes.ts';

interface ClaimOptions {
  /** Whether the event may be the first that showed two names of the contact. */
  readonly showsNewLink: boolean;
  /** Of the claims, in seconds since 1970. */
  readonly expiresAt: number;
}

/** Makes an event the only one of its message. */
export interface MessageClaims {
  /**
   * Claims an event's message for it. Resolves with what it holds; undefined where another event has the
   * message, be it under another name or by another wamid.
   *
   * May be repeated: an event that was stored in part finds the claims in its own favour. The common
   * message has nothing to claim, and costs no call.
   */
  readonly claim: (
    event: QueuedEvent,
    options: ClaimOptions,
    signal: AbortSignal,
  ) => Promise<readonly Place[] | undefined>;
  /**
   * Of an event that cannot have its own key: has what it holds lead to whoever claimed that key. Rejects
   * where it did, so that the event is tried again: the other may have given way at the same moment.
   */
  readonly giveWay: (
    event: QueuedEvent,
    held: readonly Place[],
    options: Pick<ClaimOptions, 'expiresAt'>,
    signal: AbortSignal,
  ) => Promise<void>;
}

/** More than anybody has; the rest is not looked at. */
const MAX_PHONES = 10;

export function claimsTable(dynamodb: CallAws, TableName: string): MessageClaims {
  const { otherAt, phonesOf, isBefore } = claimReads(dynamodb, TableName);
  const { isClaimed, yieldTo } = claimWrites(dynamodb, TableName, otherAt);

  /** Whether the message is that of `owner`, to whom all leads then that the event would claim. */
  async function isLeftTo(owner: Place, places: readonly Place[], claim: Claim): Promise<boolean> {
    if (await isBefore(claim.event, owner, claim.signal)) return false;
    await yieldTo(owner, places, claim);
    return true;
  }

  async function isClaimedOrTaken(place: Place, others: readonly Place[], claim: Claim) {
    if (await isClaimed(place, claim)) return true;
    // Who fails at the first of all keys holds none.
    if (others.length === 0 && isByToken(place)) return false;
    const owner = await otherAt([place], claim.event, claim.signal);
    if (owner === undefined || (await isLeftTo(owner, others, claim))) return false;
    if (await isClaimed(place, { ...claim, holder: owner })) return true;
    throw new Contested();
  }

  async function claimAll(places: readonly Place[], claim: Claim) {
    for (const place of places) {
      const others = places.filter((other) => other !== place);
      if (!(await isClaimedOrTaken(place, others, claim))) return undefined;
    }
    return places;
  }

  return {
    claim: async (event, { showsNewLink, expiresAt }, signal) => {
      const phones = lacksPhone(event) ? await phonesOf(event, signal) : [];
      const { precedents, precedentsOfNewLink, places } = claimsOf(event, phones);
      const claim = { event, expiresAt, signal };
      if ((await otherAt(precedents, event, signal)) !== undefined) return undefined;
      const earlier = showsNewLink ? await otherAt(precedentsOfNewLink, event, signal) : undefined;
      const isOthers = earlier !== undefined && (await isLeftTo(earlier, places, claim));
      return isOthers ? undefined : await claimAll(places, claim);
    },
    giveWay: async (event, held, { expiresAt }, signal) => {
      if (held.every(isByToken)) return;
      const owner = await otherAt([ownKeyOf(event)], event, signal);
      if (owner === undefined) return;
      await yieldTo(owner, held, { event, expiresAt, signal });
      throw new Contested();
    },
  };
}

function claimReads(dynamodb: CallAws, TableName: string) {
  const reader = (signal: AbortSignal) => (operation: string, input: object) =>
    dynamodb(operation, input, signal);
  const rowsAt = (places: readonly Place[], signal: AbortSignal) =>
    batchGet(reader(signal), TableName, places, { isConsistent: true });

  return {
    /** Another event's row at any of these keys, be it expired or forgotten, or in whose favour a claim is. */
    otherAt: async (places: readonly Place[], event: QueuedEvent, signal: AbortSignal) => {
      if (places.length === 0) return undefined;
      const rows = await rowsAt(places, signal);
      return rows.map(ownerOf).find((owner) => !isSame(owner, ownKeyOf(event)));
    },
    /** The phones that links join with the event's BSUID. */
    phonesOf: async ({ channel, contact: { userId = '' } }: QueuedEvent, signal: AbortSignal) => {
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
    },
    /** Whether the event is stored, or another gave way to it, and `other` is not stored. */
    isBefore: async (event: QueuedEvent, other: Place, signal: AbortSignal) => {
      const own = ownKeyOf(event);
      const rows = await rowsAt([own, other], signal);
      const at = (place: Place) => rows.find((row) => isSame(keyOf(row), place));
      const [mine, others] = [at(own), at(other)];
      const isOtherStored = others !== undefined && !isClaim(others);
      return mine !== undefined && isSame(ownerOf(mine), own) && !isOtherStored;
    },
  };
}

function claimWrites(
  dynamodb: CallAws,
  TableName: string,
  otherAt: ReturnType<typeof claimReads>['otherAt'],
) {
  async function isClaimed(place: Place, claim: Claim): Promise<boolean> {
    const { event, expiresAt, signal, owner = ownKeyOf(event), holder = ownKeyOf(event) } = claim;
    const write = { TableName, ...claimPut(place, expiresAt, { owner, holder }) };
    try {
      return await holds(dynamodb('PutItem', write, signal));
    } catch (error) {
      if (!isPartitionFull(error)) throw error;
      // No other form gets in there from now on either. One that is there has the message.
      return (await otherAt([place], event, signal)) === undefined;
    }
  }

  return {
    isClaimed,
    /**
     * Has all that an event would claim lead to the row that has its message: whoever comes by these keys
     * finds it there, or is kept out. That row's own key is left to it. The event may have claimed it when it
     * knew fewer names of the contact: then it makes room.
     */
    yieldTo: async (owner: Place, places: readonly Place[], claim: Claim) => {
      const { event, expiresAt, signal } = claim;
      for (const place of places) {
        if (!isSame(place, owner)) {
          await isClaimed(place, { ...claim, owner });
          continue;
        }
        const put = claimHandover(place, expiresAt, { owner, holder: ownKeyOf(event) });
        await holds(dynamodb('PutItem', { TableName, ...put }, signal));
      }
    },
  };
}

/** Two forms of a message hold what the other needs. It is over when one of them is tried again. */
class Contested extends Error {
  override readonly name = 'ClaimContested';

  constructor() {
    super('another form of the message claimed a key that this one needs');
  }
}

/** A claim that an event makes, for itself or for the row that has its message. */
interface Claim {
  readonly event: QueuedEvent;
  readonly expiresAt: number;
  readonly signal: AbortSignal;
  readonly owner?: Place;
  readonly holder?: Place;
}

function ownKeyOf({ group, id }: QueuedEvent): Place {
  return { pk: group, sk: id };
}

function ownerOf(row: Item): Place {
  const group = textIn(row, A.claimGroup);
  return group === undefined ? keyOf(row) : { pk: group, sk: textOf(row, A.claimId) };
}

function isSame(one: Place, other: Place): boolean {
  return one.pk === other.pk && one.sk === other.sk;
}
