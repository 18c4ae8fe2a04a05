import { type Backlog, type BacklogRow, endOfGroup } from '../adapters/backlog-table.ts';
import type { DeadLetter } from '../adapters/sqs-dead-letter.ts';
import type { LogFields } from '../adapters/telemetry.ts';
import { type TryDeps, tryDelivery } from '../deliverer/try-delivery.ts';
import { writeDelivery } from '../domain/delivery.ts';
import { deliveryDelaySeconds, giveUpAt } from '../domain/delivery-retry.ts';
import type { Subscriber } from '../domain/subscriber.ts';
import type { MetricName } from '../metric-names.ts';

export interface DrainDeps extends TryDeps {
  readonly backlog: Backlog;
  readonly deadLetter: DeadLetter;
  /** The subscriber as it is now; undefined where nothing may go out to it any more. */
  readonly receiver: (id: string, signal: AbortSignal) => Promise<Subscriber | undefined>;
  /** Ends all deliveries to a subscriber. False where it was changed since it was read. */
  readonly disable: (subscriber: Subscriber, signal: AbortSignal) => Promise<boolean>;
  readonly hasTime: () => boolean;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly count: (metric: MetricName, value?: number) => void;
  readonly warn: (message: string, fields: LogFields) => void;
}

/** What one drainer has found of an endpoint. */
export interface Health {
  successes: number;
  failures: number;
  isGivenUp: boolean;
}

/**
 * - `empty`: there was nothing in the backlog
 * - `drained`: something went out, or was given up
 * - `stuck`: nothing can go out before its time
 * - `dead`: the endpoint answers nobody
 * - `stopped`: the time is up, or the subscriber gets nothing any more
 */
export type Pass = 'empty' | 'drained' | 'stuck' | 'dead' | 'stopped';

/** Rows that are read at a time before anything has got through, and after: reading is what a dead endpoint costs. */
const PAGE_SIZE = { probing: 20, draining: 200 };

/** Groups whose heads are tried before anything has got through, and after. */
const WIDTH = { probing: 3, draining: 20 };

const LIMITS_PATIENCE_MS = 5000;

const PROBES_UNDER_WAY_MS = 50;

/** A probe of an endpoint that is down is made about as often as the drainer runs. */
const PROBE_SECONDS = 30;

/** Goes through the backlog of a subscriber once, groups side by side, each in its order. */
export async function drainBacklog(
  subscriberId: string,
  health: Health,
  signal: AbortSignal,
  deps: DrainDeps,
): Promise<Pass> {
  const before = health.successes;
  let next = await drainFrom('', subscriberId, health, signal, deps);
  if (next === 'end') return 'empty';
  while (typeof next === 'object') {
    next = await drainFrom(next.key, subscriberId, health, signal, deps);
  }
  if (next !== 'end') return next;
  return health.successes > before ? 'drained' : 'stuck';
}

/** Drains the page after a key. Returns after which key to go on. */
async function drainFrom(
  key: string,
  subscriberId: string,
  health: Health,
  signal: AbortSignal,
  deps: DrainDeps,
): Promise<{ readonly key: string } | 'end' | 'dead' | 'stopped'> {
  const subscriber = await deps.receiver(subscriberId, signal);
  if (subscriber === undefined || !deps.hasTime()) return 'stopped';
  const pageSize = health.successes === 0 ? PAGE_SIZE.probing : PAGE_SIZE.draining;
  const rows = await deps.backlog.after(subscriberId, key, pageSize, signal);
  const last = rows.at(-1);
  if (last === undefined) return 'end';
  const halted = await drainPage(rows, subscriber, health, signal, deps);
  if (isDead(health)) return 'dead';
  // What is left of a group that waits is passed over.
  return { key: halted.has(last.group) ? endOfGroup(last.group) : last.key };
}

/** Dead-letters what the endpoint did not take within its three days. */
export async function giveUpExpired(
  subscriber: Subscriber,
  signal: AbortSignal,
  deps: DrainDeps,
): Promise<void> {
  let key = '';
  while (deps.hasTime()) {
    const rows = await deps.backlog.after(subscriber.id, key, PAGE_SIZE.draining, signal);
    const last = rows.at(-1);
    if (last === undefined) return;
    for (const row of rows) {
      const isExpired = deps.now() >= giveUpAt(row.delivery, subscriber);
      if (isExpired) await giveUp(row, 'endpoint-down', '', signal, deps);
    }
    key = last.key;
  }
}

/** Returns the groups that have to wait. All that was started has ended when it does. */
async function drainPage(
  rows: readonly BacklogRow[],
  subscriber: Subscriber,
  health: Health,
  signal: AbortSignal,
  deps: DrainDeps,
): Promise<ReadonlySet<string>> {
  const waiting = [...Map.groupBy(rows, ({ group }) => group)];
  const halted = new Set<string>();
  const width = widthFor(subscriber);
  const work = async (worker: number) => {
    while (worker >= WIDTH.probing && health.successes === 0 && isGoing(health, waiting)) {
      await deps.sleep(PROBES_UNDER_WAY_MS, signal);
    }
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [group, items] = next;
      if (!(await drainGroup(items, subscriber, health, signal, deps))) halted.add(group);
    }
  };
  const workers = await Promise.allSettled(
    Array.from({ length: width }, (_, worker) =>
      work(worker).catch((error: unknown) => {
        waiting.length = 0;
        throw error;
      }),
    ),
  );
  const failure = workers.find((worker) => worker.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return halted;
}

/** More than the limits let out at once would only wait for one another. */
function widthFor({ concurrency, ratePerSecond }: Subscriber): number {
  return Math.min(WIDTH.draining, concurrency ?? Infinity, ratePerSecond ?? Infinity);
}

function isGoing(health: Health, waiting: readonly unknown[]): boolean {
  return waiting.length > 0 && !isDead(health);
}

function isDead({ successes, failures }: Health): boolean {
  return successes === 0 && failures >= WIDTH.probing;
}

/** Whether all of them went out, or were given up. */
async function drainGroup(
  rows: readonly BacklogRow[],
  subscriber: Subscriber,
  health: Health,
  signal: AbortSignal,
  deps: DrainDeps,
): Promise<boolean> {
  for (const row of rows) {
    if (health.isGivenUp || isDead(health) || !deps.hasTime()) return false;
    if (row.notBefore > deps.now()) return false;
    if (!(await drainRow(row, subscriber, health, signal, deps))) return false;
  }
  return true;
}

async function drainRow(
  row: BacklogRow,
  subscriber: Subscriber,
  health: Health,
  signal: AbortSignal,
  deps: DrainDeps,
): Promise<boolean> {
  const { delivery } = row;
  const next = { delivery, subscriber, number: row.tries + 1, patienceMs: LIMITS_PATIENCE_MS };
  const outcome = await tryDelivery(next, signal, deps);
  switch (outcome.kind) {
    case 'delivered':
      health.successes += 1;
      deps.count('DeliverySucceeded');
      await deps.backlog.remove(row, signal);
      return true;
    case 'gone':
      health.isGivenUp = true;
      if (await deps.disable(subscriber, signal)) {
        deps.count('SubscriberGone');
        const { id: subscriberId } = subscriber;
        deps.warn('Endpoint is gone, its subscriber disabled', { subscriberId });
      }
      return false;
    case 'undeliverable':
      await giveUp(row, outcome.fault, '', signal, deps);
      return true;
    case 'untold':
      deps.count('DeliveryDropped');
      await deps.backlog.remove(row, signal);
      return true;
    case 'limited':
      return false;
    default:
      health.failures += 1;
      deps.count('DeliveryFailed');
      if (outcome.isLast) {
        await giveUp(row, outcome.fault, outcome.excerpt, signal, deps);
        return true;
      }
      // Without a time it is tried again sooner; what goes out meanwhile makes room for one.
      if (!(await deps.backlog.postpone(row, untilMs(row, outcome, health, deps), signal))) {
        deps.count('RowGivenUp');
      }
      return false;
  }
}

/** A group that fails while others get through waits ever longer; else it is a probe. */
function untilMs(
  row: BacklogRow,
  { retryAfterSeconds }: { readonly retryAfterSeconds: number },
  { successes }: Health,
  deps: DrainDeps,
): number {
  const seconds =
    successes > 0
      ? deliveryDelaySeconds(row.tries + 1, deps.random(), retryAfterSeconds)
      : Math.max(PROBE_SECONDS, retryAfterSeconds);
  return deps.now() + seconds * 1000;
}

async function giveUp(
  row: BacklogRow,
  fault: string,
  excerpt: string,
  signal: AbortSignal,
  deps: DrainDeps,
): Promise<void> {
  const { delivery, group, key, tries } = row;
  const message = {
    messageId: key,
    body: writeDelivery(delivery),
    receiptHandle: '',
    receiveCount: tries + 1,
    messageGroupId: group,
    sequenceNumber: key.slice(group.length + 1),
  };
  await deps.deadLetter(message, 'undeliverable', signal, { fault, answer: excerpt });
  await deps.backlog.remove(row, signal);
  deps.count('DeliveryDeadLettered');
  const { subscriberId, event } = delivery;
  deps.warn('Delivery dead-lettered', { eventId: event.id, subscriberId, fault });
}
