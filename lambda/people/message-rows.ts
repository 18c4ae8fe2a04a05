import { contactGroup } from '../events/event.ts';
import {
  contentClaim,
  historyClaim,
  inChats,
  messageIds,
  placeholderClaims,
} from '../events/message-identity.ts';
import { otherWamids } from '../events/wamid.ts';
import { rowId, type TableReader } from '../table/reader-table.ts';
import { sentPlaces } from '../table/sent-message.ts';
import type { RowKey, SentMessage, StoredEvent } from '../table/stored-rows.ts';

/** What the table has of one message. */
export interface MessageRows {
  /** As it was received, or as the business's other devices told it. */
  readonly event: StoredEvent | undefined;
  /** As its statuses tell it, in one row or, of earlier releases, in several. */
  readonly sent: readonly SentMessage[];
}

/**
 * Finds the rows of a message, whoever wrote it, by any wamid that names it: Meta calls one message by
 * another user in a reply than in its own webhook, and by the other side.
 *
 * @param names of the contact, as far as they are known
 */
export async function messageRows(
  table: Pick<TableReader, 'rows'>,
  { channel, wamid }: { readonly channel: string; readonly wamid: string },
  names: readonly string[],
): Promise<MessageRows> {
  const wamids = [wamid, ...otherWamids(wamid, names, 'either')];
  const own = names.flatMap((name) => keysIn(name, channel, wamids));
  const claimed = [...own, ...claimsOf(channel, wamid, names)];
  const { events, messages, claims } = await table.rows([
    ...claimed,
    ...sentPlaces(channel, wamids),
  ]);
  const sent = [...messages.values()];
  const [event] = events.values();
  if (event !== undefined || claims.size === 0) return { event, sent };
  const owners = claimed.flatMap((claim) => claims.get(rowId(claim)) ?? []);
  const found = await table.rows(owners);
  const best = owners.map((owner) => found.events.get(rowId(owner)));
  return { event: best.find((owner) => owner !== undefined), sent };
}

/** The best first: the message itself, what the history told of it, then what told that it is there. */
function claimsOf(channel: string, wamid: string, names: readonly string[]): readonly RowKey[] {
  const all = (['inbound', 'outbound'] as const).map((direction) => ({
    ...{ channel, direction, wamid },
  }));
  const inEach = all.flatMap((facts) => inChats(facts, names));
  return [
    ...inEach.map(contentClaim),
    ...all.map(historyClaim),
    ...inEach.flatMap(placeholderClaims),
  ];
}

function keysIn(name: string, channel: string, wamids: readonly string[]): readonly RowKey[] {
  const pk = contactGroup(channel, name);
  return wamids.flatMap((wamid) => messageIds(channel, wamid, name)).map((sk) => ({ pk, sk }));
}
