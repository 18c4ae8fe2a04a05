import { accountGroup, eventId, type WebhookEvent } from '../../events/event.ts';
import { distinctLinks } from '../../events/naming.ts';
import { millisOf, pastTime, textOf } from '../../shared/json/fields.ts';
import type { Part } from '../webhook-split.ts';
import { contactChange, groupChange, stateSync, userIdUpdate } from './changes.ts';
import type { ErrorId } from './errors.ts';
import { echo, historyMessage, inboundMessage } from './messages.ts';
import { personNamed } from './names.ts';
import { call, status } from './reports.ts';
import { contentId, type MetaScope, type Particulars, type PartReader, scopeOf } from './scope.ts';

const readers = new Map<string, PartReader>([
  [
    'messages',
    (leaf, scope) => (scope.field === 'history' ? historyMessage : inboundMessage)(leaf, scope),
  ],
  ['message_echoes', echo],
  ['statuses', status],
  ['calls', call],
  ['user_id_update', userIdUpdate],
  ['user_preferences', contactChange],
  ['state_sync', stateSync],
  ['groups', groupChange],
]);

/** Says what one part of a webhook is: its group, its id, and whom it is about. */
export function metaEvent(part: Part, receivedAt: number, errorId: ErrorId): WebhookEvent {
  const scope = { ...scopeOf(part), occurredAt: timeOf(part, receivedAt) };
  const read = part.list === undefined ? undefined : readers.get(part.list);
  const { id, links, ...particulars } = read?.(part.leaf.value, scope) ?? accountEvent(scope);
  const ownId = part.list === 'errors' ? errorId : contentId;
  const contact = part.contact?.value;
  return {
    provider: 'meta',
    channel: scope.channel,
    direction: 'inbound',
    contact: {},
    ...particulars,
    id: eventId(particulars.kind, id ?? ownId(scope)),
    occurredAt: scope.occurredAt,
    receivedAt,
    links: distinctLinks([
      ...personNamed(textOf(contact, 'wa_id'), textOf(contact, 'user_id')).links,
      ...(links ?? []),
    ]),
    payload: part.payload,
  };
}

/** Of an address book entry the time is one level down, and of a change beside it. */
function timeOf({ leaf, around }: Part, receivedAt: number): number {
  const [, entry] = around;
  const told =
    millisOf(leaf.value, 'timestamp') ??
    millisOf(leaf.value, 'metadata', 'timestamp') ??
    millisOf(entry, 'time');
  return pastTime(told, receivedAt);
}

function accountEvent({ account, field }: MetaScope): Particulars {
  return { kind: 'account', type: field, group: accountGroup(account, field) };
}
