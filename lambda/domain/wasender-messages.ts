import { textOf } from './fields.ts';
import { memberOf } from './json-source.ts';
import { isPlaceholder, messageIdParts } from './message-claims.ts';
import { isRevocation, revocation } from './wasender-changes.ts';
import { messageType } from './wasender-content.ts';
import {
  contentId,
  idOf,
  keyed,
  type Told,
  type WasenderItem,
  writtenBy,
} from './wasender-item.ts';

export function message(item: WasenderItem, session: string): Told {
  const leaf = item.leaf.value;
  const key = memberOf(leaf, 'key');
  const id = textOf(key, 'id');
  if (id !== undefined && isRevocation(leaf)) return revocation(item, session, id);
  const type = typeOf(leaf);
  return {
    ...keyed(item, session),
    ...writtenBy(key),
    type,
    id: id === undefined ? contentId(item, session) : idOf(session, key, id, type),
  };
}

/** Some releases tell a text beside the message alone. */
function typeOf(leaf: unknown): string {
  const type = messageType(memberOf(leaf, 'message'));
  // Beside a stub the text is WhatsApp's own, such as that one has to wait.
  const hasText = textOf(leaf, 'messageBody') !== undefined && !hasStub(leaf);
  return isPlaceholder(type) && hasText ? 'text' : type;
}

function hasStub(leaf: unknown): boolean {
  return (textOf(leaf, 'messageStubType') ?? '0') !== '0';
}

/** The business's own message, which `messages.upsert` announces as well; not if it could not be sent. */
export function sentMessage(item: WasenderItem, session: string): Told {
  const leaf = item.leaf.value;
  const id = textOf(leaf, 'key', 'id');
  const isSent = textOf(leaf, 'success') !== 'false' && id !== undefined;
  const type = typeOf(leaf);
  const ids = { provider: 'wasender', channel: session, direction: 'outbound' } as const;
  return {
    ...keyed(item, session),
    kind: 'echo',
    type,
    direction: 'outbound',
    id: isSent ? messageIdParts(ids, id, type) : contentId(item, session),
  };
}
