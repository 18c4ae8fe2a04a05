import {
  type ContactNames,
  contactGroup,
  digest,
  eventId,
  type Provider,
  type WebhookEvent,
} from './event.ts';
import { tokenOf, userOfWamid, wamidFor } from './wamid.ts';

/** Key of a row. */
export interface Place {
  readonly pk: string;
  readonly sk: string;
}

/** What an event says of a message, or who is looked for. */
export type MessageFacts = Pick<WebhookEvent, 'provider' | 'channel' | 'direction'> & {
  readonly wamid: string;
  readonly contact: ContactNames;
};

/** Tell of a message without its content, which may come later under the same wamid. */
const PLACEHOLDERS = new Set(['placeholder', 'unsupported', 'media_placeholder']);

/** Whether a message of this type has no content: then it is not the same as one that has. */
export function isPlaceholder(type: string): boolean {
  return PLACEHOLDERS.has(type);
}

/** Parts of the id of a message that has content, or of one that lacks it. */
export function messageIdParts(
  { provider, channel, direction }: Pick<MessageFacts, 'provider' | 'channel' | 'direction'>,
  wamid: string,
  type: string,
): readonly string[] {
  return [
    channel,
    ...(provider === 'meta' ? [] : [String(direction === 'outbound')]),
    wamid,
    ...(isPlaceholder(type) ? ['placeholder'] : []),
  ];
}

/** Id of a message that has content: an echo, where the business wrote it. */
export function messageIdOf(
  facts: Pick<MessageFacts, 'provider' | 'channel' | 'direction'>,
  wamid: string,
): string {
  const kind = facts.direction === 'outbound' ? 'echo' : 'message';
  return eventId(kind, messageIdParts(facts, wamid, 'text'));
}

/** The ids that a message or an echo may have of which the wamid is known; history is known by its content. */
export function messageIds(channel: string, wamid: string): readonly string[] {
  return PROVIDERS.flatMap((provider) =>
    DIRECTIONS.map((direction) => messageIdOf({ provider, channel, direction }, wamid)),
  );
}

const PROVIDERS = ['meta', 'wasender'] as const satisfies readonly Provider[];
const DIRECTIONS = ['inbound', 'outbound'] as const;

/** Partition of all that claims one message, be it by what name: by its token and who wrote it. */
export function claimPartition({
  channel,
  direction,
  wamid,
}: Pick<MessageFacts, 'channel' | 'direction' | 'wamid'>): string {
  return `claims.${digest([channel, direction, tokenOf(wamid)])}`;
}

/** Sort key of the claim of whoever brought the content. */
const CONTENT_CLAIM = 'content';

const PLACEHOLDER_CLAIM = 'placeholder#';

/** Sort key of the claim of whoever brought the content in the history, however often it is told there. */
const HISTORY_CLAIM = 'history';

/** Sort key of the claim of a placeholder, one under all wamids; or of a message in the history. */
export function laterClaim({ kind, type }: Pick<WebhookEvent, 'kind' | 'type'>): string {
  if (!isPlaceholder(type)) return HISTORY_CLAIM;
  return `${PLACEHOLDER_CLAIM}${kind === 'history' ? 'history' : 'live'}`;
}

/** What a claim is for: a reader takes content before history, and a placeholder only where there is neither. */
export function claimRank({ sk }: Pick<Place, 'sk'>): number {
  if (sk === CONTENT_CLAIM) return 2;
  return sk.startsWith(PLACEHOLDER_CLAIM) ? 0 : 1;
}

/** Where the claim on a message's content is, if it is one that can come under other names. */
export function contentClaim(facts: Pick<MessageFacts, 'channel' | 'direction' | 'wamid'>): Place {
  return { pk: claimPartition(facts), sk: CONTENT_CLAIM };
}

/**
 * Where a message with content lies, or is claimed, by what is known of it.
 *
 * @param names of the contact, beyond those that the message has
 */
export function contentPlaces(
  facts: MessageFacts,
  names: readonly string[] = [],
): readonly Place[] {
  return [contentClaim(facts), ...namedPlaces(facts, names)];
}

/** The same, without the claim by its token. */
export function namedPlaces(facts: MessageFacts, names: readonly string[] = []): readonly Place[] {
  const { provider, channel, wamid, contact } = facts;
  const user = provider === 'meta' ? userOfWamid(wamid) : undefined;
  const all = distinct([...namesIn(contact), ...names, ...(user === undefined ? [] : [user])]);
  return all.flatMap((name) =>
    distinct([wamid, (user && wamidFor(wamid, name)) ?? wamid]).map((each) => ({
      pk: contactGroup(channel, name),
      sk: messageIdOf(facts, each),
    })),
  );
}

/** The key that a message of Meta has, or another form of it claims, where it is told by a name of the contact. */
export function placeFor(
  facts: Pick<MessageFacts, 'provider' | 'channel' | 'direction' | 'wamid'>,
  name: string,
): Place {
  const { channel, wamid } = facts;
  return {
    pk: contactGroup(channel, name),
    sk: messageIdOf(facts, wamidFor(wamid, name) ?? wamid),
  };
}

/** Where the claim of the history on a message is. */
export function historyClaim(facts: Pick<MessageFacts, 'channel' | 'direction' | 'wamid'>): Place {
  return { pk: claimPartition(facts), sk: HISTORY_CLAIM };
}

/** Where the claims of what told of a message without its content are. */
export function placeholderClaims(
  facts: Pick<MessageFacts, 'channel' | 'direction' | 'wamid'>,
): readonly Place[] {
  const pk = claimPartition(facts);
  return ['live', 'history'].map((scope) => ({ pk, sk: `${PLACEHOLDER_CLAIM}${scope}` }));
}

function namesIn({ chatId, userId, lid, phone }: ContactNames): readonly string[] {
  return [chatId, userId, lid, phone].filter((name) => name !== undefined);
}

export function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
