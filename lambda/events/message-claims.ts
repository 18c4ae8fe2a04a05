import { soleAddress } from './chat.ts';
import { type ContactNames, digest, type EventKind, type WebhookEvent } from './event.ts';
import {
  CHANGE_CLAIM,
  claimPartition,
  contentClaim,
  contentPlaces,
  distinct,
  isPlaceholder,
  laterClaim,
  type MessageFacts,
  messageIdOf,
  type Place,
  placeFor,
} from './message-identity.ts';
import { userOfWamid } from './wamid.ts';

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
  if (isChange(event)) return { ...NONE, places: changeClaims(event) };
  if (wamid === undefined || !MESSAGE_KINDS.has(kind)) return NONE;
  const facts = { ...event, wamid };
  if (kind === 'history' || isPlaceholder(type)) return laterForm(facts, phones);
  if (id !== messageIdOf(facts, wamid)) return NONE;
  if (provider === 'wasender' || direction === 'outbound') {
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
