import { soleAddress } from '../../events/chat.ts';
import { digest } from '../../events/event.ts';
import { isPlaceholder } from '../../events/message-identity.ts';
import { millisOf, textOf } from '../../shared/json/fields.ts';
import { isRecord, memberOf } from '../../shared/json/json-source.ts';
import { itemType, messageType } from './content.ts';
import {
  changeId,
  contentId,
  idOf,
  keyed,
  keyOfItem,
  type Told,
  type WasenderItem,
  written,
  writtenBy,
} from './item.ts';
import { addressOf, isOurs, namesOfKey } from './jid.ts';
import { bodyOfItem, messageOfItem, type OpenedMessage, openMessage } from './opened.ts';
import { UPDATE_EVENT } from './statuses.ts';

/** A reaction is a message, which `messages.upsert` announces as well: its own key is beside it. */
export function reaction(item: WasenderItem, session: string): Told {
  const key = memberOf(item.leaf.value, 'key');
  const own = memberOf(memberOf(item.leaf.value, 'reaction'), 'key');
  const { wamid: changed, ...chat } = keyed(item, session);
  const contact = addressOf(own) === undefined ? chat.contact : namesOfKey(own);
  const told = { ...chat, ...writtenBy(own), contact, type: 'reaction' };
  const wamid = textOf(own, 'id');
  // Some releases have the key of the message reacted to in both places: then it is not the reaction's.
  if (wamid !== undefined && wamid !== textOf(key, 'id')) {
    return { ...told, wamid, id: idOf(session, told, wamid, told.type) };
  }
  if (changed === undefined) return { ...told, id: contentId(item, session) };
  const reacted = [String(isOurs(key)), ...reactionParts(item.leaf.value, contact)];
  return {
    ...told,
    id: changeId(session, { ...told, contact: chat.contact }, changed, ...reacted),
  };
}

/** What tells a reaction that has no id of its own: its emoji, when it was, and in a group whose it is. */
function reactionParts(leaf: unknown, contact: Told['contact']): readonly string[] {
  const emoji = textOf(leaf, 'reaction', 'text') ?? '';
  const at = millisOf(leaf, 'reaction', 'senderTimestampMs') ?? millisOf(leaf, 'messageTimestamp');
  const who = soleAddress(contact) === undefined ? undefined : (contact.lid ?? contact.phone);
  return ['reaction', emoji, String(at ?? ''), ...(who === undefined ? [] : [who])];
}

/**
 * What came later of a message: its content, which a placeholder announced, or a change. An edit and
 * a deletion have the id of the message that they change, which is deleted once and edited often.
 */
export function laterContent(item: WasenderItem, session: string): Told | undefined {
  const leaf = item.leaf.value;
  const id = textOf(leaf, 'key', 'id');
  if (item.name !== UPDATE_EVENT || id === undefined) return undefined;
  const told = written(item, session);
  const type = itemType(leaf);
  // What became of our own message counts for more than its words, which its echo tells.
  const isStatus = told.kind === 'echo' && textOf(leaf, 'update', 'status') !== undefined;
  if (isStatus && deletedIn(item) === undefined) return undefined;
  const change = changeIn(item, session);
  if (change !== undefined) return change;
  return isPlaceholder(type) ? undefined : { ...told, type, id: idOf(session, told, id, type) };
}

/** What a message changes of another one or of its chat; undefined where it says something itself. */
export function changeIn(item: WasenderItem, session: string): Told | undefined {
  const deleted = deletedIn(item);
  if (deleted !== undefined) return revocation(item, session, deleted);
  const opened = openMessage(messageOfItem(item.leaf.value));
  if (opened?.isEdit) return edit(item, session, opened);
  return itemType(item.leaf.value) === 'system' ? note(item, session) : undefined;
}

/** A deletion, by whichever event it is told: once of each message. */
export function revocation(item: WasenderItem, session: string, deleted: string): Told {
  const told = { ...written(item, session), type: 'revoke' };
  return { ...told, id: changeId(session, told, deleted, told.type) };
}

/** The id of the message that is deleted: beside a stub its own key's. */
function deletedIn({ leaf, name }: WasenderItem): string | undefined {
  const { value } = leaf;
  const own = textOf(value, 'key', 'id');
  if (isRevocation(value) || isRevocation(memberOf(value, 'update'))) return own;
  const message = messageOfItem(value);
  if (messageType(message) !== 'revoke') return undefined;
  const deleted = textOf(openMessage(message)?.content, 'key', 'id');
  return deleted ?? (name === UPDATE_EVENT ? own : undefined);
}

/** Baileys' `REVOKE`: the content is gone. */
function isRevocation(update: unknown): boolean {
  if (isRecord(memberOf(update, 'message'))) return false;
  const stub = textOf(update, 'messageStubType');
  return stub === '1' || stub === 'REVOKE' || textOf(update, 'isDeleted') === 'true';
}

/** An edit, by whichever event it is told: by what the message says from then on, and from when. */
function edit(item: WasenderItem, session: string, opened: OpenedMessage): Told {
  const leaf = item.leaf.value;
  const told = { ...written(item, session), type: 'edit' };
  const own = textOf(keyOfItem(item), 'id');
  const edited = opened.edited ?? (item.name === UPDATE_EVENT ? own : undefined);
  if (edited === undefined) {
    const id = own === undefined ? contentId(item, session) : idOf(session, told, own, told.type);
    return { ...told, id };
  }
  const at =
    opened.editedAt ??
    millisOf(leaf, 'update', 'messageTimestamp') ??
    millisOf(leaf, 'messageTimestamp');
  // One event counts in seconds, the other in milliseconds.
  const second = at === undefined ? '' : String(Math.floor(at / 1000));
  const words = wordsOf(opened.content) ?? bodyOfItem(leaf) ?? item.content;
  return { ...told, id: changeId(session, told, edited, told.type, second, digest([words])) };
}

/** All that can be edited is words: a text, or what stands below a file. */
function wordsOf(content: unknown): string | undefined {
  return [content, memberOf(content, 'text'), memberOf(content, 'caption')].find(
    (words) => typeof words === 'string',
  );
}

/** What happened to a chat, such as a setting that was changed: nobody said it, so that it is no message. */
function note(item: WasenderItem, session: string): Told {
  const { kind: _, ...told } = { ...written(item, session), type: 'system' };
  const own = textOf(keyOfItem(item), 'id');
  if (own === undefined) return { ...told, kind: 'account', id: contentId(item, session) };
  // Beside an update stands the id of another message, to which much may happen.
  const which = item.name === UPDATE_EVENT ? [digest([item.content])] : [];
  return {
    ...told,
    kind: 'account',
    id: changeId(session, told, own, told.type, ...which),
  };
}
