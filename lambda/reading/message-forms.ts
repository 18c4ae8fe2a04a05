import { kindOfId } from '../events/conversation.ts';
import {
  claimPartition,
  claimRank,
  contentClaim,
  contentPlaces,
  historyClaim,
  isOfChat,
  isPlaceholder,
  messageIdOf,
  namedPlaces,
  placeholderClaims,
} from '../events/message-identity.ts';
import { otherWamids } from '../events/wamid.ts';
import { rowId, type TableReader } from '../table/reader-table.ts';
import { sentPlaces } from '../table/sent-message.ts';
import type { RowKey, SentMessage, StoredEvent } from '../table/stored-rows.ts';

/** Where the statuses are of what the business wrote. */
export function messageKeysOf(
  { sk, channel, direction, wamid }: StoredEvent,
  names: readonly string[],
): readonly RowKey[] {
  const isSent = kindOfId(sk) === 'echo' || kindOfId(sk) === 'history';
  if (wamid === undefined || direction !== 'outbound' || !isSent) return [];
  return sentPlaces(channel, [wamid, ...otherWamids(wamid, names)]);
}

/** Where further statuses of a sent message may be, as earlier releases kept them. */
export function otherSentPlaces(
  { pk, channel, wamid }: SentMessage,
  names: readonly string[],
): readonly RowKey[] {
  const places = sentPlaces(channel, [wamid, ...otherWamids(wamid, names)]);
  return places.filter((place) => place.pk !== pk);
}

/** Where the echo of a sent message may be, what the history tells of it, and the claims of both. */
export function echoKeysOf(message: SentMessage, groups: readonly string[]): readonly RowKey[] {
  const { provider, channel, wamid, recipient } = message;
  const facts = { provider, channel, wamid, direction: 'outbound', contact: recipient } as const;
  // In a group chat it was known without that in earlier releases.
  const ids = new Set([facts, { ...facts, contact: {} }].map((each) => messageIdOf(each, wamid)));
  return [
    ...[contentClaim(facts), historyClaim(facts), ...placeholderClaims(facts)],
    ...groups.flatMap((pk) => [...ids].map((sk) => ({ pk, sk }))),
  ];
}

/** Where the content of a message is that an event tells from the history, or without its content. */
export function laterFormsOf(event: StoredEvent, names: readonly string[]): readonly RowKey[] {
  const { sk, type, wamid } = event;
  const isLater = kindOfId(sk) === 'history' || isPlaceholder(type);
  if (wamid === undefined || !isLater) return [];
  return contentPlaces({ ...event, wamid, contact: {} }, names);
}

/** Where the same message may be once more, since nothing joined two names of its contact when it came. */
export function doublesOf(event: StoredEvent, names: readonly string[]): readonly RowKey[] {
  const { pk, sk, type, wamid } = event;
  const kind = kindOfId(sk);
  const isMessage = (kind === 'message' || kind === 'echo') && !isPlaceholder(type);
  if (wamid === undefined || !isMessage) return [];
  const places = namedPlaces({ ...event, wamid, contact: {} }, names);
  // An edit or a deletion under the id of its message has an id of its own, and is known by that.
  const isItself = places.some((place) => place.sk === sk);
  return isItself ? places.filter((place) => place.pk !== pk || place.sk !== sk) : [];
}

/** The placeholders whose message the history told with its content. */
export async function replacedPlaceholders(
  events: readonly StoredEvent[],
  table: Pick<TableReader, 'claimsIn'>,
): Promise<ReadonlySet<string>> {
  const found = await Promise.all(
    events.map(async (event) => {
      const { type, wamid } = event;
      if (wamid === undefined || !isPlaceholder(type)) return [];
      const claims = await table.claimsIn(claimPartition({ ...event, wamid }));
      // Another chat may have a message of the same id.
      const ofIt = claims.filter(
        (claim) => claim.owner.pk === event.pk || !(isOfChat(claim) || event.chat !== undefined),
      );
      return ofIt.some((claim) => claimRank(claim) > 0) ? [rowId(event)] : [];
    }),
  );
  return new Set(found.flat());
}
