import { soleAddress } from './chat.ts';
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

const CLAIMS_PREFIX = 'claims.';

/** Partition of all that claims one message, be it by what name: by its token and who wrote it. */
export function claimPartition({
  channel,
  direction,
  wamid,
}: Pick<MessageFacts, 'channel' | 'direction' | 'wamid'>): string {
  return `${CLAIMS_PREFIX}${digest([channel, direction, tokenOf(wamid)])}`;
}

/** Sort key of the claim of whoever brought the content, in a group or a channel followed by that. */
const CONTENT_CLAIM = 'content';

const PLACEHOLDER_CLAIM = 'placeholder#';

/** Sort key of the claim of what changes a message, which is one by its id, under whatever name. */
export const CHANGE_CLAIM = 'change#';

/** Sort key of the claim of whoever brought the content in the history, however often it is told there. */
const HISTORY_CLAIM = 'history';

/** Sort key of the claim of a placeholder, one under all wamids; or of a message in the history. */
export function laterClaim(event: Pick<WebhookEvent, 'kind' | 'type' | 'contact'>): string {
  if (!isPlaceholder(event.type)) return HISTORY_CLAIM;
  return placeholderClaim(event.kind === 'history' ? 'history' : 'live', event);
}

function placeholderClaim(scope: 'live' | 'history', facts: Partial<InChat>): string {
  return `${PLACEHOLDER_CLAIM}${scope}${inChat(facts)}`;
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

/** What is told of a message, in each of the chats that these names of a contact or a group are of. */
export function inChats<Facts extends object>(
  facts: Facts,
  names: readonly string[],
): readonly (Facts & InChat)[] {
  const chats = names.filter((name) => soleAddress({ chatId: name }) !== undefined);
  const isPrivate = chats.length < names.length || names.length === 0;
  const contacts = [...distinct(chats).map((chatId) => ({ chatId })), ...(isPrivate ? [{}] : [])];
  return contacts.map((contact) => ({ ...facts, contact }));
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
  const all = [...namesIn(facts.contact), ...names];
  return [...inChats(facts, all).map(contentClaim), ...namedPlaces(facts, names)];
}

/** The same, without the claim by its token. */
export function namedPlaces(facts: MessageFacts, names: readonly string[] = []): readonly Place[] {
  const { provider, channel, wamid, contact } = facts;
  const user = provider === 'meta' ? userOfWamid(wamid) : undefined;
  const all = distinct([...namesIn(contact), ...names, ...(user === undefined ? [] : [user])]);
  return all.flatMap((name) =>
    distinct([wamid, (user && wamidFor(wamid, name)) ?? wamid]).flatMap((each) =>
      formsIn(name).map((inIt) => ({
        pk: contactGroup(channel, name),
        sk: messageIdOf({ ...facts, contact: inIt }, each),
      })),
    ),
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

/** A message in a group or a channel was known without that in earlier releases. */
function formsIn(name: string): readonly ContactNames[] {
  return soleAddress({ chatId: name }) === undefined ? [{}] : [{ chatId: name }, {}];
}

/** Whether a claim is by the token of a message, which comes before all its other claims. */
export function isByToken({ pk }: Pick<Place, 'pk'>): boolean {
  return pk.startsWith(CLAIMS_PREFIX);
}

/** Where the claim of the history on a message is. */
export function historyClaim(facts: Pick<MessageFacts, 'channel' | 'direction' | 'wamid'>): Place {
  return { pk: claimPartition(facts), sk: HISTORY_CLAIM };
}

/** Where the claims of what told of a message without its content are. */
export function placeholderClaims(
  facts: Pick<MessageFacts, 'channel' | 'direction' | 'wamid'> & Partial<InChat>,
): readonly Place[] {
  const pk = claimPartition(facts);
  const scopes = ['live', 'history'] as const;
  return scopes.map((scope) => ({ pk, sk: placeholderClaim(scope, facts) }));
}

/** In a group or a channel of WasenderApi a message lies with that, whoever wrote it. */
function namesIn(contact: ContactNames): readonly string[] {
  const { chatId, userId, lid, phone } = contact;
  if (chatId !== undefined && soleAddress(contact) !== undefined) return [chatId];
  return [chatId, userId, lid, phone].filter((name) => name !== undefined);
}

export function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
