import type { CountedChange } from '../../campaigns/figures.ts';
import type { FiguresTable } from '../../campaigns/figures-table.ts';
import type { UntoldStatuses } from '../../changes/untold-statuses.ts';
import type { OwnershipDeps } from '../../channels/tenancy.ts';
import type { RoutedEvent } from '../../events/routed-event.ts';
import type { DeadLetter } from '../../events/sqs-dead-letter.ts';
import type { MetricName } from '../../metric-names.ts';
import type { SendBatch } from '../../shared/queue/outgoing-message.ts';
import type { TellStatuses } from './outgoing-statuses-table.ts';
import type { Receiver } from './receivers.ts';
import type { OutgoingDelivery, OutgoingMediaJob } from './send-round.ts';

/** A record of the table's change stream. */
export interface ChangeRecord {
  /** DynamoDB's digits, in the order of the shard. */
  readonly sequenceNumber: string;
  /** The events that it tells. Throws where it is nothing that a table of ours could say. */
  readonly events: () => readonly RoutedEvent[];
  /** What it leaves to be told to one of our own messages. Likewise. @default nothing */
  readonly untold?: () => UntoldStatuses | undefined;
  /** What it adds to the figures of a campaign. Likewise. @default nothing */
  readonly counted?: () => CountedChange | undefined;
}

export interface RouterDeps<T extends ChangeRecord> extends OwnershipDeps {
  /** All subscribers, as they are or were a few seconds ago. */
  readonly receivers: (signal: AbortSignal) => Promise<readonly Receiver[]>;
  /** Ids of the channels that are sent from, as they are or were a few seconds ago. */
  readonly channels: (signal: AbortSignal) => Promise<ReadonlySet<string>>;
  readonly tellStatuses: TellStatuses;
  readonly addFigures: FiguresTable['add'];
  /** Pauses campaigns that must not go on by what an event of their account says. */
  readonly stopCampaigns: (event: RoutedEvent, signal: AbortSignal) => Promise<void>;
  /** Keeps with a message of a campaign that an event answers it. */
  readonly noteReply: (event: RoutedEvent, signal: AbortSignal) => Promise<void>;
  /** Keeps what an event says of who wants no marketing. */
  readonly keepOptOut: (event: RoutedEvent, signal: AbortSignal) => Promise<void>;
  /** Whether a subscriber is there at this moment. */
  readonly isThere: (id: string, signal: AbortSignal) => Promise<boolean>;
  /** Sends to the queue of a subscriber. */
  readonly sendTo: (subscriberId: string) => SendBatch<OutgoingDelivery>;
  /** Whether an error says that a queue is not there. */
  readonly isQueueGone: (error: unknown) => boolean;
  readonly deadLetter: DeadLetter;
  readonly sendMediaJobs: SendBatch<OutgoingMediaJob>;
  /** Keeps with channels what an event says of them. */
  readonly tellChannels: (event: RoutedEvent, signal: AbortSignal) => Promise<void>;
  /** Resolves only when the record is durable elsewhere. */
  readonly setAside: (record: T, signal: AbortSignal) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly count: (metric: MetricName, value?: number) => void;
  readonly warn: (
    message: string,
    fields: Readonly<Record<string, string | number | undefined>>,
  ) => void;
}
