import { type ContactNames, digest, type Provider } from '../events/event.ts';
import type { Recipient } from '../providers/recipient.ts';
import type { CampaignRecipient } from './campaign-recipient.ts';

export const MESSAGE_CLASSES = ['reply', 'campaign'] as const;

/** Every reply that is due goes before any message of a campaign. */
export type MessageClass = (typeof MESSAGE_CLASSES)[number];

export const CATEGORIES = ['service', 'marketing', 'utility', 'authentication'] as const;

export type Category = (typeof CATEGORIES)[number];

export const OUTGOING_STATES = [
  ...(['queued', 'sending', 'sent', 'held', 'delivered', 'read'] as const),
  ...(['failed', 'uncertain', 'cancelled', 'expired'] as const),
] as const;

/**
 * - `queued`: it waits for its turn
 * - `sending`: the provider is being asked
 * - `sent`: the provider took it
 * - `held`: it took it, and looks at the template first
 * - `delivered`, `read`: it came, by its statuses
 * - `failed`: refused, or not deliverable
 * - `uncertain`: nobody knows whether the provider took it, since its answer was lost
 * - `cancelled`, `expired`: it was not sent, and never will be
 */
export type OutgoingState = (typeof OUTGOING_STATES)[number];

/** What somebody asked to send. */
export interface OutgoingMessage {
  readonly id: string;
  readonly channel: string;
  readonly provider: Provider;
  readonly to: Recipient;
  /**
   * JSON of Meta's body without `messaging_product`, `recipient_type`, `to`, `recipient` and
   * `biz_opaque_callback_data`.
   */
  readonly body: string;
  readonly category: Category;
  readonly class: MessageClass;
  /** In ms since 1970; from then on it is not sent any more. */
  readonly notAfter: number;
  /** In ms since 1970. */
  readonly createdAt: number;
}

/** A message as the row that tells what became of it names it, so that each change of it can be told. */
export type Addressed = Pick<OutgoingMessage, 'channel' | 'id'> & {
  readonly to?: Recipient;
  /** What a release before this one let wait does not say it. */
  readonly provider?: Provider | undefined;
  /** Of a campaign's: which recipient it is for. */
  readonly recipient?: CampaignRecipient | undefined;
};

export function namesOfRecipient({ kind, name }: Recipient): ContactNames {
  if (kind === 'phone') return { phone: name };
  return kind === 'userId' ? { userId: name } : { chatId: name };
}

const ID_LENGTH = 22;

/** The same for the same key, so that a request is one message however often it comes. */
export function outgoingId(channel: string, to: Recipient, key: string): string {
  return `msg_${digest([channel, to.name, key]).slice(0, ID_LENGTH)}`;
}
