import {
  accountGroup,
  type ContactNames,
  contactGroup,
  digest,
  type StatusUpdate,
  type WebhookEvent,
} from '../../events/event.ts';
import { messageIdParts } from '../../events/message-identity.ts';
import { textOf } from '../../shared/json/fields.ts';
import { type JsonSource, memberOf } from '../../shared/json/json-source.ts';
import { addressOf, isOurs, namesOfKey } from './jid.ts';

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

/** The key of the message that an item is about: beside it, or the item itself. */
export function keyOfItem({ leaf }: WasenderItem): unknown {
  return memberOf(leaf.value, 'key') ?? leaf.value;
}

/** What the `key` of a message tells: its wamid, its chat, and who is in it. */
export function keyed(item: WasenderItem, session: string) {
  const key = keyOfItem(item);
  const address = addressOf(key);
  const wamid = address === undefined ? undefined : textOf(key, 'id');
  return {
    group:
      address === undefined ? accountGroup(session, item.name) : contactGroup(session, address),
    ...(wamid !== undefined && { wamid }),
    contact: namesOfKey(key),
  };
}

/** Announces the business's own messages alone. */
export const SENT_EVENT = 'message.sent';

/** A message's chat, and who wrote it. */
export function written(item: WasenderItem, session: string) {
  const isSent = item.name === SENT_EVENT;
  return { ...keyed(item, session), ...(isSent ? OURS : writtenBy(keyOfItem(item))) };
}

const OURS = { kind: 'echo', direction: 'outbound' } as const;

/** Who wrote a message, by its key. */
export function writtenBy(key: unknown) {
  return isOurs(key) ? OURS : ({ kind: 'message', direction: 'inbound' } as const);
}

type Writing = Pick<Told, 'direction' | 'contact'>;

/** Parts of the id of a message. */
export function idOf(
  session: string,
  { direction, contact }: Writing,
  id: string,
  type: string,
): readonly string[] {
  return messageIdParts({ provider: 'wasender', channel: session, direction, contact }, id, type);
}

/** Parts of the id of what changes a message: those of that message, and what tells the change. */
export function changeId(
  session: string,
  writing: Writing,
  changed: string,
  ...change: readonly string[]
): readonly string[] {
  return [...idOf(session, writing, changed, 'change'), ...change];
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
