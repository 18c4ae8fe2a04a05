import { besideOf, contentOf } from '../../lambda/content/content.ts';
import type { Beside, Content } from '../../lambda/content/schema.ts';
import { excerptOf } from '../../lambda/content/words.ts';
import type { ContactNames } from '../../lambda/events/event.ts';
import { readRoutedOutgoing } from '../../lambda/events/outgoing-event.ts';
import type { RoutedEvent } from '../../lambda/events/routed-event.ts';
import { profileOf } from '../../lambda/providers/webhook-content.ts';
import { eventOfPayload } from '../../lambda/table/stored-event.ts';
import type { LiveEvent } from './answers.ts';

/** What an event says, read from its payload. */
export interface Told {
  readonly contact: ContactNames;
  readonly profileName: string | undefined;
  readonly content: Content | null;
  readonly beside: Beside | null;
}

/** What nothing is told of: a payload that is not kept here, or is none that this release reads. */
const NOTHING_TOLD: Told = {
  contact: {},
  profileName: undefined,
  content: null,
  beside: null,
};

export function toldIn(event: RoutedEvent): Told {
  const { payload, kind, provider } = event;
  if (payload === undefined) return NOTHING_TOLD;
  if (kind === 'outgoing') return { ...NOTHING_TOLD, contact: readRoutedOutgoing(payload).to };
  const webhook: unknown = JSON.parse(payload);
  const said = { provider, kind, webhook };
  return {
    contact: eventOfPayload(event, payload)?.contact ?? {},
    profileName: profileOf(webhook)?.name,
    content: contentOf(said) ?? null,
    beside: besideOf(said, undefined),
  };
}

/** One line of the events as they flow. */
export function liveEvent(number: number, event: RoutedEvent): LiveEvent {
  const { id, kind, type, direction, provider, channel, occurredAt, receivedAt, media } = event;
  const { contact, profileName, content } = toldIn(event);
  return {
    ...{ number, id, kind, direction, provider, channel },
    type: media === undefined ? type : `file ${media.state}`,
    contact: contactName(contact) ?? null,
    who: profileName ?? null,
    says: content === null ? null : excerptOf(content),
    wamid: event.wamid ?? null,
    occurredAt: isoTime(occurredAt),
    receivedAt: isoTime(receivedAt),
  };
}

/** The one by which to ask for a contact. */
function contactName({ chatId, phone, userId, lid }: ContactNames): string | undefined {
  return chatId ?? phone ?? userId ?? lid;
}

/** A provider's time may lie beyond what a `Date` holds. */
function isoTime(ms: number): string | null {
  const date = new Date(ms);
  return Number.isNaN(date.valueOf()) ? null : date.toISOString();
}
