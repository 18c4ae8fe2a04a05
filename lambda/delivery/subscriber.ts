import { type Chat, toldChat } from '../events/chat.ts';
import { EVENT_KINDS, type WebhookEvent } from '../events/event.ts';
import type { EventFacts, RoutedKind } from '../events/routed-event.ts';

/** Who is added gets what is handed on from so many milliseconds later on. */
export const SUBSCRIBERS_KEPT_MS = 10_000;

/** Who receives events. */
export interface Subscriber {
  /** `sub_` and 22 characters of base64url. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  readonly tenant: string;
  readonly endpoint: Endpoint;
  /**
   * - `standard`: a versioned event of Floodgate's own, signed as Standard Webhooks says
   * - `provider`: the provider's webhook with that one event in it, signed as the provider signs
   */
  readonly format: 'standard' | 'provider';
  readonly filter: EventFilter;
  /** Whether an event waits for the one before it in its group, until that is delivered or given up. */
  readonly isOrdered: boolean;
  readonly isPaused: boolean;
  /** Deliveries a second at most, in whichever second. @default no limit */
  readonly ratePerSecond?: number;
  /** Deliveries under way at most. @default what twenty functions have under way, five each */
  readonly concurrency?: number;
  /** How long a delivery is tried, from its first try. @default 72 */
  readonly retryHours?: number;
  /** Whether a delivery ends with the first 4xx, other than 408, 425 and 429. @default false */
  readonly refusalIsFinal?: boolean;
  /** The signing secrets are derived from it: raised by a rotation. From 1. */
  readonly secretVersion: number;
  /** Until when the version before signs too, in ms since 1970. */
  readonly previousSecretUntil?: number;
  /** Why deliveries ended without anybody asking for it: the endpoint answered 410. */
  readonly disabledBecause?: 'gone';
  /** In ms since 1970. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

type Endpoint =
  | { readonly kind: 'https'; readonly url: string }
  | { readonly kind: 'sqs'; readonly queueUrl: string };

/** What a subscriber wants: an event that fits every list that is there. A list that is not there fits all. */
export interface EventFilter {
  /** Meta's `phone_number_id`s, WasenderApi sessions, ids of WhatsApp Business Accounts. */
  readonly channels?: readonly string[];
  /** @default all but `outgoing`, which goes to whoever names it */
  readonly kinds?: readonly RoutedKind[];
  /**
   * Types of messages, echoes and history (`text`, `image`, …), of calls, or fields of account events; or
   * kinds of what was said, which are the same for both providers (`image`, `choice`, …).
   */
  readonly types?: readonly string[];
  /** Names of statuses (`sent`, `read`, …). Says nothing of events that are no statuses. */
  readonly statuses?: readonly string[];
  readonly directions?: readonly WebhookEvent['direction'][];
  /** In which chats. Says nothing of account events that are of none. */
  readonly chats?: readonly Chat[];
  /** Whether what became of its file follows a message that fits. @default true */
  readonly mediaEvents?: boolean;
}

/**
 * What goes to whoever names no kinds: what came from providers. A receiver of before would take what
 * is sent from here for what somebody wrote on another device.
 */
const KINDS_UNASKED: readonly RoutedKind[] = EVENT_KINDS;

/**
 * Whether a filter lets an event through.
 *
 * @param saidKind the kind of what the event says; asked only where its type does not fit. @default none
 */
export function isWanted(
  filter: EventFilter,
  event: EventFacts,
  saidKind: () => string | undefined = () => undefined,
): boolean {
  const { channels, kinds, directions, chats } = filter;
  const chat = toldChat(event);
  return (
    fits(channels, event.channel) &&
    fits(kinds ?? KINDS_UNASKED, event.kind) &&
    fits(directions, event.direction) &&
    (chat === undefined || fits(chats, chat)) &&
    (event.media === undefined || filter.mediaEvents !== false) &&
    fitsWord(filter, event, saidKind)
  );
}

function fitsWord(
  filter: EventFilter,
  event: EventFacts,
  saidKind: () => string | undefined,
): boolean {
  if (event.kind === 'status') return fits(filter.statuses, event.type);
  return event.kind === 'outgoing' || fitsType(filter, event, saidKind);
}

function fitsType(
  { types }: EventFilter,
  { type }: EventFacts,
  saidKind: () => string | undefined,
): boolean {
  if (fits(types, type)) return true;
  const kind = saidKind();
  return kind !== undefined && fits(types, kind);
}

/** Whether a format has a word for an event: of a file, and of what is sent from here, no provider sends a webhook. */
export function isToldIn(
  format: Subscriber['format'],
  { kind, media }: Pick<EventFacts, 'kind' | 'media'>,
): boolean {
  return format === 'standard' || (media === undefined && kind !== 'outgoing');
}

function fits<T>(list: readonly T[] | undefined, value: T): boolean {
  return list === undefined || list.includes(value);
}
