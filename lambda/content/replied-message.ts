import {
  type ContactNames,
  kindOfEventId,
  type Provider,
  type WebhookEvent,
} from '../events/event.ts';
import type { EventFacts } from '../events/routed-event.ts';
import { webhookIdOf } from '../events/webhook-id.ts';
import { contentOf, toldBeside } from './content.ts';
import type { ContentKind, ReplyTo } from './schema.ts';
import { excerptOf } from './words.ts';

/** What is stored of a message that another one answers. */
export interface FoundMessage {
  /** Undefined of a message that is known by its statuses alone. */
  readonly eventId?: string;
  readonly direction: WebhookEvent['direction'];
  /** What it said; undefined where that is not stored, or no longer. */
  readonly said?: { readonly kind: ContentKind; readonly text: string | null };
}

/** Looks for a message in what is stored; undefined where it is not. */
export type FindMessage = (
  channel: string,
  wamid: string,
  contact: ContactNames,
) => Promise<FoundMessage | undefined>;

interface StoredMessage {
  readonly provider: Provider;
  readonly eventId: string;
  readonly direction: WebhookEvent['direction'];
  readonly payload: string | undefined;
}

/** How Meta and WasenderApi write that a message answers another. */
const ANSWERS = ['"context"', '"stanzaId"', '"pollCreationMessageKey"', '"poll.results"'];

/** Most answer none, and need not be parsed to know it. */
export function mayBeAnswer(payload: string): boolean {
  return ANSWERS.some((words) => payload.includes(words));
}

/** Wamid of the message that an event answers; undefined where it answers none. */
export function answeredBy(
  { provider, kind }: Pick<EventFacts, 'provider' | 'kind'>,
  payload: string,
): string | undefined {
  if (!mayBeAnswer(payload)) return undefined;
  return toldBeside({ provider, kind, webhook: JSON.parse(payload) }).answers;
}

/** What a stored event says to those who answer it. */
export function foundMessage({
  provider,
  eventId,
  direction,
  payload,
}: StoredMessage): FoundMessage {
  const kind = kindOfEventId(eventId);
  if (payload === undefined || kind === undefined) return { eventId, direction };
  const content = contentOf({ provider, kind, webhook: JSON.parse(payload) });
  if (content === undefined) return { eventId, direction };
  return { eventId, direction, said: { kind: content.kind, text: excerptOf(content) } };
}

/** As a delivery tells it: with the id by which the message's own event was delivered. */
export function deliveredReply(wamid: string, found: FoundMessage | undefined): ReplyTo {
  const reply = storedReply(wamid, found);
  return { ...reply, id: reply.id === null ? null : webhookIdOf(reply.id) };
}

/** As the timeline tells it: with the id of the message's entry. */
export function storedReply(wamid: string, found: FoundMessage | undefined): ReplyTo {
  return {
    wamid,
    id: found?.eventId ?? null,
    direction: found?.direction ?? null,
    kind: found?.said?.kind ?? null,
    text: found?.said?.text ?? null,
  };
}
