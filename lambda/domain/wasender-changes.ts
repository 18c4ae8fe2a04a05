import { textOf } from './fields.ts';
import { isRecord, memberOf } from './json-source.ts';
import { isPlaceholder } from './message-claims.ts';
import { messageType } from './wasender-content.ts';
import {
  contentId,
  idOf,
  keyed,
  type Told,
  type WasenderItem,
  writtenBy,
} from './wasender-item.ts';
import { addressOf, namesOfKey } from './wasender-jid.ts';
import { messageOfItem } from './wasender-opened.ts';
import { UPDATE_EVENT } from './wasender-statuses.ts';

/** A reaction is a message, which `messages.upsert` announces as well: its own key is beside it. */
export function reaction(item: WasenderItem, session: string): Told {
  const own = memberOf(memberOf(item.leaf.value, 'reaction'), 'key');
  const { wamid: _, ...chat } = keyed(item, session);
  const wamid = isSameKey(own, memberOf(item.leaf.value, 'key')) ? undefined : textOf(own, 'id');
  const contact = addressOf(own) === undefined ? chat.contact : namesOfKey(own);
  const told = { ...chat, ...writtenBy(own), contact, type: 'reaction' };
  return wamid === undefined
    ? { ...told, id: contentId(item, session) }
    : { ...told, wamid, id: idOf(session, own, wamid, told.type) };
}

/** Some releases have the key of the message reacted to in both places: then it is not the reaction's. */
function isSameKey(one: unknown, other: unknown): boolean {
  return ['id', 'fromMe'].every((member) => textOf(one, member) === textOf(other, member));
}

/**
 * What came later of a message: its content, which a placeholder announced, or a change. An edit and
 * a deletion have the id of the message that they change, which is deleted once and edited often.
 */
export function laterContent(item: WasenderItem, session: string): Told | undefined {
  const key = memberOf(item.leaf.value, 'key');
  const update = memberOf(item.leaf.value, 'update');
  const id = textOf(key, 'id');
  if (item.name !== UPDATE_EVENT || id === undefined) return undefined;
  if (isRevocation(update)) return revocation(item, session, id);
  const told = { ...keyed(item, session), ...writtenBy(key) };
  const type = messageType(messageOfItem(item.leaf.value));
  // What became of our own message counts for more than its words, which its echo tells.
  const isStatus = told.kind === 'echo' && textOf(update, 'status') !== undefined;
  if (isPlaceholder(type) || isStatus) return undefined;
  if (type === 'revoke') return revocation(item, session, id);
  const isChange = type === 'edit' || type === 'protocol';
  return { ...told, type, id: isChange ? contentId(item, session) : idOf(session, key, id, type) };
}

/** A deletion that is told under the id of the message that it deletes. */
export function revocation(item: WasenderItem, session: string, id: string): Told {
  const key = memberOf(item.leaf.value, 'key');
  const told = { ...keyed(item, session), ...writtenBy(key), type: 'revoke' };
  return { ...told, id: [...idOf(session, key, id, told.type), told.type] };
}

/** Baileys' `REVOKE`: the content is gone. */
export function isRevocation(update: unknown): boolean {
  const stub = textOf(update, 'messageStubType');
  return (stub === '1' || stub === 'REVOKE') && !isRecord(memberOf(update, 'message'));
}
