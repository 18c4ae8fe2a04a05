import type { ContactNames, IdentityLink, WebhookEvent } from '../../events/event.ts';
import { digest } from '../../events/event.ts';
import { messageIdParts } from '../../events/message-identity.ts';
import { linkOf, nameOf } from '../../events/naming.ts';
import { phoneOf, present, textOf } from '../../shared/json/fields.ts';
import { memberOf } from '../../shared/json/json-source.ts';
import { personNamed } from './names.ts';
import { groupOf, type MetaScope, type Particulars } from './scope.ts';

/** A message of a contact. Groups and ids are the message's own, whatever else is in the webhook. */
export function inboundMessage(leaf: unknown, scope: MetaScope): Particulars {
  const sender = personNamed(textOf(leaf, 'from'), textOf(leaf, 'from_user_id'));
  const named = { ...sender.names, ...present({ chatId: textOf(leaf, 'group_id') }) };
  const contact = nameOf(named) === undefined ? soleContact(scope) : named;
  return {
    kind: 'message',
    ...told(leaf, scope, contact, 'inbound'),
    links: [...sender.links, ...numberChange(leaf)],
  };
}

/** A message that the business typed in the WhatsApp Business app. */
export function echo(leaf: unknown, scope: MetaScope): Particulars {
  const chatId = textOf(leaf, 'group_id');
  const to = [textOf(leaf, 'to')].filter((name) => name !== chatId);
  const { names, links } = personNamed(to, textOf(leaf, 'to_user_id'));
  const contact = { ...names, ...present({ chatId }) };
  return {
    kind: 'echo',
    ...told(leaf, scope, contact, 'outbound'),
    links,
  };
}

/**
 * A message from before the channel was connected.
 *
 * Its media follows later under the same wamid, hence the content in its id; of tellings with content the
 * table keeps the first.
 */
export function historyMessage(leaf: unknown, scope: MetaScope): Particulars {
  const thread = scope.part.around.at(-1);
  const isOutbound = isOurs(leaf, scope);
  const { names, links } = threadPerson(thread, leaf, isOutbound);
  const contact = { ...names, ...present({ chatId: textOf(leaf, 'group_id') }) };
  const { wamid = '', ...rest } = told(leaf, scope, contact, isOutbound ? 'outbound' : 'inbound');
  return {
    kind: 'history',
    ...rest,
    ...(wamid !== '' && { wamid }),
    id: [scope.channel, wamid, digest([scope.part.content])],
    links,
  };
}

/** Whether the business wrote it: then it goes to somebody, or comes from the number itself. */
function isOurs(leaf: unknown, { displayPhoneNumber }: MetaScope): boolean {
  if (textOf(leaf, 'to') !== undefined || textOf(leaf, 'to_user_id') !== undefined) return true;
  const number = displayPhoneNumber?.replace(/\D/g, '');
  return number !== undefined && number !== '' && phoneOf(leaf, 'from') === number;
}

/** The other end of a thread, never the group chat; where the thread does not tell it, that of the message. */
function threadPerson(thread: unknown, leaf: unknown, isOutbound: boolean) {
  const chatId = textOf(leaf, 'group_id');
  const named = [textOf(thread, 'id'), textOf(thread, 'context', 'wa_id')];
  const phones = named.filter((name) => name !== undefined && name !== chatId);
  const userId = textOf(thread, 'context', 'user_id');
  const end = isOutbound ? 'to' : 'from';
  return personNamed(
    phones.length > 0 ? phones : textOf(leaf, end),
    userId ?? textOf(leaf, `${end}_user_id`),
  );
}

/**
 * What says why there is no content, and has none, is what Meta calls `unsupported`, under whatever type.
 * So is an answer whose body Meta leaves out: what is to be said of that stands beside it.
 */
function typeOf(leaf: unknown): string {
  const type = textOf(leaf, 'type') ?? 'unknown';
  const errors = memberOf(leaf, 'errors');
  const isLeftOut = type === 'interactive' || (Array.isArray(errors) && errors.length > 0);
  return isLeftOut && memberOf(leaf, type) === undefined ? 'unsupported' : type;
}

function told(
  leaf: unknown,
  scope: MetaScope,
  contact: ContactNames,
  direction: WebhookEvent['direction'],
) {
  const wamid = textOf(leaf, 'id');
  const type = typeOf(leaf);
  const facts = { provider: 'meta', channel: scope.channel, direction } as const;
  return {
    type,
    direction,
    group: groupOf(scope, contact, wamid),
    contact,
    ...(wamid !== undefined && { wamid, id: idOf(leaf, scope, facts, wamid, type) }),
  };
}

/** An edit and a deletion that come under the id of what they change are messages of their own. */
function idOf(
  leaf: unknown,
  { part }: MetaScope,
  facts: Parameters<typeof messageIdParts>[0],
  wamid: string,
  type: string,
): readonly string[] {
  const parts = messageIdParts(facts, wamid, type);
  const isOfItself = textOf(leaf, type, 'original_message_id') === wamid;
  return isOfItself ? [...parts, type, digest([part.content])] : parts;
}

function soleContact({ part }: MetaScope): ContactNames {
  const contact = part.contact?.value;
  return personNamed(textOf(contact, 'wa_id'), textOf(contact, 'user_id')).names;
}

/** A `system` message tells a contact's new number or BSUID. */
function numberChange(leaf: unknown): IdentityLink[] {
  const before = personNamed(textOf(leaf, 'from'), textOf(leaf, 'from_user_id')).names;
  const after = personNamed(
    [textOf(leaf, 'system', 'wa_id'), textOf(leaf, 'system', 'new_wa_id')],
    textOf(leaf, 'system', 'user_id'),
  );
  return [
    ...linkOf('became', before.phone, after.names.phone),
    ...linkOf('became', before.userId, after.names.userId),
    ...after.links,
  ];
}
