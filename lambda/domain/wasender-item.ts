import {
  accountGroup,
  type ContactNames,
  contactGroup,
  digest,
  type StatusUpdate,
  type WebhookEvent,
} from './event.ts';
import { textOf } from './fields.ts';
import { type JsonSource, memberOf } from './json-source.ts';
import { messageIdParts } from './message-claims.ts';
import { addressOf, namesOfKey } from './wasender-jid.ts';

/** One item of a webhook's `data`. */
export interface WasenderItem {
  readonly name: string;
  readonly timestamp: unknown;
  readonly leaf: JsonSource;
  /** Source of the item, without secrets. */
  readonly content: string;
  /** Source of the whole webhook around that item alone. */
  readonly payload: string;
}

/** What an event of WasenderApi is, as far as the form of its webhook does not matter. */
export type Told = Pick<WebhookEvent, 'kind' | 'type' | 'direction' | 'group'> & {
  readonly id: readonly string[];
  readonly wamid?: string;
  readonly contact: ContactNames;
  readonly status?: StatusUpdate;
};

/** What the `key` of a message tells: its wamid, its chat, and who is in it. */
export function keyed({ leaf, name }: WasenderItem, session: string) {
  const key = memberOf(leaf.value, 'key') ?? leaf.value;
  const address = addressOf(key);
  const wamid = address === undefined ? undefined : textOf(key, 'id');
  return {
    group: address === undefined ? accountGroup(session, name) : contactGroup(session, address),
    ...(wamid !== undefined && { wamid }),
    contact: namesOfKey(key),
  };
}

/** How releases write that a message is the business's own. */
const IS_OURS = new Set(['true', '1']);

/** Who wrote a message, by its key. */
export function writtenBy(key: unknown) {
  return IS_OURS.has(textOf(key, 'fromMe') ?? '')
    ? ({ kind: 'echo', direction: 'outbound' } as const)
    : ({ kind: 'message', direction: 'inbound' } as const);
}

export function idOf(session: string, key: unknown, id: string, type: string): readonly string[] {
  const { direction } = writtenBy(key);
  return messageIdParts({ provider: 'wasender', channel: session, direction }, id, type);
}

export function contentId(item: WasenderItem, session: string): readonly string[] {
  const time = textOf(item, 'timestamp') ?? '';
  return [session, item.name, digest([item.content]), time];
}

export function otherEvent(item: WasenderItem, session: string): Told {
  return {
    ...keyed(item, session),
    kind: 'account',
    type: textOf(item, 'name') ?? 'unknown',
    direction: 'inbound',
    id: contentId(item, session),
  };
}
