/** Two numbers of one business, and one WasenderApi session. */
export const CHANNELS = ['106540352242922', '106540352242923'] as const;
export const ACCOUNT = '102290129340398';
export const SESSION = 'shop';

export const KINDS = [
  'message',
  'status',
  'participant-status',
  'echo',
  'call',
  'account',
  'preference',
  'history',
  'wasender-message',
  'wasender-status',
] as const;
/** `retold`: one of several tellings of one message. */
export type Kind = (typeof KINDS)[number] | 'retold';

/** What a schedule says of one update. */
export interface UpdateSpec {
  readonly kind: Kind;
  /** Which of the contacts, or of the business's messages, it is about. */
  readonly who: number;
  /** Tells one shape of the same kind from another. */
  readonly variant: number;
  readonly occurredAt: number;
}

/** What the final state of a sent message must say of one status. */
export interface StatusFact {
  readonly message: string;
  readonly participant: string | undefined;
  readonly name: string;
  readonly at: number;
  /** Lasting name of the recipient, where this status tells it; else the phone. */
  readonly userId: string | undefined;
  readonly phone: string | undefined;
  readonly channel: string;
}

/** How an update tells a message that others tell as well. */
export interface Telling {
  /** Equal for all that tell one message. */
  readonly message: string;
  /** With its content, in the history of the channel, or without its content. */
  readonly as: 'content' | 'history' | 'placeholder';
  /** Tells it from others of the same message. */
  readonly form: number;
  /** Equal for those of which a webhook needs one only. */
  readonly likeness: string;
  /** The link without which nothing is the same but what is known by the BSUID as well. */
  readonly needsLink?: readonly [string, string];
  readonly isKnownByUserId?: boolean;
}

/**
 * One thing that a provider tells, in the provider's words, and what must come of it: found out
 * from the update alone and without the code under test.
 */
export interface Update {
  /** Stands in the update's JSON, and so in whatever is made of it. */
  readonly tracer: string;
  readonly provider: 'meta' | 'wasender';
  /** Equal for the updates that must be kept in order, and for those only. */
  readonly group: string;
  /** Names that must be linked before the update's row is there. */
  readonly links: readonly (readonly [string, string])[];
  readonly status?: StatusFact;
  readonly telling?: Telling;
  readonly place: Place;
  readonly element: object;
  /** What stands beside the element in `contacts`. */
  readonly contact?: object;
}

/** Where a webhook has it. */
interface Place {
  readonly entry: string;
  /** Seconds; part of what makes an account event the same. */
  readonly entryTime: number;
  readonly field: string;
  readonly list: string;
  readonly channel: string;
}

/** What WasenderApi announces items as. */
export type WasenderList = 'messages' | 'updates' | 'sent' | 'reactions' | 'deletions';

export const DAY_MS = 86_400_000;

/** Beyond it a payload is kept outside its row. */
const LARGE_TEXT = 'á'.repeat(70_000);
/** What JSON can say and a queue may not hold. */
const ODD_TEXT = 'half \ud83d, \ufffe and \uffff, \u0001, 😀, ñ';

export function textOf(variant: number): string {
  if (variant === 255) return LARGE_TEXT;
  return variant % 16 === 15 ? ODD_TEXT : `¿Sigue disponible? ${variant}`;
}

const TOLD_BY_CONTENT = new Set(['message_template_status_update', 'user_preferences']);

export interface Names {
  readonly phone: string | undefined;
  readonly userId: string | undefined;
}

export function personOf({ who }: UpdateSpec) {
  return {
    phone: `52155500011${String(who).padStart(2, '0')}`,
    userId: `MX.100000000000000000${String(who).padStart(2, '0')}`,
    lid: `2000000000${String(who).padStart(2, '0')}@lid`,
  };
}

/** By phone, by BSUID, or by both. */
export function namesOf(spec: UpdateSpec): Names {
  const { phone, userId } = personOf(spec);
  const shape = (spec.variant >> 1) % 4;
  return { phone: shape === 1 ? undefined : phone, userId: shape === 0 ? undefined : userId };
}

export function channelOf({ who }: UpdateSpec): string {
  return CHANNELS[who % 2 === 0 ? 0 : 1];
}

export function common({ occurredAt }: UpdateSpec, tracer: string) {
  return { timestamp: String(Math.floor(occurredAt / 1000)), tracer };
}

export function linked({ phone, userId }: Names): Update['links'] {
  return phone === undefined || userId === undefined ? [] : [[phone, userId]];
}

export function ofContact(
  spec: UpdateSpec,
  tracer: string,
  names: Names,
  element: object,
  place: { field: string; list: string },
): Update {
  const { phone, userId } = names;
  return {
    tracer,
    provider: 'meta',
    group: `${channelOf(spec)}|${userId ?? phone}`,
    links: linked(names),
    place: placeOf(spec, { ...place, tracer }),
    element,
    ...(spec.variant % 5 !== 0 && { contact: contactOf(names) }),
  };
}

export function contactOf({ phone, userId }: Names): object {
  return {
    profile: { name: 'Lucía' },
    ...(phone !== undefined && { wa_id: phone }),
    ...(userId !== undefined && { user_id: userId }),
  };
}

export function placeOf(
  spec: UpdateSpec,
  { field, list, tracer }: { field: string; list: string; tracer: string },
): Place {
  return {
    // What is told by its content is told by the entry's time too.
    entry: TOLD_BY_CONTENT.has(field) ? `${ACCOUNT} ${tracer}` : ACCOUNT,
    entryTime: Math.floor(spec.occurredAt / 1000),
    field,
    list,
    channel: channelOf(spec),
  };
}

export function wasenderPlace(list: WasenderList): Place {
  return { entry: '', entryTime: 0, field: '', list, channel: SESSION };
}
