import type { ContactNames, IdentityLink, WebhookEvent } from './event.ts';
import { digest } from './event.ts';
import { present, textOf } from './fields.ts';
import { messageIdParts } from './message-claims.ts';
import { personNamed } from './meta-names.ts';
import { groupOf, type MetaScope, type Particulars } from './meta-scope.ts';
import { linkOf, nameOf } from './naming.ts';

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
  const { names, links } = personNamed(textOf(leaf, 'to'), textOf(leaf, 'to_user_id'));
  const contact = { ...names, ...present({ chatId: textOf(leaf, 'group_id') }) };
  return {
    kind: 'echo',
    ...told(leaf, scope, contact, 'outbound'),
    links,
  };
}

/**
 * A message from before the channel was connected.
 *
 * Its media follows later under the same wamid, hence the content in its id.
 */
export function historyMessage(leaf: unknown, scope: MetaScope): Particulars {
  const thread = scope.part.around.at(-1);
  const { names, links } = threadPerson(thread, leaf);
  const contact = { ...names, ...present({ chatId: textOf(leaf, 'group_id') }) };
  const isOutbound = textOf(leaf, 'to') !== undefined || textOf(leaf, 'to_user_id') !== undefined;
  const { wamid = '', ...rest } = told(leaf, scope, contact, isOutbound ? 'outbound' : 'inbound');
  return {
    kind: 'history',
    ...rest,
    ...(wamid !== '' && { wamid }),
    id: [scope.channel, wamid, digest([scope.part.content])],
    links,
  };
}

/** The other end of a thread; where the thread does not tell it, who wrote. */
function threadPerson(thread: unknown, leaf: unknown) {
  const phones = [textOf(thread, 'id'), textOf(thread, 'context', 'wa_id')];
  const userIds = [textOf(thread, 'context', 'user_id')];
  return personNamed(
    phones.some((name) => name !== undefined) ? phones : textOf(leaf, 'from'),
    userIds.some((name) => name !== undefined) ? userIds : textOf(leaf, 'from_user_id'),
  );
}

function told(
  leaf: unknown,
  scope: MetaScope,
  contact: ContactNames,
  direction: WebhookEvent['direction'],
) {
  const wamid = textOf(leaf, 'id');
  const type = textOf(leaf, 'type') ?? 'unknown';
  const facts = { provider: 'meta', channel: scope.channel, direction } as const;
  return {
    type,
    direction,
    group: groupOf(scope, contact, wamid),
    contact,
    ...(wamid !== undefined && { wamid, id: messageIdParts(facts, wamid, type) }),
  };
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
