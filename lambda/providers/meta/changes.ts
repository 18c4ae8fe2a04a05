import { accountGroup, contactGroup } from '../../events/event.ts';
import { linkOf, nameOf } from '../../events/naming.ts';
import { textOf } from '../../shared/json/fields.ts';
import { personNamed } from './names.ts';
import type { MetaScope, Particulars } from './scope.ts';

/** A contact's BSUID was replaced, as it is when the person changes number. */
export function userIdUpdate(leaf: unknown, scope: MetaScope): Particulars | undefined {
  const current = textOf(leaf, 'user_id', 'current');
  if (current === undefined) return undefined;
  const { names, links } = personNamed(textOf(leaf, 'wa_id'), current);
  return {
    kind: 'account',
    type: scope.field,
    group: contactGroup(scope.channel, current),
    contact: names,
    links: [...linkOf('became', textOf(leaf, 'user_id', 'previous'), current), ...links],
  };
}

/** A contact's choice, such as to get no more marketing. */
export function contactChange(leaf: unknown, scope: MetaScope): Particulars {
  return changeOf(scope, textOf(leaf, 'wa_id'), textOf(leaf, 'user_id'));
}

/** An entry of the WhatsApp Business app's address book. */
export function stateSync(leaf: unknown, scope: MetaScope): Particulars {
  return changeOf(
    scope,
    textOf(leaf, 'contact', 'phone_number'),
    textOf(leaf, 'contact', 'user_id'),
  );
}

/** A group chat was made, changed, or got other participants. */
export function groupChange(leaf: unknown, scope: MetaScope): Particulars | undefined {
  const chatId = textOf(leaf, 'group_id');
  if (chatId === undefined) return undefined;
  const group = contactGroup(scope.channel, chatId);
  return { kind: 'account', type: scope.field, group, contact: { chatId } };
}

function changeOf(
  scope: MetaScope,
  phone: string | undefined,
  userId: string | undefined,
): Particulars {
  const { names: contact, links } = personNamed(phone, userId);
  const name = nameOf(contact);
  const group =
    name === undefined
      ? accountGroup(scope.account, scope.field)
      : contactGroup(scope.channel, name);
  return {
    kind: 'account',
    type: scope.field,
    group,
    contact,
    links,
  };
}
