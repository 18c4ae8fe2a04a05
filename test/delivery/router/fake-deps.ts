import { readDelivery } from '../../../lambda/delivery/delivery.ts';
import type { Receiver } from '../../../lambda/delivery/router/receivers.ts';
import type { ChangeRecord, RouterDeps } from '../../../lambda/delivery/router/router-deps.ts';
import type {
  OutgoingDelivery,
  OutgoingMediaJob,
} from '../../../lambda/delivery/router/send-round.ts';
import { isQueueGone } from '../../../lambda/delivery/sqs-queues.ts';
import type { Subscriber } from '../../../lambda/delivery/subscriber.ts';
import { contactGroup, eventId } from '../../../lambda/events/event.ts';
import type { RoutedEvent } from '../../../lambda/events/routed-event.ts';
import type { MetricName } from '../../../lambda/metric-names.ts';
import { AwsRequestError } from '../../../lambda/shared/aws/request.ts';

export const NOW = 1_795_212_070_000;

/** A text message of a contact. */
export function aRoutedEvent(contact: string, wamid: string, overrides = {}): RoutedEvent {
  return {
    ...{ provider: 'meta', channel: '1065', kind: 'message', type: 'text', direction: 'inbound' },
    group: contactGroup('1065', contact),
    id: eventId('message', ['1065', wamid]),
    ...{ wamid, occurredAt: NOW - 5000, receivedAt: NOW - 4000, payload: '{}' },
    ...overrides,
  };
}

let records = 0;

/** A record that tells these events. */
export function aRecord(...events: readonly RoutedEvent[]): ChangeRecord {
  records += 1;
  return { sequenceNumber: String(records), events: () => events };
}

export function unreadableRecord(): ChangeRecord {
  return {
    ...aRecord(),
    events: () => {
      throw new SyntaxError('Unexpected token L, "Lucía" is no JSON');
    },
  };
}

/** Of each message whether the queue refuses it, by how often it was sent before. */
type Refuses = (message: OutgoingDelivery, sentBefore: number) => boolean;

interface Fakes extends Partial<RouterDeps<ChangeRecord>> {
  readonly refuses?: Refuses;
  /** What calls to the queue of a subscriber are answered with, if with anything but what it takes. */
  readonly failing?: (subscriberId: string) => Error | undefined;
}

/** What SQS says of a queue that is not there. */
export const NO_QUEUE = new AwsRequestError('SQS', 'QueueDoesNotExist');

/** Queues that take what they do not refuse; remembers what they took, in order. */
export function fakeDeps(
  subscribers: readonly (Subscriber | Receiver)[],
  { refuses = () => false, failing = () => undefined, ...overrides }: Fakes = {},
) {
  const sendings = new Map<string, number>();
  const taken: OutgoingDelivery[] = [];
  const jobs: OutgoingMediaJob[] = [];
  const batches: number[] = [];
  const aside: string[] = [];
  const news: RoutedEvent[] = [];
  const deadLetters: string[] = [];
  const lines: { message: string; fields: object }[] = [];
  const counts: Partial<Record<MetricName, number>> = {};
  const deps: RouterDeps<ChangeRecord> = {
    receivers: async () => subscribers.map(receiverOf),
    channels: async () => new Set(),
    tellStatuses: async () => {},
    addFigures: async () => {},
    stopCampaigns: async () => {},
    noteReply: async () => {},
    keepOptOut: async () => {},
    ownership: async () => () => true,
    isThere: async (id) => subscribers.some((one) => one.id === id),
    isQueueGone,
    sendTo: (subscriberId) => async (batch) => {
      batches.push(batch.length);
      // Answered late, so that whoever does not wait is seen.
      await new Promise((resolve) => setImmediate(resolve));
      const error = failing(subscriberId);
      if (error !== undefined) throw error;
      return batch.flatMap((message) => {
        if (message.planned.delivery.subscriberId !== subscriberId)
          throw new Error('not its queue');
        const sentBefore = sendings.get(message.deduplicationId) ?? 0;
        sendings.set(message.deduplicationId, sentBefore + 1);
        if (refuses(message, sentBefore)) return [{ message, isSenderFault: false }];
        taken.push(message);
        return [];
      });
    },
    deadLetter: async ({ body }, reason, _, told = {}) => {
      const reading = readDelivery(body);
      const wamid = reading.ok ? reading.delivery.event.wamid : undefined;
      deadLetters.push([wamid, reason, ...Object.values(told)].join(' '));
    },
    sendMediaJobs: async (batch) => {
      jobs.push(...batch);
      return [];
    },
    tellChannels: async (event) => void news.push(event),
    setAside: async ({ sequenceNumber }) => {
      await new Promise((resolve) => setImmediate(resolve));
      aside.push(sequenceNumber);
    },
    now: () => NOW,
    count: (metric, value = 1) => {
      counts[metric] = (counts[metric] ?? 0) + value;
    },
    warn: (message, fields) => {
      lines.push({ message, fields });
    },
    ...overrides,
  };
  return { deps, taken, jobs, batches, aside, news, deadLetters, lines, counts };
}

function receiverOf(one: Subscriber | Receiver): Receiver {
  return 'isMapped' in one ? one : { id: one.id, subscriber: one, isMapped: true };
}
