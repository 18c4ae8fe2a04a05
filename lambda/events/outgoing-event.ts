import {
  type Check,
  failedChecks,
  isObjectOf,
  isOneOf,
  isOptional,
  isText,
  isWhole,
} from '../shared/json/checks.ts';
import { isRecord } from '../shared/json/json-source.ts';
import { type ContactNames, digest } from './event.ts';

/**
 * - `queued`: it was taken; or it was uncertain, and is sent again
 * - `sent`: the provider took it, by its answer or by a status
 * - `failed`: it was refused or not delivered, or it will not be sent
 * - `uncertain`: nobody knows whether the provider took it
 */
export type OutgoingWord = 'queued' | 'sent' | 'failed' | 'uncertain';

const TOLD_STATES = [
  ...(['queued', 'sent', 'held', 'failed', 'cancelled', 'expired', 'uncertain'] as const),
] as const;

/** What an event tells of a message that was sent from here. */
export interface RoutedOutgoing {
  /** Ours, which a request to send is answered with. */
  readonly id: string;
  readonly state: (typeof TOLD_STATES)[number];
  readonly attempt: number;
  /** Whom it goes to. */
  readonly to: ContactNames;
  readonly error?: {
    readonly class: string;
    /** The provider's. */
    readonly code?: string | undefined;
    readonly text?: string | undefined;
  };
}

/** Id of the event that tells it: once an attempt; what a status tells is told apart from what we did. */
export function outgoingEventId(
  channel: string,
  { id, attempt }: Pick<RoutedOutgoing, 'id' | 'attempt'>,
  word: OutgoingWord,
  isByStatus: boolean,
): string {
  const parts = [channel, id, String(attempt), word, ...(isByStatus ? ['status'] : [])];
  return `outgoing.${digest(parts)}`;
}

const isNames = isObjectOf({
  phone: isOptional(isText),
  userId: isOptional(isText),
  chatId: isOptional(isText),
});

const FACTS = {
  id: isText,
  state: isOneOf(...TOLD_STATES),
  attempt: isWhole,
  to: isNames,
  error: isOptional(
    isObjectOf({ class: isText, code: isOptional(isText), text: isOptional(isText) }),
  ),
} satisfies Record<keyof RoutedOutgoing, Check>;

export function writeRoutedOutgoing(told: RoutedOutgoing): string {
  return JSON.stringify(told);
}

/** Throws on what `writeRoutedOutgoing` did not write, naming the members at fault. */
export function readRoutedOutgoing(payload: string | undefined): RoutedOutgoing {
  const told: unknown = JSON.parse(payload ?? 'null');
  if (isRecord(told) && isTold(told)) return told;
  const faults = isRecord(told) ? failedChecks(told, FACTS) : [];
  throw new Error(`nothing told of a message that is sent from here, by ${faults.join(', ')}`);
}

function isTold(value: object): value is RoutedOutgoing {
  return failedChecks(value, FACTS).length === 0;
}
