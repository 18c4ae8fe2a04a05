import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { HttpFront } from './answers/http-front.ts';
import { ArchiveQueries } from './archive/archive-queries.ts';
import { EventArchive } from './archive/event-archive.ts';
import { EventAuditor } from './archive/event-auditor.ts';
import { ChannelsApi } from './channels/channels-api.ts';
import { EventDeliverer, type EventDelivererProps } from './delivery/event-deliverer.ts';
import { EventRouter } from './delivery/event-router.ts';
import { SigningKey } from './delivery/signing-key.ts';
import { SubscriberApi } from './delivery/subscriber-api.ts';
import { SubscriberQueues } from './delivery/subscriber-queues.ts';
import { ContactForgetter } from './forgetting/contact-forgetter.ts';
import { EventProcessor } from './inbound/event-processor.ts';
import { InboundWebhook } from './inbound/inbound-webhook.ts';
import { Media } from './media/media.ts';
import { addOutputs, type Deployed } from './outputs.ts';
import { ProviderSecrets } from './providers/provider-secrets.ts';
import { ReadApi } from './reading/read-api.ts';
import { Campaigns } from './sending/campaigns.ts';
import { CampaignsApi } from './sending/campaigns-api.ts';
import { MessagesApi } from './sending/messages-api.ts';
import { Outbox } from './sending/outbox.ts';
import { Sender } from './sending/sender.ts';
import { Ticker } from './sending/ticker.ts';
import { OrderedQueue } from './shared/ordered-queue.ts';
import type { PrivateBucket } from './shared/private-bucket.ts';
import type { Stage } from './stage.ts';
import { EventTable } from './table/event-table.ts';
import { OverflowBucket } from './table/overflow-bucket.ts';
import { BucketEmptier } from './teardown/bucket-emptier.ts';
import { TenantsApi } from './tenants/tenants-api.ts';
import { AlarmTopic } from './watch/alarm-topic.ts';
import { Alarms } from './watch/alarms.ts';
import { PathDashboard } from './watch/dashboard.ts';

export interface FloodgateStackProps extends StackProps {
  readonly stage: Stage;
}

/** The whole of Floodgate: from a provider's webhook to the stored row, and back to who reads it. */
export class FloodgateStack extends Stack {
  constructor(scope: Construct, id: string, { stage, ...props }: FloodgateStackProps) {
    super(scope, id, {
      description: 'Floodgate: WhatsApp webhooks, nothing lost, nothing doubled, in order',
      // One template for every stage; the name tells them apart in an account.
      stackName: `Floodgate-${stage.name}`,
      terminationProtection: stage.protectData,
      ...props,
    });

    // Enough for a batch of ten through a slow minute of DynamoDB's; the inbox computes from it.
    const timeout = Duration.seconds(30);
    const secrets = new ProviderSecrets(this, 'Secrets', { stage });
    const signingKey = new SigningKey(this, 'SigningKey', { stage });
    const overflow = new OverflowBucket(this, 'Overflow', { stage });
    const inbox = new OrderedQueue(this, 'Inbox', { consumerTimeout: timeout });
    const table = new EventTable(this, 'Events', { stage });
    const front = new HttpFront(this, 'Front', { stage });

    const receiving = { stage, front, inbox: inbox.queue, overflow, secrets };
    const inbound = new InboundWebhook(this, 'Inbound', receiving);
    const processor = new EventProcessor(this, 'Storage', { stage, inbox, table, timeout });
    const media = new Media(this, 'Media', { stage, table, overflow, secrets });
    const reading = { stage, front, table, overflow, media };
    const readApi = new ReadApi(this, 'ReadApi', reading);

    const tenants = new TenantsApi(this, 'TenantsApi', { stage, front, table });
    const channels = new ChannelsApi(this, 'ChannelsApi', { stage, front, table });
    const sending = this.send({ stage, table });
    const asked = { ...reading, ...sending };
    const forgetter = new ContactForgetter(this, 'Forgetting', asked);
    const campaignsApi = new CampaignsApi(this, 'CampaignsApi', asked);
    const messages = new MessagesApi(this, 'MessagesApi', asked);

    const archive = new EventArchive(this, 'Archive', { stage, table });
    const queries = new ArchiveQueries(this, 'Queries', { stage, bucket: archive.bucket });

    const stored = { stage, table, overflow, signingKey, media };
    const { router, queues, deliveries, deliverer, prober } = this.handOn(stored);
    const audited = { stage, table, queues, archive: archive.bucket, deliveries };
    const auditor = new EventAuditor(this, 'Audit', audited);
    const managed = { stage, front, table, signingKey, queues, deliverer };
    const subscribers = new SubscriberApi(this, 'SubscriberApi', managed);

    queues.removeWithStack(deliverer, [router.function, prober, subscribers.function]);
    const buckets = [overflow.bucket, media.files, archive.bucket, router.unrouted];
    this.letGo(stage, [...buckets, sending.campaigns.files]);

    const path = {
      ...{ stage, front },
      ingest: inbound.function,
      ...{ inbox, media },
      processor: processor.function,
      readApi: readApi.function,
      subscribers: subscribers.function,
      forget: forgetter.function,
      ...{ tenants: tenants.function, channels: channels.function },
      ...sending,
      ...{ messages: messages.function, campaignsApi: campaignsApi.function },
      ...{ archiver: archive.function, auditor: auditor.function, router: router.function },
      deliveries,
      ...{ table, deliverer, prober },
    };
    this.watch({ path, router, queues, archive, queries, overflow, inbound, secrets });
  }

  /** Lets the stack be deleted with all that it holds, unless that is protected. */
  private letGo(stage: Stage, buckets: readonly PrivateBucket[]): void {
    if (!stage.protectData) new BucketEmptier(this, 'Emptying', { stage, buckets });
  }

  /** From the table to the providers. */
  private send(stored: Pick<EventDelivererProps, 'stage' | 'table'>) {
    // A slice of a lane, and the answers and writes that are under way at its end.
    const timeout = Duration.seconds(45);
    const outbox = new Outbox(this, 'Outbox', { senderTimeout: timeout });
    const campaigns = new Campaigns(this, 'Campaigns', { ...stored, outbox });
    const { files, checks } = campaigns;
    const sending = { ...stored, outbox, files, checks: checks.queue, timeout };
    const sender = new Sender(this, 'Sending', sending);
    const ticker = new Ticker(this, 'Ticking', { ...stored, outbox });
    return { outbox, sender: sender.function, ticker: ticker.function, campaigns };
  }

  /** From the table to its subscribers. */
  private handOn(
    stored: Pick<EventDelivererProps, 'stage' | 'table' | 'overflow' | 'signingKey' | 'media'>,
  ) {
    // Enough for a batch of ten to an endpoint that takes its ten seconds for each.
    const timeout = Duration.seconds(120);
    const deliveries = new OrderedQueue(this, 'Deliveries', { consumerTimeout: timeout });
    const { stage, table } = stored;
    const mediaJobs = stored.media.jobs.queue;
    const { deadLetterQueue } = deliveries;
    const queues = new SubscriberQueues(this, 'Subscribers', {
      ...{ stage, deadLetterQueue, consumerTimeout: timeout },
    });
    const handing = { stage, table, queues, deadLetterQueue, mediaJobs };
    const router = new EventRouter(this, 'Routing', handing);
    const delivery = new EventDeliverer(this, 'Delivery', {
      ...{ ...stored, queues, deliveries, timeout },
    });
    const { deliverer, prober } = delivery;
    return { router, queues, deliveries, deliverer, prober };
  }

  private watch(deployed: Omit<Deployed, 'topic' | 'dashboardUrl'>): void {
    const { path } = deployed;
    const { topic } = new AlarmTopic(this, 'AlarmTopic', { stage: path.stage });
    const alarms = new Alarms(this, 'Alarms', { path, topic });
    const { url: dashboardUrl } = new PathDashboard(this, 'Floodgate', {
      path,
      alarms: alarms.all,
    });
    addOutputs(this, { ...deployed, topic, dashboardUrl });
  }
}
