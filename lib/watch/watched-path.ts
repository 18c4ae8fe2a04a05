import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { HttpFront } from '../answers/http-front.ts';
import type { Media } from '../media/media.ts';
import type { Campaigns } from '../sending/campaigns.ts';
import type { Outbox } from '../sending/outbox.ts';
import type { OrderedQueue } from '../shared/ordered-queue.ts';
import type { Stage } from '../stage.ts';
import type { EventTable } from '../table/event-table.ts';

/** What an event passes on its way, for those that watch it. */
export interface WatchedPath {
  readonly stage: Stage;
  readonly front: HttpFront;
  readonly ingest: IFunction;
  readonly inbox: OrderedQueue;
  readonly processor: IFunction;
  readonly media: Media;
  readonly readApi: IFunction;
  /** Manages subscribers. */
  readonly subscribers: IFunction;
  /** Manages which callers see which tenant. */
  readonly tenants: IFunction;
  /** Manages what messages are sent from. */
  readonly channels: IFunction;
  /** Wakes of lanes. */
  readonly outbox: Outbox;
  readonly sender: IFunction;
  /** Looks after lanes. */
  readonly ticker: IFunction;
  /** Checks campaigns. */
  readonly campaigns: Campaigns;
  /** Takes messages to send. */
  readonly messages: IFunction;
  readonly campaignsApi: IFunction;
  /** Empties what is stored of a person. */
  readonly forget: IFunction;
  readonly table: EventTable;
  readonly archiver: IFunction;
  /** Looks whether events of subscribers are lost. */
  readonly auditor: IFunction;
  readonly router: IFunction;
  /** Its dead-letter queue takes what is given up of all subscribers. */
  readonly deliveries: OrderedQueue;
  readonly deliverer: IFunction;
  /** Tries endpoints that answer nobody. */
  readonly prober: IFunction;
}
