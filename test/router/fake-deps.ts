import type { RoutedEvent } from '../../lambda/domain/delivery.ts';
import { contactGroup, eventId } from '../../lambda/domain/event.ts';
import type { Subscriber } from '../../lambda/domain/subscriber.ts';
import type { MetricName } from '../../lambda/metric-names.ts';
import type { ChangeRecord, RouterDeps } from '../../lambda/router/route-records.ts';
import type { OutgoingDelivery, OutgoingMediaJob } from '../../lambda/router/send-round.ts';

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

/** A queue that takes what it does not refuse, and remembers what it took, in order. */
export function fakeDeps(
  subscribers: readonly Subscriber[],
  {
    refuses = () => false,
    ...overrides
  }: Partial<RouterDeps<ChangeRecord>> & { refuses?: Refuses } = {},
) {
  const sendings = new Map<string, number>();
  const taken: OutgoingDelivery[] = [];
  const jobs: OutgoingMediaJob[] = [];
  const batches: number[] = [];
  const aside: string[] = [];
  const lines: { message: string; fields: object }[] = [];
  const counts: Partial<Record<MetricName, number>> = {};
  const deps: RouterDeps<ChangeRecord> = {
    subscribers: async () => subscribers,
    sendBatch: async (batch) => {
      batches.push(batch.length);
      // Answered late, so that whoever does not wait is seen.
      await new Promise((resolve) => setImmediate(resolve));
      return batch.flatMap((message) => {
        const sentBefore = sendings.get(message.deduplicationId) ?? 0;
        sendings.set(message.deduplicationId, sentBefore + 1);
        if (refuses(message, sentBefore)) return [{ message, isSenderFault: false }];
        taken.push(message);
        return [];
      });
    },
    sendMediaJobs: async (batch) => {
      jobs.push(...batch);
      return [];
    },
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
  return { deps, taken, jobs, batches, aside, lines, counts };
}
