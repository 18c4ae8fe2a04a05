import { subscriberViews } from '../../../lambda/delivery/deliverer/subscriber-views.ts';
import {
  type Delivery,
  deliveryDeduplicationId,
  deliveryGroup,
  readDelivery,
  writeDelivery,
} from '../../../lambda/delivery/delivery.ts';
import type { Mapping, Mappings } from '../../../lambda/delivery/lambda-mappings.ts';
import type { Backlog, BacklogRow } from '../../../lambda/delivery/prober/backlog-table.ts';
import type { LookAfterDeps } from '../../../lambda/delivery/prober/look-after.ts';
import type { SubscriberQueues } from '../../../lambda/delivery/sqs-queues.ts';
import type { Subscriber } from '../../../lambda/delivery/subscriber.ts';
import { AwsRequestError } from '../../../lambda/shared/aws/request.ts';
import type { SqsQueue } from '../../../lambda/shared/aws/sqs-queue.ts';
import { FifoQueue } from '../../../local/sqs/fifo-queue.ts';
import { fakeDelivering, NOW } from '../../support/fake-delivering.ts';
import { type Caller, Rows } from '../../support/subscriber-rows.ts';
import { aSubscriber } from '../../support/subscribers.ts';

export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;
const PREFIX = 'arn:queues:';
const DIRECTLY: Caller = { call: async (happens) => happens() };

const isGone = () => new AwsRequestError('SQS', 'QueueDoesNotExist');

type Options = Omit<NonNullable<Parameters<typeof fakeDelivering>[0]>, 'subscriber'>;

/** The rows, queues and mappings of several subscribers, and what endpoints answer; time is the test's. */
export function fakeProber(
  subscribers: readonly (Partial<Subscriber> & { readonly id: string })[],
  options: Options = {},
) {
  const clock = options.clock ?? { now: NOW };
  const fake = fakeDelivering({ ...options, clock });
  const now = () => clock.now;
  const rows = new Map(subscribers.map((one) => [one.id, new Rows(aSubscriber(one), now)]));
  const queues = new FakeQueues(now);
  const mappings = new FakeMappings();
  const former = new FifoQueue({ name: 'former.fifo', retentionSeconds: 14 * 86_400 });
  const aside: BacklogRow[] = [];
  for (const [id, row] of rows) {
    row.state = { mappingId: { S: id } };
    queues.made.set(id, aQueue(now()));
    mappings.add(id, id);
  }

  const of = (id: string) => rows.get(id) ?? new Rows(aSubscriber({ id }), now);
  const stateOf = (id: string) => of(id).stateWriter(DIRECTLY);
  const historyOf = (id: string) => of(id).history(DIRECTLY);
  const deps = (): LookAfterDeps => ({
    ...fake.prober(),
    subscribers: async () => [...rows.values()].flatMap(({ found }) => found ?? []),
    find: async (id) => of(id).found,
    sendTo: (id) => async (batch) => {
      for (const { group: groupId, deduplicationId, body } of batch) {
        queues.made.get(id)?.queue.send({ groupId, deduplicationId, body }, now());
      }
      return [];
    },
    removeSubscriber: async (id) => {
      of(id).isThere = false;
    },
    views: subscriberViews(async (id) => of(id).found, now),
    state: {
      addFailure: (id, signal) => stateOf(id).addFailure(id, signal),
      down: (id, signal) => stateOf(id).down(id, signal),
      alive: (id, signal) => stateOf(id).alive(id, signal),
      reset: (id, signal) => stateOf(id).reset(id, signal),
      slow: (id, untilMs, signal) => stateOf(id).slow(id, untilMs, signal),
      waiting: (id, since, signal) => stateOf(id).waiting(id, since, signal),
      behind: (id, sentAt, signal) => stateOf(id).behind(id, sentAt, signal),
      listened: (id, signal) => stateOf(id).listened(id, signal),
      mapped: (id, mappingId, signal) => stateOf(id).mapped(id, mappingId, signal),
    },
    history: {
      read: (delivery, signal) => historyOf(delivery.subscriberId).read(delivery, signal),
      addFailure: (delivery, ...given) =>
        historyOf(delivery.subscriberId).addFailure(delivery, ...given),
      close: (delivery, signal) => historyOf(delivery.subscriberId).close(delivery, signal),
      giveUp: (delivery, signal) => historyOf(delivery.subscriberId).giveUp(delivery, signal),
      waiting: (id, signal) => historyOf(id).waiting(id, signal),
    },
    queues,
    mappings,
    functions: 10,
    queueArn: (id) => `${PREFIX}${id}`,
    idOfQueue: (arn) => (arn.startsWith(PREFIX) ? arn.slice(PREFIX.length) : undefined),
    backlog: fakeBacklog(aside),
    former: queueOf(former, now),
  });
  /** Puts deliveries on the queue of their subscriber. */
  const send = (...deliveries: readonly Delivery[]) => {
    for (const delivery of deliveries) {
      const queue = queues.made.get(delivery.subscriberId)?.queue;
      if (queue !== undefined) put(queue, delivery, true, now());
    }
  };
  /** Ids of the events in the queue of a subscriber, in its order. */
  const held = (id: string) => {
    const all = queues.made.get(id)?.queue.receive(10, now() + DAY, 0) ?? [];
    return all.flatMap(({ body }) => eventIdIn(body) ?? []);
  };
  return { ...fake, clock, rows: of, queues, mappings, former, aside, deps, send, held };
}

export function put(queue: FifoQueue, delivery: Delivery, isOrdered: boolean, nowMs: number): void {
  const groupId = deliveryGroup(delivery, isOrdered);
  const deduplicationId = deliveryDeduplicationId(delivery);
  queue.send({ groupId, deduplicationId, body: writeDelivery(delivery) }, nowMs);
}

function eventIdIn(body: string): string | undefined {
  const reading = readDelivery(body);
  return reading.ok ? reading.delivery.event.id : undefined;
}

function aQueue(madeAt: number) {
  const queue = new FifoQueue({ name: 'sub.fifo', retentionSeconds: 14 * 86_400 });
  return { queue, madeAt };
}

class FakeQueues implements SubscriberQueues {
  readonly made = new Map<string, ReturnType<typeof aQueue>>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  readonly of = (id: string) => {
    const made = this.made.get(id);
    return made === undefined ? noQueue() : queueOf(made.queue, this.#now);
  };
  readonly create = async (id: string) => {
    if (!this.made.has(id)) this.made.set(id, aQueue(this.#now()));
  };
  readonly remove = async (id: string) => void this.made.delete(id);
  readonly list = async () => [...this.made.keys()];
  readonly madeAt = async (id: string) => this.made.get(id)?.madeAt;
  readonly send = async (delivery: Delivery, isOrdered: boolean) => {
    const made = this.made.get(delivery.subscriberId);
    if (made === undefined) throw isGone();
    put(made.queue, delivery, isOrdered, this.#now());
  };
}

function noQueue(): SqsQueue {
  const gone = () => Promise.reject(isGone());
  return { waiting: gone, receive: gone, done: gone, giveBack: gone };
}

function queueOf(queue: FifoQueue, now: () => number): SqsQueue {
  return {
    waiting: async () => {
      const { visible, inFlight } = queue.counts(now());
      return visible + inFlight;
    },
    receive: async (hiddenSeconds) =>
      queue
        .receive(10, now(), hiddenSeconds)
        .map(({ groupId, ...message }) => ({ ...message, messageGroupId: groupId })),
    done: async ({ receiptHandle }) => void queue.delete(receiptHandle, now()),
    giveBack: async (returns) => {
      for (const { message, delaySeconds } of returns) {
        queue.changeVisibility(message.receiptHandle, delaySeconds, now());
      }
    },
  };
}

class FakeMappings implements Mappings {
  readonly made = new Map<string, Mapping>();
  /** What was asked of Lambda, in order. */
  readonly asked: string[] = [];

  add(subscriberId: string, id: string, settings: Partial<Mapping> = {}): void {
    const queueArn = `${PREFIX}${subscriberId}`;
    const standard = { isOn: true, isChanging: false, functions: 10 };
    this.made.set(subscriberId, { id, queueArn, ...standard, ...settings });
  }

  readonly list = async () => [...this.made.values()];
  readonly create: Mappings['create'] = async (queueArn, settings) => {
    const subscriberId = queueArn.slice(PREFIX.length);
    const id = `new mapping of ${subscriberId}`;
    this.asked.push(`create ${subscriberId} ${settings.isOn ? 'on' : 'off'}`);
    this.add(subscriberId, id, settings);
    return id;
  };
  readonly change: Mappings['change'] = async (id, settings) => {
    for (const [subscriberId, mapping] of this.made) {
      if (mapping.id !== id) continue;
      this.asked.push(`${settings.isOn ? 'on' : 'off'} ${subscriberId} ${settings.functions}`);
      this.made.set(subscriberId, { ...mapping, ...settings });
    }
    return true;
  };
  readonly remove: Mappings['remove'] = async (id) => {
    for (const [subscriberId, mapping] of this.made) {
      if (mapping.id === id) this.made.delete(subscriberId);
    }
    this.asked.push(`remove ${id}`);
    return true;
  };
}

function fakeBacklog(rows: BacklogRow[]): Backlog {
  return {
    after: async (id, key, limit) =>
      rows
        .filter((row) => row.subscriberId === id && row.key > key)
        .toSorted((one, other) => (one.key < other.key ? -1 : 1))
        .slice(0, limit),
    remove: async ({ key }) => {
      rows.splice(
        rows.findIndex((row) => row.key === key),
        1,
      );
    },
  };
}
