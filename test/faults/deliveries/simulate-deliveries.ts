import type { PostToEndpoint } from '../../../lambda/adapters/https-endpoint.ts';
import { EndpointError } from '../../../lambda/adapters/https-endpoint.ts';
import { deliverBatch } from '../../../lambda/deliverer/deliver-batch.ts';
import { subscriberViews } from '../../../lambda/deliverer/subscriber-views.ts';
import { deliveryGroup, writeDelivery } from '../../../lambda/domain/delivery.ts';
import { currentViews } from '../../../lambda/drainer/current-views.ts';
import { drainAll } from '../../../lambda/drainer/drain-all.ts';
import { FifoQueue } from '../../../local/sqs/fifo-queue.ts';
import type { ReceivedMessage } from '../../../local/sqs/queue-types.ts';
import { seededRandom } from '../../../local/traffic/random.ts';
import { aDelivery } from '../../support/deliveries.ts';
import { Rows } from '../../support/subscriber-rows.ts';
import { aSubscriber } from '../../support/subscribers.ts';
import { VirtualTime } from '../virtual-time.ts';
import { Invocation } from './invocation.ts';

/** 2026-11-22T12:00:00Z */
const START_MS = 1_795_348_800_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** As the functions have them. */
const TRY_MS = 25_000;
const RESERVE_MS = 6_000;

export interface DeliverySchedule {
  readonly seed: number;
  /** How likely each call of a function fails. */
  readonly faultRate: number;
  /** How long events come in. */
  readonly lastsMs: number;
  readonly groups: number;
  readonly eventsPerGroup: number;
  /** When the endpoint is down, in ms from the start. */
  readonly outages: readonly Span[];
  readonly pauses: readonly Span[];
  /** One group's first event is refused until then. */
  readonly poisonUntil: number;
  readonly concurrency?: number;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

export interface DeliveryRun {
  readonly violation: string | undefined;
  readonly received: number;
  readonly doubles: number;
  readonly setAside: number;
  readonly deadLetters: number;
  readonly metrics: ReadonlyMap<string, number>;
  readonly endedAfterMs: number;
}

const LONGEST_MS = 30 * HOUR;

/** Delivers a day's events through outages, pauses, poison and faults at any call, until all is quiet. */
export async function simulateDeliveries(schedule: DeliverySchedule): Promise<DeliveryRun> {
  const time = new VirtualTime(START_MS);
  const now = () => time.now;
  const random = seededRandom(schedule.seed, 'deliveries');
  const elapsed = () => time.now - START_MS;
  const isWithin = (spans: readonly Span[]) =>
    spans.some(({ from, to }) => elapsed() >= from && elapsed() < to);
  // Faults end, so that what is not mended by then is a loss.
  const faults = {
    time,
    random,
    rate: () => (elapsed() < 2 * schedule.lastsMs ? schedule.faultRate : 0),
  };
  const { concurrency } = schedule;
  const rows = new Rows(aSubscriber(concurrency === undefined ? {} : { concurrency }), now);
  const queue = new FifoQueue({ name: 'deliveries.fifo', visibilityTimeoutSeconds: 720 });
  const metrics = new Map<string, number>();
  const received = new Map<string, number>();
  let violation: string | undefined;
  let [doubles, deadLetters] = [0, 0];

  const receive = (group: number, n: number) => {
    const last = received.get(String(group)) ?? -1;
    if (n > last + 1) violation ??= `event ${n} of group ${group} overtook ${last + 1}`;
    if (n <= last) doubles += 1;
    received.set(String(group), Math.max(last, n));
  };
  const post =
    (invocation: Invocation): PostToEndpoint =>
    async (_, { headers }) => {
      const [group = 0, n = 0] = (headers['webhook-id'] ?? '').split('_').slice(1).map(Number);
      await invocation.sleep(random() * 500);
      if (isWithin(schedule.outages)) {
        if (random() < 0.5) return { status: 503, excerpt: '', retryAfter: undefined };
        await invocation.sleep(9_000);
        throw new EndpointError('timeout');
      }
      const isPoison = group === 0 && n === 0 && elapsed() < schedule.poisonUntil;
      if (isPoison) return { status: 500, excerpt: 'no', retryAfter: undefined };
      receive(group, n);
      if (random() < faults.rate()) throw new EndpointError('timeout');
      return { status: 200, excerpt: '', retryAfter: undefined };
    };

  const depsOf = (invocation: Invocation) => ({
    readPayload: async () => undefined,
    secretsOf: async () => ({ current: 'whsec_c2VjcmV0' }),
    post: post(invocation),
    send: async () => {},
    acquire: rows.limits(invocation, TRY_MS),
    sleep: (ms: number) => invocation.sleep(ms),
    logAttempt: () => {},
    state: rows.stateWriter(invocation),
    deadLetter: () =>
      invocation.call(() => {
        deadLetters += 1;
      }),
    disable: async () => false,
    now,
    random,
    count: (metric: string, value = 1) => metrics.set(metric, (metrics.get(metric) ?? 0) + value),
    warn: () => {},
  });
  const never = new AbortController().signal;
  const read = (invocation: Invocation) => () => invocation.call(() => rows.stored);

  let [running, invocations] = [0, 0];
  async function deliver(messages: readonly ReceivedMessage[]) {
    invocations += 1;
    const invocation = new Invocation(`deliverer-${invocations}`, faults);
    running += 1;
    try {
      const returned = await invocation.run(() =>
        deliverBatch(
          { messages: messages.map(queued), signal: never },
          {
            ...depsOf(invocation),
            views: subscriberViews(read(invocation), now),
            putAside: rows.putAside(invocation),
            hasTime: () => invocation.remainingMs > TRY_MS + RESERVE_MS,
            delayReturns: (returns) =>
              invocation.call(() => {
                for (const { message, delaySeconds } of returns) {
                  queue.changeVisibility(message.receiptHandle, delaySeconds, now());
                }
              }),
          },
        ),
      );
      for (const message of messages) {
        const isReturned = returned.some(({ messageId }) => messageId === message.messageId);
        if (!isReturned && random() >= faults.rate()) queue.delete(message.receiptHandle, now());
      }
    } catch {
      // What it had is handed out again after the visibility timeout.
    }
    running -= 1;
  }
  async function drain() {
    invocations += 1;
    const invocation = new Invocation(`drainer-${invocations}`, faults);
    const stored = read(invocation);
    await invocation
      .run(() =>
        drainAll(never, {
          ...depsOf(invocation),
          ...currentViews(stored, async () => false),
          backlog: rows.backlogTable(invocation),
          subscribers: async () => [await stored()],
          owner: invocation.id,
          leaseUntil: now() + invocation.remainingMs,
          hasTime: () => invocation.remainingMs > TRY_MS + RESERVE_MS,
        }),
      )
      .catch(() => {});
  }

  for (let group = 0; group < schedule.groups; group += 1) {
    const times = Array.from(
      { length: schedule.eventsPerGroup },
      () => random() * schedule.lastsMs,
    );
    for (const [n, at] of times.sort((a, b) => a - b).entries()) {
      time.after(at, () => {
        const { event, ...rest } = aDelivery();
        const delivery = {
          ...rest,
          routedAt: now(),
          event: { ...event, id: `message.${group}.${n}`, group: `contact.${group}` },
        };
        const groupId = deliveryGroup(delivery, true);
        const message = {
          groupId,
          deduplicationId: delivery.event.id,
          body: writeDelivery(delivery),
        };
        const sent = queue.send(message, now());
        if (!sent.ok) throw new Error(sent.code);
      });
    }
  }
  for (const { from, to } of schedule.pauses) {
    const pause = (isPaused: boolean) => () => {
      rows.subscriber = { ...rows.subscriber, isPaused };
    };
    time.after(from, pause(true));
    time.after(to, pause(false));
  }
  const every = (ms: number, work: () => void) => {
    const tick = () => {
      work();
      time.after(ms, tick);
    };
    time.after(ms, tick);
  };
  every(1_000, () => {
    while (running < 4) {
      const messages = queue.receive(10, now());
      if (messages.length === 0) return;
      void deliver(messages);
    }
  });
  every(MINUTE, () => void drain());

  const total = schedule.groups * schedule.eventsPerGroup;
  const receivedCount = () => [...received.values()].reduce((sum, last) => sum + last + 1, 0);
  const isQuiet = () => {
    const { visible, inFlight } = queue.counts(now());
    const isEmpty = visible + inFlight + rows.backlog.size === 0;
    return (
      isEmpty && elapsed() > 1.3 * schedule.lastsMs && rows.state['breakerState'] === undefined
    );
  };
  await time.run(() => violation !== undefined || isQuiet() || elapsed() > LONGEST_MS);
  if (violation === undefined && receivedCount() < total) {
    violation = `${total - receivedCount()} of ${total} events were lost`;
  }
  if (violation === undefined && !isQuiet()) violation = 'it does not come to rest';
  return {
    violation,
    received: receivedCount(),
    doubles,
    setAside: metrics.get('DeliverySetAside') ?? 0,
    deadLetters,
    metrics,
    endedAfterMs: elapsed(),
  };
}

function queued(message: ReceivedMessage) {
  return { ...message, messageGroupId: message.groupId };
}
