import { contactGroup, messageGroup } from '../domain/event.ts';
import { claimRank, contentClaims, historyClaim, messageIds } from '../domain/message-claims.ts';
import { otherWamids } from '../domain/wamid.ts';
import type { RowKey, SentMessage, StoredEvent } from './stored-rows.ts';
import { rowId, type TableReader } from './table-reader.ts';
import { MESSAGE_SORT_KEY } from './table-rows.ts';

/** What the table has of one message. */
export interface MessageRows {
  /** As it was received, or as the business's other devices told it. */
  readonly event: StoredEvent | undefined;
  /** As its statuses tell it. */
  readonly sent: SentMessage | undefined;
}

/**
 * Finds the rows of a message with content, whoever wrote it, by any wamid that names it: Meta calls one
 * message by another user in a reply than in its own webhook, and by the other side.
 *
 * @param names of the contact, as far as they are known
 */
export async function messageRows(
  table: Pick<TableReader, 'rows'>,
  { channel, wamid }: { readonly channel: string; readonly wamid: string },
  names: readonly string[],
): Promise<MessageRows> {
  const wamids = [wamid, ...otherWamids(wamid, names, 'either')];
  const { events, messages, claims } = await table.rows([
    ...claimsOf(channel, wamid, names),
    ...wamids.map((each) => ({ pk: messageGroup(channel, each), sk: MESSAGE_SORT_KEY })),
    ...names.flatMap((name) => keysIn(name, channel, wamids)),
  ]);
  const [sent] = messages.values();
  const [event] = events.values();
  if (event !== undefined || claims.size === 0) return { event, sent };
  const owners = claimsOf(channel, wamid, names).flatMap((claim) => claims.get(rowId(claim)) ?? []);
  const claimed = await table.rows(owners);
  const best = owners.map((owner) => claimed.events.get(rowId(owner)));
  return { event: best.find((owner) => owner !== undefined), sent };
}

/** The best first: the message itself, then what the history told of it. */
function claimsOf(channel: string, wamid: string, names: readonly string[]): readonly RowKey[] {
  const claims = (['inbound', 'outbound'] as const).flatMap((direction) => {
    const facts = { channel, direction, wamid };
    return [...contentClaims(facts, names), historyClaim(facts)];
  });
  return claims.toSorted((one, other) => claimRank(other) - claimRank(one));
}

function keysIn(name: string, channel: string, wamids: readonly string[]): readonly RowKey[] {
  const pk = contactGroup(channel, name);
  return wamids.flatMap((wamid) => messageIds(channel, wamid, name)).map((sk) => ({ pk, sk }));
}
