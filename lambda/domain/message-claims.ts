import {
  type ContactNames,
  contactGroup,
  digest,
  type EventKind,
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

/** What makes an event the only one of its message, whatever name or scope it came under. */
export interface Claims {
  /** Where the message may lie already: if any of these rows is there, the event adds nothing. */
  readonly precedents: readonly Place[];
  /** The same, to be looked at only where the event is the first to show two names of the contact. */
  readonly precedentsOfNewLink: readonly Place[];
  /** Keys that other forms of the message have, or claim too. They are claimed before its row is put. */
  readonly places: readonly Place[];
}

const NONE: Claims = { precedents: [], precedentsOfNewLink: [], places: [] };

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
function laterClaim({ kind, type }: Pick<ClaimingEvent, 'kind' | 'type'>): string {
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
  return all.flatMap((name) => [
    { pk: contactGroup(channel, name), sk: messageIdOf(facts, wamid) },
    ...(user === undefined ? [] : [placeFor(facts, name)]),
  ]);
}

/** The key that a message of Meta has, or another form of it claims, where it is told by a name of the contact. */
function placeFor(
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

type ClaimingEvent = Pick<
  WebhookEvent,
  'provider' | 'channel' | 'direction' | 'group' | 'id' | 'kind' | 'type' | 'contact' | 'wamid'
>;

/**
 * What must be claimed for an event, so that its message is stored once.
 *
 * The common message costs nothing: one of Meta's from a phone alone, whose wamid names that phone. Its
 * own key is what all other forms of it claim. Where a message can only be known by its token, there
 * is a row for that: all of WasenderApi's, of group chats, what the business itself sent, and whatever
 * has a wamid that cannot be read.
 *
 * All forms claim in one order, in which each has its own key last: by token, by phones, by BSUIDs. So of
 * two that come at once one goes on, whoever it is.
 *
 * @param phones of the contact, where the message itself names none
 */
export function claimsOf(event: ClaimingEvent, phones: readonly string[] = []): Claims {
  const { provider, kind, type, direction, id, wamid } = event;
  if (wamid === undefined || !MESSAGE_KINDS.has(kind)) return NONE;
  const facts = { ...event, wamid };
  if (kind === 'history' || isPlaceholder(type)) return laterForm(facts, phones);
  if (id !== messageIdOf(facts, wamid)) return NONE;
  if (provider === 'wasender' || direction === 'outbound') {
    return { ...NONE, places: [contentClaim(facts)] };
  }
  return scopedClaims(facts, phones);
}

const MESSAGE_KINDS: ReadonlySet<EventKind> = new Set(['message', 'echo', 'history']);

/** Adds nothing to a message that is there. Among its like it is one by its id, under whatever name. */
function laterForm(
  facts: MessageFacts & Pick<ClaimingEvent, 'kind' | 'type'>,
  phones: readonly string[],
): Claims {
  return {
    ...NONE,
    precedents: contentPlaces(facts, phones),
    places: [{ pk: claimPartition(facts), sk: laterClaim(facts) }],
  };
}

/**
 * Claims the keys that the message has where it comes from a phone alone, or by the user of its wamid; of a
 * group chat also where it comes without that.
 */
function scopedClaims(
  facts: MessageFacts & Pick<ClaimingEvent, 'group' | 'id'>,
  phones: readonly string[],
): Claims {
  const { group, id, wamid, contact } = facts;
  const { userId, phone, chatId } = contact;
  const user = userOfWamid(wamid);
  if (user === undefined) return { ...NONE, places: [contentClaim(facts)] };
  const ofUserId = userId === undefined ? [] : [userId];
  // No link shows two names of which one is in the wamid alone, so nobody would look for the other.
  const isUnseen = phone === undefined;
  const names = [...phonesIn(contact), ...phones, user, ...(isUnseen ? ofUserId : [])];
  const places = [
    ...(chatId === undefined ? [] : [contentClaim(facts)]),
    ...phonesFirst(distinct(names)).map((name) => placeFor(facts, name)),
  ];
  return {
    ...NONE,
    precedentsOfNewLink:
      isUnseen || user === userId ? [] : ofUserId.map((name) => placeFor(facts, name)),
    places: places.filter(({ pk, sk }) => pk !== group || sk !== id),
  };
}

function phonesFirst(names: readonly string[]): readonly string[] {
  const sorted = names.toSorted();
  return [...sorted.filter(isPhone), ...sorted.filter((name) => !isPhone(name))];
}

/** Whether the contact's phones must be looked up, since the message tells none. */
export function lacksPhone(event: ClaimingEvent): boolean {
  const { provider, direction, kind, contact, wamid } = event;
  if (provider !== 'meta' || direction !== 'inbound' || !MESSAGE_KINDS.has(kind)) return false;
  const isReadable = wamid !== undefined && userOfWamid(wamid) !== undefined;
  return isReadable && contact.userId !== undefined && contact.phone === undefined;
}

function isPhone(name: string | undefined): name is string {
  return name !== undefined && /^\d+$/.test(name);
}

function phonesIn({ phone }: ContactNames): readonly string[] {
  return phone === undefined ? [] : [phone];
}

function namesIn({ chatId, userId, lid, phone }: ContactNames): readonly string[] {
  return [chatId, userId, lid, phone].filter((name) => name !== undefined);
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

/** The ids that a message or an echo may have of which the wamid is known; history is known by its content. */
export function messageIds(channel: string, wamid: string): readonly string[] {
  return PROVIDERS.flatMap((provider) =>
    DIRECTIONS.map((direction) => messageIdOf({ provider, channel, direction }, wamid)),
  );
}

const PROVIDERS = ['meta', 'wasender'] as const satisfies readonly Provider[];
const DIRECTIONS = ['inbound', 'outbound'] as const;
