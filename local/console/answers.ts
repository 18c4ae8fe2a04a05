import type { Step } from '../../bin/floodgate/trace/read-trace.ts';
import type { ChannelAnswer, ChannelsAnswer } from '../../lambda/channels/managing/schemas.ts';
import type { Content } from '../../lambda/content/schema.ts';
import type {
  DeliveriesAnswer,
  SubscriberAnswer,
} from '../../lambda/delivery/subscribers/schemas.ts';
import type { ContactAnswer, OutgoingAnswer, TimelineEntry } from '../../lambda/reading/schemas.ts';
import type { CampaignAnswer, CampaignShown } from '../../lambda/sending/campaigns/schemas.ts';
import type { PersonAnswer, PhoneMessage } from '../whatsapp/stand-in-schemas.ts';

/** What the server of the console answers, and its page reads: one build has both. */

/** Something that somebody has to look at. */
export interface WrongAnswer {
  readonly what: string;
  /** The command that shows more; null where there is none. */
  readonly look: string | null;
  /** Its section of the runbook. */
  readonly runbook: string | null;
}

export type PartId =
  | 'webhooks'
  | 'inbox'
  | 'table'
  | 'deliveries'
  | 'media'
  | 'archive'
  | 'outbox'
  | 'sent';

/** A part of an event's way. */
export interface PartAnswer {
  readonly id: PartId;
  /** A second, over the last one or five minutes or so; null where nobody measures it. */
  readonly rate: number | null;
  /** How many in each of the last periods, the oldest first. */
  readonly points: readonly (number | null)[];
  /** About how many wait; null where nothing can. */
  readonly waiting: number | null;
  /** For how long the oldest of them has waited, in seconds. */
  readonly oldestSeconds: number | null;
  /** What of it somebody has to look at. */
  readonly wrong: readonly WrongAnswer[];
}

export interface OverviewAnswer {
  readonly stack: string;
  readonly url: string;
  readonly isLocal: boolean;
  /** Of the points of the parts. */
  readonly periodSeconds: number;
  readonly parts: readonly PartAnswer[];
  readonly wrong: readonly WrongAnswer[];
  readonly subscribers: number;
  readonly channels: number;
  /** Views that this stack has beside those that all have. */
  readonly has: { readonly live: boolean; readonly phones: boolean; readonly dashboard: boolean };
}

/** An event, on a line. */
export interface LiveEvent {
  /** The how manieth it is since the stack was started. */
  readonly number: number;
  readonly id: string;
  readonly kind: string;
  readonly type: string;
  readonly direction: 'inbound' | 'outbound';
  readonly provider: string;
  readonly channel: string;
  /** By which to ask for the contact; null where nobody is named. */
  readonly contact: string | null;
  /** How the contact calls itself. */
  readonly who: string | null;
  readonly says: string | null;
  readonly wamid: string | null;
  readonly occurredAt: string | null;
  readonly receivedAt: string | null;
}

export interface EventsAnswer {
  /** The oldest first. */
  readonly events: readonly LiveEvent[];
  /** Flowed by since the last that was asked for, and are not among them. */
  readonly passed: number;
}

export interface EventAnswer {
  readonly events: readonly OpenedEvent[];
}

export interface TraceAnswer {
  readonly steps: readonly Step[];
}

export interface OpenedEvent extends LiveEvent {
  readonly content: Content | null;
  /** The webhook of this event, as JSON text; null where it is not in the table. */
  readonly payload: string | null;
}

export interface ContactLine {
  readonly channel: string;
  readonly contact: string;
  readonly who: string | null;
  readonly says: string | null;
  readonly at: string | null;
}

export type EntryAnswer = Omit<TimelineEntry, 'payload'>;

export interface ConversationAnswer {
  readonly contact: ContactAnswer;
  /** The newest first. */
  readonly entries: readonly EntryAnswer[];
  readonly nextCursor: string | null;
  /** The number or session, where messages may be sent from it. */
  readonly channel: ChannelAnswer | null;
}

interface SubscribersAnswer {
  readonly subscribers: readonly SubscriberLine[];
  /** Of those that another release wrote. */
  readonly unreadable: readonly string[];
}

/** With what was tried last. */
export interface SubscriberLine extends SubscriberAnswer {
  readonly last: readonly DeliveriesAnswer['deliveries'][number][];
}

export interface TestedAnswer {
  readonly isDelivered: boolean;
  /** One sentence. */
  readonly says: string;
}

export interface LetterAnswer {
  readonly id: string;
  readonly queue: string;
  readonly reason: string;
  readonly since: string;
  readonly receiveCount: number;
  /** What it was; null where it is none that this release reads. */
  readonly what: string | null;
  readonly channel: string | null;
  readonly eventId: string | null;
  /** Of its group, in the same queue. */
  readonly behind: number;
}

export interface LettersAnswer {
  readonly queues: readonly { readonly name: string; readonly deadLetters: number }[];
  readonly letters: readonly LetterAnswer[];
}

/** What was done with dead letters, in a sentence. */
export interface DoneAnswer {
  readonly isOk: boolean;
  readonly says: string;
}

interface PhoneAnswer {
  /** Null of whoever wrote nothing yet, and got nothing. */
  readonly person: PersonAnswer | null;
  readonly messages: readonly PhoneMessage[];
}

/** A line of a chart. */
export interface ChartLine {
  readonly label: string;
  readonly points: readonly (number | null)[];
}

export type Widget = { readonly width: number; readonly height: number } & (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'alarms'; readonly alarms: readonly WidgetAlarm[] }
  /** By a function of the stack, as HTML. */
  | { readonly kind: 'drawn'; readonly title: string; readonly html: string }
  | {
      readonly kind: 'chart';
      readonly title: string;
      readonly lines: readonly ChartLine[];
      /** Whether anything of it is measured here. */
      readonly isMeasured: boolean;
    }
);

export interface WidgetAlarm {
  readonly name: string;
  readonly says: string;
  readonly runbook: string | null;
  readonly isSpeaking: boolean;
}

export interface DashboardAnswer {
  /** In seconds since 1970: when each of the points begins. */
  readonly times: readonly number[];
  /** By rows, as CloudWatch lays them out in 24 columns. */
  readonly rows: readonly (readonly Widget[])[];
}

/** What may be read, by the names of the requests. */
export interface Reads {
  readonly overview: OverviewAnswer;
  readonly events: EventsAnswer;
  readonly event: EventAnswer;
  readonly trace: TraceAnswer;
  readonly contacts: { readonly contacts: readonly ContactLine[] };
  readonly conversation: ConversationAnswer;
  readonly campaigns: { readonly campaigns: readonly CampaignAnswer[] };
  readonly campaign: CampaignShown;
  readonly channels: ChannelsAnswer;
  readonly subscribers: SubscribersAnswer;
  readonly letters: LettersAnswer;
  readonly letter: { readonly body: string };
  readonly phones: { readonly people: readonly PersonAnswer[] };
  readonly phone: PhoneAnswer;
  readonly dashboard: DashboardAnswer;
}

/** What may be done, by the names of the requests. */
export interface Acts {
  readonly send: OutgoingAnswer;
  readonly 'use-channel': ChannelAnswer;
  readonly 'move-channel': ChannelAnswer;
  readonly 'move-campaign': CampaignAnswer;
  readonly 'move-subscriber': SubscriberAnswer;
  readonly 'test-subscriber': TestedAnswer;
  readonly listen: { readonly isListening: boolean };
  readonly redrive: DoneAnswer;
  readonly drop: DoneAnswer;
  readonly 'write-as': { readonly status: number | 'none' };
  readonly 'read-as': { readonly read: number };
}

export type { CampaignAnswer, CampaignShown, PersonAnswer, Step };
