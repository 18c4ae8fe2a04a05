import { digest, statusGroup } from '../../events/event.ts';
import { millisOf, present, textOf } from '../../shared/json/fields.ts';
import { personNamed } from './names.ts';
import { groupOf, type MetaScope, type Particulars } from './scope.ts';

/** The `type` of a status that tells what became of a message; mostly there is none. */
const MESSAGE_STATUS = 'message';

/** What became of a message, of a call, or of what a message asked for (a payment): all come as `statuses`. */
export function status(leaf: unknown, scope: MetaScope): Particulars | undefined {
  const wamid = textOf(leaf, 'id');
  const name = textOf(leaf, 'status');
  if (wamid === undefined || name === undefined) return undefined;
  const member = personNamed(
    textOf(leaf, 'recipient_participant_id'),
    textOf(leaf, 'recipient_participant_user_id'),
  );
  const participant = member.names.userId ?? member.names.phone;
  const recipient = recipientOf(leaf);
  const common = {
    type: name,
    direction: 'outbound',
    wamid,
    contact: isOfGroup(leaf) ? { ...member.names, ...recipient.names } : recipient.names,
    links: [...recipient.links, ...member.links],
  } as const;
  const of = textOf(leaf, 'type') ?? MESSAGE_STATUS;
  const group = groupOf(scope, recipient.names, wamid);
  if (of === 'call') {
    return { ...common, kind: 'call', group, id: [scope.channel, wamid, name] };
  }
  if (of !== MESSAGE_STATUS) {
    // What else is told of a message is no status of it: several transactions may have one name.
    const content = digest([scope.part.content]);
    const id = [scope.channel, wamid, of, name, content];
    return { ...common, kind: 'account', type: of, direction: 'inbound', group, id };
  }
  const { account, displayPhoneNumber } = scope;
  const detail = detailOf(scope);
  return {
    ...common,
    kind: 'status',
    group: statusGroup(scope.channel, wamid),
    id: [scope.channel, wamid, name, ...(participant === undefined ? [] : [participant])],
    status: { name, account, ...present({ participant, detail, displayPhoneNumber }) },
  };
}

/** An event of a call. It is ordered with its contact, whoever called. */
export function call(leaf: unknown, scope: MetaScope): Particulars | undefined {
  const wamid = textOf(leaf, 'id');
  if (wamid === undefined) return undefined;
  const event = textOf(leaf, 'event') ?? 'unknown';
  const isOutbound = textOf(leaf, 'direction') === 'BUSINESS_INITIATED';
  const { names, links } = isOutbound
    ? personNamed(textOf(leaf, 'to'), textOf(leaf, 'to_user_id'))
    : personNamed(textOf(leaf, 'from'), textOf(leaf, 'from_user_id'));
  return {
    kind: 'call',
    type: event,
    direction: isOutbound ? 'outbound' : 'inbound',
    group: groupOf(scope, names, wamid),
    id: [scope.channel, wamid, event],
    wamid,
    contact: names,
    links,
  };
}

/** The person, or of a group chat the chat alone. */
function recipientOf(leaf: unknown) {
  return isOfGroup(leaf)
    ? { names: present({ chatId: textOf(leaf, 'recipient_id') }), links: [] }
    : personNamed(textOf(leaf, 'recipient_id'), textOf(leaf, 'recipient_user_id'));
}

function isOfGroup(leaf: unknown): boolean {
  return textOf(leaf, 'recipient_type') === 'group';
}

/** Members of a status that the row keeps elsewhere, once for all statuses of the message. */
const KEPT_ON_ROW = new Set([
  'id',
  'status',
  'timestamp',
  'recipient_id',
  'recipient_user_id',
  'recipient_type',
]);

/**
 * Source of what else the status says: errors, pricing, whatever providers add, and a time that could
 * not be taken as it was told.
 */
function detailOf({ part, occurredAt }: MetaScope): string | undefined {
  if (part.leaf.members === undefined) return part.leaf.text;
  const isTimeKept = millisOf(part.leaf.value, 'timestamp') === occurredAt;
  const members = [...part.leaf.members]
    .filter(([key]) => !KEPT_ON_ROW.has(key) || (key === 'timestamp' && !isTimeKept))
    .map(([key, value]) => `${JSON.stringify(key)}:${value.text}`);
  if (part.contact !== undefined) members.push(`"contacts":[${part.contact.text}]`);
  return members.length === 0 ? undefined : `{${members.join(',')}}`;
}
