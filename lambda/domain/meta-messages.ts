import type { ContactNames, IdentityLink, WebhookEvent } from './event.ts';
import { digest } from './event.ts';
import { phoneOf, present, textOf } from './fields.ts';
import { messageIdParts } from './message-claims.ts';
import { groupOf, type MetaScope, type Particulars } from './meta-scope.ts';
import { linkOf, nameOf } from './naming.ts';

/** A message of a contact. Groups and ids are the message's own, whatever else is in the webhook. */
export function inboundMessage(leaf: unknown, scope: MetaScope): Particulars {
  const named = present({
    phone: phoneOf(leaf, 'from'),
    userId: textOf(leaf, 'from_user_id'),
    chatId: textOf(leaf, 'group_id'),
  });
  const contact = nameOf(named) === undefined ? soleContact(scope) : named;
  return {
    kind: 'message',
    ...told(leaf, scope, contact, 'inbound'),
    links: [...linkOf('same', named.phone, named.userId), ...numberChange(leaf)],
  };
}

/** A message that the business typed in the WhatsApp Business app. */
export function echo(leaf: unknown, scope: MetaScope): Particulars {
  const contact = present({
    phone: phoneOf(leaf, 'to'),
    userId: textOf(leaf, 'to_user_id'),
    chatId: textOf(leaf, 'group_id'),
  });
  return {
    kind: 'echo',
    ...told(leaf, scope, contact, 'outbound'),
    links: linkOf('same', contact.phone, contact.userId),
  };
}

/**
 * A message from before the channel was connected.
 *
 * Its media follows later under the same wamid, hence the content in its id.
 */
export function historyMessage(leaf: unknown, scope: MetaScope): Particulars {
  const thread = scope.part.around.at(-1);
  const contact = present({
    phone: phoneOf(thread, 'id') ?? phoneOf(thread, 'context', 'wa_id') ?? phoneOf(leaf, 'from'),
    userId: textOf(thread, 'context', 'user_id') ?? textOf(leaf, 'from_user_id'),
    chatId: textOf(leaf, 'group_id'),
  });
  const isOutbound = textOf(leaf, 'to') !== undefined || textOf(leaf, 'to_user_id') !== undefined;
  const { wamid = '', ...rest } = told(leaf, scope, contact, isOutbound ? 'outbound' : 'inbound');
  return {
    kind: 'history',
    ...rest,
    ...(wamid !== '' && { wamid }),
    id: [scope.channel, wamid, digest([scope.part.content])],
    links: linkOf('same', contact.phone, contact.userId),
  };
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
  return present({ phone: phoneOf(contact, 'wa_id'), userId: textOf(contact, 'user_id') });
}

/** A `system` message tells a contact's new number or BSUID. */
function numberChange(leaf: unknown): IdentityLink[] {
  const phone = phoneOf(leaf, 'system', 'wa_id') ?? phoneOf(leaf, 'system', 'new_wa_id');
  const userId = textOf(leaf, 'system', 'user_id');
  return [
    ...linkOf('became', phoneOf(leaf, 'from'), phone),
    ...linkOf('became', textOf(leaf, 'from_user_id'), userId),
    ...linkOf('same', phone, userId),
  ];
}
