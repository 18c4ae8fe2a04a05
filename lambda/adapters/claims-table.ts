import type { QueuedEvent } from '../domain/envelope.ts';
import { claimsOf, lacksPhone, type Place } from '../domain/message-claims.ts';
import { kindOfName } from '../domain/name-eras.ts';
import type { CallAws } from './aws-json.ts';
import { batchGet } from './batch-get.ts';
import { holds } from './condition.ts';
import { keyOf, textIn } from './stored-rows.ts';
import { byKey, tableQueries } from './table-queries.ts';
import { ATTRIBUTES as A, INDEXES, namesPartition } from './table-rows.ts';
import { claimPut } from './table-writes.ts';

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
  /** Whether a row is at any of these keys, be it expired, forgotten or a claim. */
  async function isAnyTaken(places: readonly Place[], signal: AbortSignal): Promise<boolean> {
    if (places.length === 0) return false;
    const rows = await batchGet(reader(signal), TableName, places, { isConsistent: true });
    return rows.length > 0;
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

  const reader = (signal: AbortSignal) => (operation: string, input: object) =>
    dynamodb(operation, input, signal);

  async function claimAll(
    places: readonly Place[],
    event: QueuedEvent,
    options: ClaimOptions,
    signal: AbortSignal,
  ) {
    for (const place of places) {
      const write = { TableName, ...claimPut(place, event, options.expiresAt) };
      if (!(await holds(dynamodb('PutItem', write, signal)))) return false;
    }
    return true;
  }

  return async (event, options, signal) => {
    const phones = lacksPhone(event) ? await phonesOf(event, signal) : [];
    const { precedents, precedentsOfNewLink, places } = claimsOf(event, phones);
    const earlier = options.showsNewLink ? [...precedents, ...precedentsOfNewLink] : precedents;
    if (await isAnyTaken(earlier, signal)) return false;
    return claimAll(places, event, options, signal);
  };
}
