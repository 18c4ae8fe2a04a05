import type { ApiClient } from '../../bin/floodgate/stack/api-client.ts';
import type { StackAddress } from '../../bin/floodgate/stack/deployed-stack.ts';
import type { StandInClient } from '../../bin/floodgate/whatsapp/stand-in-client.ts';
import type { CallAws } from '../../lambda/shared/aws/json-protocol.ts';
import type { ReadMetrics } from '../metrics/metric.ts';
import type { WatchedAlarm, Watching } from '../template/watching.ts';
import type { EventFeed } from './event-feed.ts';

/** What the console looks at a stack with, be it on this machine or in AWS. */
export interface Desk {
  readonly stack: StackAddress;
  readonly api: ApiClient;
  readonly dynamodb: CallAws;
  readonly readMetrics: ReadMetrics;
  /** By the clock of what is measured, in ms since 1970. */
  readonly now: () => number;
  /** How far measures lie apart, in seconds. */
  readonly periodSeconds: number;
  /** Where the functions count. */
  readonly metricNamespace: string;
  /** The function that takes webhooks in; undefined where the stack does not name it. */
  readonly ingestFunction: string | undefined;
  /** The events as they flow; undefined of a stack in AWS that nobody listens to yet. */
  readonly feed: () => EventFeed | undefined;
  /** Begins to listen. Resolves once events flow. */
  readonly listen: () => Promise<void>;
  /** What only a stack on this machine has. */
  readonly local: LocalDesk | undefined;
}

export interface LocalDesk {
  /** The people at the other end. */
  readonly standIn: StandInClient;
  readonly watching: () => Watching;
  readonly speaking: () => readonly WatchedAlarm[];
  /** Has a function draw a widget of the dashboard: HTML. Rejects where it fails. */
  readonly drawWidget: (functionArn: string, event: unknown) => Promise<string>;
}
