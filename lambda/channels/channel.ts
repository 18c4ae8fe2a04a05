import { hash } from 'node:crypto';
import type { Provider } from '../events/event.ts';
import type { MediaKind } from '../providers/media-kind.ts';

/** A number or a session that messages are sent from. */
export interface Channel {
  /** Meta's `phone_number_id`, or the name of a WasenderApi session. */
  readonly id: string;
  readonly provider: Provider;
  readonly tenant: string;
  /** The WhatsApp Business Account of the number. */
  readonly accountId?: string;
  /** The business portfolio of the account. */
  readonly portfolioId?: string;
  readonly displayPhoneNumber?: string;
  /** What the provider allows. */
  readonly messagesPerSecond: number;
  /** Which share of that sending may use: a number's inbound messages count too. */
  readonly share: number;
  /** Meta's endpoint for templates of the category marketing. */
  readonly marketingRoute: 'messages' | 'marketing_messages';
  /** What becomes of a message whose answer was lost, after an hour without a status. */
  readonly uncertain: 'leave' | 'resend';
  /** Which of the files that come to it are kept. What is not there is as the stage's settings say. */
  readonly media?: ChannelMedia;
  /** For how many days its rows are kept. @default as the stage's settings say */
  readonly retentionDays?: number;
  readonly state: 'active' | 'paused';
  /** `user`, `lanes`, or the class of a provider's error. */
  readonly pausedBecause?: string;
  /** What the provider said last of each matter, such as `quality`: when it was asked, or by a webhook. */
  readonly said?: Readonly<Record<string, Said>>;
  /** What of that is at fault, as a text for people. */
  readonly needsAttention?: string;
  /** In ms since 1970. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

interface ChannelMedia {
  readonly keep?: 'all' | 'none' | readonly MediaKind[];
  readonly maxMegabytes?: number;
}

export interface Said {
  /** When it was so, in ms since 1970. */
  readonly at: number;
  readonly ok: boolean;
  readonly found: string;
}

/** Whose channels and subscribers are that nobody gave to a tenant. */
export const DEFAULT_TENANT = 'default';

/** What the providers allow, in messages a second, by a name that people know. */
export const RATES = {
  /** A number of Meta's, in and out together. */
  standard: 80,
  /** After Meta's automatic upgrade. */
  high: 1_000,
  /** A number that is used in the WhatsApp Business app too. */
  coexistence: 20,
  /** A session of a paid plan of WasenderApi: 256 a minute. */
  paid: 256 / 60,
  /** A session with Account Protection: one in 5 seconds. */
  protected: 0.2,
} as const satisfies Record<string, number>;

/** The reason of a pause in which nothing new is taken, and what waits goes out all the same. */
export const PAUSED_FOR_LANES = 'lanes';

/** Whether what waits is sent: also in a pause that has the channel's outbox run empty. */
export function isSending({ state, pausedBecause }: Channel): boolean {
  return state === 'active' || pausedBecause === PAUSED_FOR_LANES;
}

/** Messages a second that one lane sends at most, a request after another. */
const LANE_RATE = 100;

/** One lane up to 100 messages a second, else one for each hundred. */
export function lanesOf({ messagesPerSecond }: Pick<Channel, 'messagesPerSecond'>): number {
  return Math.max(Math.ceil(messagesPerSecond / LANE_RATE), 1);
}

/** The lane of a contact: the same for all of theirs. */
export function laneOf(channel: Pick<Channel, 'messagesPerSecond'>, to: string): number {
  return trackOf(to, lanesOf(channel));
}

/** Which of so many shares of lanes a contact belongs to, likewise. */
export function trackOf(to: string, tracks: number): number {
  return hash('sha256', to, 'buffer').readUInt32BE(0) % tracks;
}

/** Time between two sends of a lane, in ms. */
export function sendIntervalMs(channel: Pick<Channel, 'messagesPerSecond' | 'share'>): number {
  return (1000 * lanesOf(channel)) / (channel.messagesPerSecond * channel.share);
}
