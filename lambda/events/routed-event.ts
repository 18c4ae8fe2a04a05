import { type Check, failedChecks, isOneOf, isOptional } from '../shared/json/checks.ts';
import { CHATS, type Chat } from './chat.ts';
import { COMMON_FACTS, payloadFaults } from './checks.ts';
import { EVENT_KINDS, type Provider, type WebhookEvent } from './event.ts';
import { isRoutedMedia, type RoutedMedia } from './media-event.ts';

/** What came from providers, and `outgoing`: what becomes of a message that is sent from here. */
export const ROUTED_KINDS = [...EVENT_KINDS, 'outgoing'] as const;

export type RoutedKind = (typeof ROUTED_KINDS)[number];

/** What of a stored event decides who gets it. */
export interface EventFacts {
  readonly provider: Provider;
  readonly channel: string;
  readonly kind: RoutedKind;
  /** For a status its name, for what is sent from here what is told of it. */
  readonly type: string;
  readonly direction: WebhookEvent['direction'];
  /** Where it is not private: in which chat. */
  readonly chat?: Chat;
  /** Whom it is ordered with, which tells an account's event from one of a contact. */
  readonly group?: string;
  /** Of an event that tells what became of a message's file; all else is as the message has it. */
  readonly media?: object;
}

/**
 * A stored event on its way: what is not here is read from its payload, as `eventOfPayload` does. Of what
 * is sent from here no provider sends a webhook: `readRoutedOutgoing` reads the payload.
 */
export type RoutedEvent = EventFacts & {
  readonly group: string;
  readonly id: string;
  readonly wamid?: string;
  /** By the provider's clock, in ms since 1970. */
  readonly occurredAt: number;
  readonly receivedAt: number;
  /** Where it is not the message that is told, but what became of its file. */
  readonly media?: RoutedMedia;
} & (
    | { readonly payload: string; readonly payloadKey?: never }
    | { readonly payload?: never; readonly payloadKey: string }
  );

const EVENT_FACTS = {
  ...COMMON_FACTS,
  kind: isOneOf(...ROUTED_KINDS),
  chat: isOptional(isOneOf(...CHATS)),
  media: isOptional(isRoutedMedia),
} satisfies Record<keyof RoutedEvent, Check>;

/** Whether parsed JSON is an event as it was handed on. */
export function isRoutedEvent(value: object): value is RoutedEvent {
  return routedFaults(value).length === 0;
}

/** The members by which an object is no event as it was handed on. */
export function routedFaults(value: object): readonly string[] {
  return [...failedChecks(value, EVENT_FACTS), ...payloadFaults(value)];
}
