import { isObjectOf, isOneOf, isOptional, isText, isWhole } from '../shared/json/checks.ts';
import type { SettledMedia } from './media-state.ts';

/** What an event tells of the file of a message, whose own event came before it. */
export type RoutedMedia = SettledMedia & {
  /** Id of the message's event. */
  readonly eventId: string;
  /** When it was settled, in ms since 1970. */
  readonly settledAt: number;
};

/** Where anybody can read a stored file, and until when in ms since 1970. */
export interface MediaLink {
  readonly url: string;
  readonly expiresAt: number;
}

/** Id of the event that tells what became of the file of a message. A file is settled once. */
export function mediaEventId(eventId: string): string {
  return `media.${eventId}`;
}

const OF_EVENT = { eventId: isText, settledAt: isWhole };

const isStored = isObjectOf({
  ...OF_EVENT,
  state: isOneOf('stored'),
  key: isText,
  mimeType: isText,
  sizeBytes: isWhole,
  sha256: isText,
});

const isLost = isObjectOf({
  ...OF_EVENT,
  state: isOneOf('failed', 'skipped', 'expired'),
  reason: isOptional(isText),
});

/** Whether parsed JSON is what became of a file, as it was handed on. */
export function isRoutedMedia(value: unknown): boolean {
  return isStored(value) || isLost(value);
}
