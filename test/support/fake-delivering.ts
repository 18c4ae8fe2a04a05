import { behindNotes } from '../../lambda/delivery/deliverer/behind-notes.ts';
import type { DeliverDeps } from '../../lambda/delivery/deliverer/deliver-batch.ts';
import type { SettleDeps } from '../../lambda/delivery/deliverer/settle-delivery.ts';
import { subscriberViews } from '../../lambda/delivery/deliverer/subscriber-views.ts';
import { type Delivery, writeDelivery } from '../../lambda/delivery/delivery.ts';
import { EndpointError } from '../../lambda/delivery/https-endpoint.ts';
import type { Subscriber } from '../../lambda/delivery/subscriber.ts';
import type { RoutedEvent } from '../../lambda/events/routed-event.ts';
import type { MetricName } from '../../lambda/metric-names.ts';
import type { QueuedMessage, Return } from '../../lambda/shared/queue/queued-message.ts';
import { aDelivery } from './deliveries.ts';
import { type Caller, Rows } from './subscriber-rows.ts';
import { aSubscriber } from './subscribers.ts';

export const NOW = 1_795_212_000_000;

/** An event by its id, in the group of the id's first letter: `a1` comes before `a2`. */
export function deliveryOf(id: string, event: Partial<RoutedEvent> = {}, routedAt = NOW): Delivery {
  const facts = { ...aDelivery().event, id, group: `contact.${id.slice(0, 1)}`, ...event };
  return aDelivery({ event: Object.assign(facts), routedAt });
}

/** The same as the queue hands it out. */
export function queuedDelivery(
  id: string,
  overrides: Partial<QueuedMessage> = {},
  delivery = deliveryOf(id),
): QueuedMessage {
  return {
    messageId: id,
    body: writeDelivery(delivery),
    receiptHandle: id,
    receiveCount: 1,
    messageGroupId: `delivery.${id.slice(0, 1)}`,
    sequenceNumber: id.slice(1).padStart(20, '0'),
    sentAt: delivery.routedAt,
    ...overrides,
  };
}

/** An endpoint's answer: a status, one with `retry-after`, a fault, or what is thrown. */
type Answer =
  | number
  | { readonly status: number; readonly retryAfter: string }
  | { readonly fault: EndpointError['fault'] }
  | Error;

interface FakeOptions {
  readonly subscriber?: Partial<Subscriber>;
  /** What the endpoint answers to an event, each in turn and the last for ever; else 200. */
  readonly answers?: Readonly<Record<string, readonly [Answer, ...Answer[]]>>;
  /** What it answers to all other events. */
  readonly answer?: Answer;
  /** What happens at each call of the table, by its name. */
  readonly onCall?: (name: string) => Promise<void> | void;
  readonly clock?: { now: number };
}

/**
 * A subscriber's rows, its endpoint, and all else that delivering needs. Time passes only where a test
 * lets it. Records what is done, in order.
 */
export function fakeDelivering(options: FakeOptions = {}) {
  const { answers = {}, answer = 200, onCall = () => {}, clock = { now: NOW } } = options;
  const done: string[] = [];
  const returns: Return[] = [];
  const lines: { message: string; fields: object }[] = [];
  const counts: Partial<Record<MetricName, number>> = {};
  const attempts: object[] = [];
  const posted = new Map<string, number>();
  const now = () => clock.now;
  const rows = new Rows(aSubscriber(options.subscriber), now);
  const calling = (name: string): Caller => ({
    call: async (happens) => {
      await onCall(name);
      return happens();
    },
  });

  function answerTo(id: string): Answer {
    const before = posted.get(id) ?? 0;
    posted.set(id, before + 1);
    return answers[id]?.[before] ?? answers[id]?.at(-1) ?? answer;
  }

  const read = async () => {
    await onCall('read');
    return rows.found;
  };
  const settling = (isProbe: boolean): SettleDeps => ({
    ownership: async () => () => true,
    readPayload: async () => undefined,
    findMessage: async () => undefined,
    linkMedia: async (channel: string, { key }: { key: string }) => ({
      url: `https://s3/${key}?channel=${channel}&at=${now()}`,
      expiresAt: now() + 3_600_000,
    }),
    secretsOf: async () => ({ current: 'whsec_c2VjcmV0' }),
    post: async (_: string, { headers }: { headers: Readonly<Record<string, string>> }) => {
      const id = headers['webhook-id'] ?? '';
      await onCall('post');
      done.push(`post ${id}`);
      const given = answerTo(id);
      if (given instanceof Error) throw given;
      if (typeof given === 'number') return { status: given, excerpt: 'no', retryAfter: undefined };
      if ('fault' in given) throw new EndpointError(given.fault);
      return { ...given, excerpt: 'later' };
    },
    send: async () => {},
    nextSlot: async (_, { ready }) => ({ ready: await ready(now()) }),
    logAttempt: (_: string, attempt: object) => void attempts.push(attempt),
    views: subscriberViews(read, now),
    state: rows.stateWriter(calling('state')),
    history: rows.history(calling('history')),
    deadLetter: async (
      { messageId }: QueuedMessage,
      reason: string,
      _: AbortSignal,
      told: Readonly<Record<string, string>> = {},
    ) => {
      await onCall('dead-letter');
      done.push(['dead-letter', messageId, reason, ...Object.values(told)].join(' ').trimEnd());
    },
    disable: async () => {
      await onCall('disable');
      if (rows.subscriber.disabledBecause !== undefined) return false;
      rows.subscriber = { ...rows.subscriber, disabledBecause: 'gone' };
      return true;
    },
    now,
    isProbe,
    hasTime: () => true,
    random: () => 0.5,
    count: (metric: MetricName, value = 1) => {
      counts[metric] = (counts[metric] ?? 0) + value;
    },
    warn: (message: string, fields: object) => void lines.push({ message, fields }),
  });
  const noteBehind = behindNotes({ state: rows.stateWriter(calling('behind')), now });
  const deliverer = (): DeliverDeps => ({
    ...settling(false),
    noteBehind,
    pacer: () => settling(false).nextSlot,
    delayReturns: async (given) => {
      await onCall('delay');
      returns.push(...given);
    },
  });
  const prober = () => settling(true);
  return { rows, clock, done, returns, lines, counts, attempts, deliverer, prober };
}
