import { contentOf } from '../content/content.ts';
import { parsed } from '../content/read.ts';
import { isOptOut } from '../events/conversation.ts';
import { readRoutedOutgoing } from '../events/outgoing-event.ts';
import type { RoutedEvent } from '../events/routed-event.ts';
import { readStatusError } from '../providers/meta/send-answer.ts';
import { preferenceOf } from '../providers/webhook-content.ts';
import { eventOfPayload, recipientsOf } from '../table/stored-event.ts';
import { isOptOutWord } from './opt-out-words.ts';

/** What somebody decided about marketing. */
export interface OptOutNews {
  readonly channel: string;
  /** By which they are known where they decided it. */
  readonly names: readonly string[];
  readonly isOptedOut: boolean;
  /** In ms since 1970. */
  readonly at: number;
}

/** Meta's name for what a contact may opt out of. */
export const MARKETING = 'marketing_messages';

/** Meta's error where a contact has opted out of marketing. */
const OPTED_OUT = 131_050;

/** A message that is longer says more than a word. */
const MAX_PAYLOAD = 16_000;

/** Whether an event may say that somebody opted out, or in again. */
export function mayDecide({ kind, type, direction, chat, payload }: RoutedEvent): boolean {
  // A word in a group is said to its members.
  if (payload === undefined || chat !== undefined) return false;
  if (kind === 'message') return direction === 'inbound' && payload.length <= MAX_PAYLOAD;
  if (kind === 'account') return type === PREFERENCES;
  if (kind === 'status') return type === 'failed' && payload.includes(String(OPTED_OUT));
  return kind === 'outgoing' && type === 'failed' && payload.includes('"opted-out"');
}

const PREFERENCES = 'user_preferences';

/** Undefined where it says nothing of that. */
export function optOutNews(event: RoutedEvent): OptOutNews | undefined {
  const { channel, payload, occurredAt: at } = event;
  if (!mayDecide(event) || payload === undefined) return undefined;
  const isOptedOut = decisionOf(event, payload);
  return isOptedOut === undefined
    ? undefined
    : { channel, names: namesOf(event, payload), isOptedOut, at };
}

function decisionOf(event: RoutedEvent, payload: string): boolean | undefined {
  switch (event.kind) {
    case 'message':
      return isOptOutWord(saidIn(event, payload)) || undefined;
    case 'account': {
      const preference = preferenceOf(parsed(payload));
      return preference?.category === MARKETING ? isOptOut(preference.value) : undefined;
    }
    case 'status': {
      const detail = eventOfPayload(event, payload)?.status?.detail ?? '';
      return readStatusError(detail)?.code === OPTED_OUT || undefined;
    }
    default:
      return readRoutedOutgoing(payload).error?.class === 'opted-out' || undefined;
  }
}

/** The text of a message, or the button that was pressed in place of it. */
function saidIn({ provider, kind }: RoutedEvent, payload: string): string {
  const content = contentOf({ provider, kind, webhook: parsed(payload) });
  if (content?.kind === 'text') return content.text ?? '';
  return content?.kind === 'choice' ? (content.title ?? '') : '';
}

function namesOf(event: RoutedEvent, payload: string): readonly string[] {
  if (event.kind !== 'outgoing') return recipientsOf(event, payload);
  const { phone, userId, lid } = readRoutedOutgoing(payload).to;
  return [userId, lid, phone].filter((name) => name !== undefined);
}
