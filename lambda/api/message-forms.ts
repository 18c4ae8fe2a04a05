import type { RowKey, SentMessage, StoredEvent } from '../adapters/stored-rows.ts';
import { rowId, type TableReader } from '../adapters/table-reader.ts';
import { MESSAGE_SORT_KEY } from '../adapters/table-rows.ts';
import { kindOfId } from '../domain/conversation.ts';
import { messageGroup } from '../domain/event.ts';
import {
  claimPartition,
  claimRank,
  contentClaim,
  contentPlaces,
  historyClaim,
  isOfChat,
  isPlaceholder,
  messageIdOf,
} from '../domain/message-claims.ts';
import { otherWamids } from '../domain/wamid.ts';

/** Where the statuses of an echo are: under its wamid, or one for another name of the contact. */
export function messageKeysOf(
  { sk, provider, channel, direction, wamid }: StoredEvent,
  names: readonly string[],
): RowKey[] {
  const isSent = kindOfId(sk) === 'echo' || kindOfId(sk) === 'history';
  if (wamid === undefined || direction !== 'outbound' || !isSent) return [];
  const wamids = provider === 'meta' ? [wamid, ...otherWamids(wamid, names)] : [wamid];
  return wamids.map((each) => ({ pk: messageGroup(channel, each), sk: MESSAGE_SORT_KEY }));
}

/** Where the claims of a sent message's echo are, and of its history, whatever wamid that has. */
export function echoClaims({ channel, wamid, recipient }: SentMessage): readonly RowKey[] {
  const facts = { channel, wamid, direction: 'outbound', contact: recipient } as const;
  return [contentClaim(facts), historyClaim(facts)];
}

/** Where the echo of a sent message may be, or the claim of it. */
export function echoKeysOf(message: SentMessage, groups: readonly string[]): readonly RowKey[] {
  const { provider, channel, wamid, recipient } = message;
  // In a group chat it was known without that in earlier releases.
  const ids = [recipient, {}].map((contact) =>
    messageIdOf({ provider, channel, direction: 'outbound', contact }, wamid),
  );
  const places = groups.flatMap((pk) => [...new Set(ids)].map((sk) => ({ pk, sk })));
  return [...echoClaims(message), ...places];
}

/** Where the content of a message is that an event tells from the history, or without its content. */
export function laterFormsOf(event: StoredEvent, names: readonly string[]): readonly RowKey[] {
  const { sk, type, wamid } = event;
  const isLater = kindOfId(sk) === 'history' || isPlaceholder(type);
  if (wamid === undefined || !isLater) return [];
  const places = contentPlaces({ ...event, wamid, contact: {} }, names);
  return places.filter(({ pk, sk: id }) => pk !== event.pk || id !== sk);
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
