import { soleAddress } from './chat.ts';
import {
  type ContactNames,
  contactGroup,
  digest,
  type EventKind,
  eventId,
  type Provider,
  type WebhookEvent,
} from './event.ts';
import { otherWamids, tokenOf, userOfWamid } from './wamid.ts';

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

/** Who wrote a message, and in which chat: groups and channels may have the same ids. */
type Writing = Pick<MessageFacts, 'provider' | 'channel' | 'direction'> & Partial<InChat>;
type InChat = Pick<MessageFacts, 'contact'>;

/** Parts of the id of a message that has content, or of one that lacks it. */
export function messageIdParts(
  { provider, channel, direction, contact = {} }: Writing,
  wamid: string,
  type: string,
): readonly string[] {
  const chat = soleAddress(contact);
  return [
    channel,
    ...(provider === 'meta' ? [] : [String(direction === 'outbound')]),
    wamid,
    ...(chat === undefined ? [] : [chat]),
    ...(isPlaceholder(type) ? ['placeholder'] : []),
  ];
}

/** Id of a message that has content: an echo, where the business wrote it. */
export function messageIdOf(facts: Writing, wamid: string): string {
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

/** Sort key of the claim of whoever brought the content, in a group or a channel followed by that. */
const CONTENT_CLAIM = 'content';

const PLACEHOLDER_CLAIM = 'placeholder#';

/** Sort key of the claim of what changes a message, which is one by its id, under whatever name. */
const CHANGE_CLAIM = 'change#';

/** Sort key of the claim of whoever brought the content in the history, however often it is told there. */
const HISTORY_CLAIM = 'history';

/** Sort key of the claim of a placeholder, one under all wamids; or of a message in the history. */
function laterClaim(event: Pick<ClaimingEvent, 'kind' | 'type' | 'id' | 'contact'>): string {
  const { kind, type, id } = event;
  if (!isPlaceholder(type)) return HISTORY_CLAIM;
  return `${PLACEHOLDER_CLAIM}${kind === 'history' ? id : 'live'}${inChat(event)}`;
}

function inChat({ contact = {} }: Partial<InChat>): string {
  const chat = soleAddress(contact);
  return chat === undefined ? '' : `#${digest([chat])}`;
}

/** Whether a claim is of a message in a group or a channel, since releases that tell these apart. */
export function isOfChat({ sk }: Pick<Place, 'sk'>): boolean {
  return sk.startsWith(`${CONTENT_CLAIM}#`);
}

/**
 * What a claim is for: a reader takes content before history, a placeholder only where there is neither,
 * and a change only where nothing tells of the message itself.
 */
export function claimRank({ sk }: Pick<Place, 'sk'>): number {
  if (sk.startsWith(CONTENT_CLAIM)) return 2;
  if (sk.startsWith(CHANGE_CLAIM)) return -1;
  return sk.startsWith(PLACEHOLDER_CLAIM) ? 0 : 1;
}

/** Where the claim on a message's content is, if it is one that can come under other names. */
export function contentClaim(
  facts: Pick<MessageFacts, 'channel' | 'direction' | 'wamid'> & Partial<InChat>,
): Place {
  return { pk: claimPartition(facts), sk: `${CONTENT_CLAIM}${inChat(facts)}` };
}

/** Where such claims are, if a message is one of those with a contact, or in a group chat, of these names. */
export function contentClaims(
  facts: Pick<MessageFacts, 'channel' | 'direction' | 'wamid'>,
  names: readonly string[],
): readonly Place[] {
  const chats = names.length === 0 ? [{}] : names.map(chatNamed);
  const claims = chats.map((contact) => contentClaim({ ...facts, contact }));
  return [...new Map(claims.map((claim) => [claim.sk, claim])).values()];
}

/** The chat that a name is of, where a message's chat is part of what it is. */
function chatNamed(name: string): ContactNames {
  const contact = { chatId: name };
  return soleAddress(contact) === undefined ? {} : contact;
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
  const { provider, channel, wamid, contact } = facts;
  const all = distinct([...namesIn(contact), ...names]);
  const wamids = provider === 'meta' ? [wamid, ...otherWamids(wamid, all)] : [wamid];
  const own = all.flatMap((name) =>
    wamids.flatMap((each) =>
      formsIn(name).map((inIt) => ({
        pk: contactGroup(channel, name),
        sk: messageIdOf({ ...facts, contact: inIt }, each),
      })),
    ),
  );
  return [...contentClaims(facts, all), ...own];
}

/** A message in a group or a channel was known without that in earlier releases. */
function formsIn(name: string): readonly ContactNames[] {
  return soleAddress({ chatId: name }) === undefined ? [{}] : [{ chatId: name }, {}];
}

/** Where the claim of the history on a message is. */
export function historyClaim(facts: Pick<MessageFacts, 'channel' | 'direction' | 'wamid'>): Place {
  return { pk: claimPartition(facts), sk: HISTORY_CLAIM };
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
 * @param phones of the contact, where the message itself names none
 */
export function claimsOf(event: ClaimingEvent, phones: readonly string[] = []): Claims {
  const { provider, kind, type, direction, contact, id, wamid } = event;
  if (isChange(event)) return { ...NONE, places: changeClaims(event) };
  if (wamid === undefined || !MESSAGE_KINDS.has(kind)) return NONE;
  const facts = { ...event, wamid };
  if (kind === 'history') return laterForm(facts);
  if (id !== messageIdOf(facts, wamid)) return isPlaceholder(type) ? laterForm(facts) : NONE;
  if (provider === 'wasender' || direction === 'outbound' || contact.chatId !== undefined) {
    return { ...NONE, precedents: earlierForm(facts), places: [contentClaim(facts)] };
  }
  return scopedClaims(facts, phones);
}

/** Where a message of a group or a channel lies if an earlier release stored it. */
function earlierForm({ contact, ...facts }: MessageFacts & Pick<ClaimingEvent, 'group'>) {
  if (soleAddress(contact) === undefined) return [];
  return [{ pk: facts.group, sk: messageIdOf(facts, facts.wamid) }];
}

/** Types of what has its id from the message that it changes, where that is all that tells it. */
const CHANGES = new Set(['edit', 'reaction', 'revoke', 'system']);

function isChange(event: ClaimingEvent): boolean {
  const { provider, kind, type, id, wamid } = event;
  if (provider !== 'wasender' || !CHANGES.has(type) || kind === 'status') return false;
  return wamid === undefined || id !== messageIdOf(event, wamid);
}

/** By its id, and by that of the message that it tells of, so that who asks for that finds it. */
function changeClaims(event: ClaimingEvent): readonly Place[] {
  const { id, wamid } = event;
  const byId = { pk: `claims.${digest([id])}`, sk: CHANGE_CLAIM };
  if (wamid === undefined) return [byId];
  return [byId, { pk: claimPartition({ ...event, wamid }), sk: `${CHANGE_CLAIM}${id}` }];
}

const MESSAGE_KINDS: ReadonlySet<EventKind> = new Set(['message', 'echo', 'history']);

/** Adds nothing to a message that is there. Among its like it is one by its id, under whatever name. */
function laterForm(facts: MessageFacts & Pick<ClaimingEvent, 'id' | 'kind' | 'type'>): Claims {
  return {
    ...NONE,
    precedents: contentPlaces(facts),
    places: [{ pk: claimPartition(facts), sk: laterClaim(facts) }],
  };
}

/** Claims the key that the message has where it comes from the phone alone. */
function scopedClaims(
  facts: MessageFacts & Pick<ClaimingEvent, 'group' | 'id'>,
  phones: readonly string[],
): Claims {
  const { channel, group, id, wamid, contact } = facts;
  const user = userOfWamid(wamid);
  if (user === undefined) return { ...NONE, places: [contentClaim(facts)] };
  const all = distinct([...phonesIn(contact), ...phones, ...(isPhone(user) ? [user] : [])]);
  const placesOf = (name: string) =>
    wamidsFor(wamid, user, name).map((each) => ({
      pk: contactGroup(channel, name),
      sk: messageIdOf(facts, each),
    }));
  const { userId, phone } = contact;
  const placesOfUser = userId === undefined || user === userId ? [] : placesOf(userId);
  // No link shows two names of which one is in the wamid alone, so nobody would look for the other.
  const isUnseen = phone === undefined;
  return {
    ...NONE,
    precedentsOfNewLink: isUnseen ? [] : placesOfUser,
    places: [...(isUnseen ? placesOfUser : []), ...all.flatMap(placesOf)].filter(
      ({ pk, sk }) => pk !== group || sk !== id,
    ),
  };
}

/** The wamids that the message has where it is told by a name of the contact. */
function wamidsFor(wamid: string, user: string, name: string): readonly string[] {
  return user === name ? [wamid] : otherWamids(wamid, [name]);
}

/** Whether the contact's phone must be looked up, since the message has none and its wamid has none. */
export function lacksPhone(event: ClaimingEvent): boolean {
  const { provider, direction, kind, contact, wamid } = event;
  if (provider !== 'meta' || kind !== 'message' || direction !== 'inbound') return false;
  const isNamed = contact.userId !== undefined && contact.chatId === undefined;
  const user = wamid === undefined ? undefined : userOfWamid(wamid);
  return isNamed && contact.phone === undefined && user !== undefined && !isPhone(user);
}

function isPhone(name: string | undefined): name is string {
  return name !== undefined && /^\d+$/.test(name);
}

function phonesIn({ phone }: ContactNames): readonly string[] {
  return phone === undefined ? [] : [phone];
}

/** Of a group chat the chat: its messages lie with it, whoever wrote them. */
function namesIn({ chatId, userId, lid, phone }: ContactNames): readonly string[] {
  if (chatId !== undefined) return [chatId];
  return [userId, lid, phone].filter((name) => name !== undefined);
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

/**
 * The ids that a message or an echo of a contact may have of which the wamid is known; history is known
 * by its content.
 */
export function messageIds(channel: string, wamid: string, name: string): readonly string[] {
  return formsIn(name).flatMap((contact) =>
    PROVIDERS.flatMap((provider) =>
      DIRECTIONS.map((direction) => messageIdOf({ provider, channel, direction, contact }, wamid)),
    ),
  );
}

const PROVIDERS = ['meta', 'wasender'] as const satisfies readonly Provider[];
const DIRECTIONS = ['inbound', 'outbound'] as const;
