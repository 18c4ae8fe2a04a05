import { accountGroup, contactGroup, eventId, type WebhookEvent } from '../../events/event.ts';
import { linkOf } from '../../events/naming.ts';
import { millisOf, pastTime, textOf } from '../../shared/json/fields.ts';
import { memberOf } from '../../shared/json/json-source.ts';
import { laterContent, reaction, revocation } from './changes.ts';
import {
  contentId,
  keyOfItem,
  otherEvent,
  SENT_EVENT,
  type Told,
  type WasenderItem,
} from './item.ts';
import { isOurs, namesOfCall, namesOfEntry, namesOfJid } from './jid.ts';
import { message, sentMessage } from './messages.ts';
import { ownAct, statusEvent, statusOf, withTime } from './statuses.ts';

/** Events that all announce one message, which then comes as often as events are subscribed to. */
const MESSAGE_EVENTS = new Set([
  'messages.upsert',
  'messages.received',
  'messages-personal.received',
  'messages-group.received',
  'messages-newsletter.received',
]);

/** Events whose items each name a person, and no chat. */
const ADDRESS_BOOK = /^(contacts|lid-mapping)\./;

/** Says what one item of a webhook is: its group, its id, and whom it is about. */
export function wasenderEvent(
  item: WasenderItem,
  session: string,
  receivedAt: number,
): WebhookEvent {
  const told = tell(item, session);
  const { phone, lid } = ADDRESS_BOOK.test(item.name)
    ? namesOfEntry(item.leaf.value)
    : told.contact;
  const toldAt =
    millisOf(item.leaf.value, 'messageTimestamp') ??
    millisOf(item.leaf.value, 'update', 'messageTimestamp') ??
    millisOf(item, 'timestamp');
  const occurredAt = pastTime(toldAt, receivedAt);
  return {
    provider: 'wasender',
    channel: session,
    ...told,
    id: eventId(told.kind, told.id),
    ...(told.status !== undefined &&
      occurredAt !== toldAt && { status: withTime(told.status, item) }),
    occurredAt,
    receivedAt,
    links: linkOf('same', phone, lid),
    payload: item.payload,
  };
}

function tell(item: WasenderItem, session: string): Told {
  const leaf = item.leaf.value;
  if (MESSAGE_EVENTS.has(item.name)) return message(item, session);
  if (item.name === SENT_EVENT) return sentMessage(item, session);
  if (item.name === 'call' || item.name === 'call.received') return call(item, session);
  if (item.name === 'messages.reaction') return reaction(item, session);
  if (item.name === 'messages.delete') return deletion(item, session);
  const content = laterContent(item, session);
  if (content !== undefined) return content;
  const status = statusOf(item.name, leaf);
  const wamid = textOf(leaf, 'key', 'id');
  if (status === undefined || wamid === undefined) return otherEvent(item, session);
  return isOurs(memberOf(leaf, 'key'))
    ? statusEvent(item, session, wamid, status)
    : ownAct(item, session, wamid, status);
}

/** One of a whole chat names no message. */
function deletion(item: WasenderItem, session: string): Told {
  const deleted = textOf(keyOfItem(item), 'id');
  return deleted === undefined ? otherEvent(item, session) : revocation(item, session, deleted);
}

function call(item: WasenderItem, session: string): Told {
  const leaf = item.leaf.value;
  const id = textOf(leaf, 'id');
  const from = namesOfJid(textOf(leaf, 'from') ?? textOf(leaf, 'chatId'));
  const name = from.chatId ?? from.lid ?? from.phone;
  const event = textOf(leaf, 'status') ?? 'received';
  return {
    kind: 'call',
    type: event,
    direction: 'inbound',
    group: name === undefined ? accountGroup(session, 'call') : contactGroup(session, name),
    id: id === undefined ? contentId(item, session) : [session, id, event],
    ...(id !== undefined && { wamid: id }),
    contact: namesOfCall(leaf),
  };
}
