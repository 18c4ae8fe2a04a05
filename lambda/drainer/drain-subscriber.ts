import type { DeliveryStateWriter } from '../adapters/delivery-state.ts';
import type { StoredSubscriber } from '../adapters/subscriber-table.ts';
import { CLOSING_MS, type DeliveryState } from '../domain/delivery-state.ts';
import type { Subscriber } from '../domain/subscriber.ts';
import { type DrainDeps, drainBacklog, giveUpExpired, type Health } from './drain-backlog.ts';

interface CurrentView extends StoredSubscriber {
  readonly state: DeliveryState;
}

export interface DrainSubscriberDeps extends DrainDeps {
  /** The subscriber as it is now. */
  readonly view: (id: string, signal: AbortSignal) => Promise<CurrentView | undefined>;
  readonly state: DeliveryStateWriter;
  /** Who drains: no two drainers share it. */
  readonly owner: string;
  /** Until when this drainer may do anything at all, in ms since 1970. */
  readonly leaseUntil: number;
}

/** Between two looks for what was put aside meanwhile. */
const NEXT_LOOK_MS = 1000;

/**
 * Empties the backlog of a subscriber in the order of each group, and closes its breaker once nobody
 * can put anything aside any more. Does what it can within its time; the next drainer goes on.
 */
export async function drainSubscriber(
  id: string,
  signal: AbortSignal,
  deps: DrainSubscriberDeps,
): Promise<void> {
  if (!(await deps.state.lease(id, deps.owner, deps.leaseUntil, signal))) return;
  const health: Health = { successes: 0, failures: 0, isGivenUp: false };
  try {
    while (deps.hasTime() && (await takeStep(id, health, signal, deps))) {
      await deps.sleep(NEXT_LOOK_MS, signal);
    }
  } finally {
    // A lease that is not given back ends by itself.
    await deps.state.release(id, deps.owner, signal).catch(() => {});
  }
}

/** Whether there is more to do now. */
async function takeStep(
  id: string,
  health: Health,
  signal: AbortSignal,
  deps: DrainSubscriberDeps,
): Promise<boolean> {
  const view = await deps.view(id, signal);
  if (view === undefined || view.state.breaker === 'closed') return false;
  const { isPaused, disabledBecause } = view.subscriber;
  if (isPaused || disabledBecause !== undefined) return false;
  return view.state.breaker === 'open'
    ? drainOpen(view.subscriber, health, signal, deps)
    : drainClosing(view, health, signal, deps);
}

async function drainOpen(
  subscriber: Subscriber,
  health: Health,
  signal: AbortSignal,
  deps: DrainSubscriberDeps,
): Promise<boolean> {
  const { id } = subscriber;
  switch (await drainBacklog(id, health, signal, deps)) {
    case 'empty':
      await deps.state.startClosing(id, signal);
      return true;
    case 'dead':
      if (isMinuteToGiveUp(id, deps.now())) await giveUpExpired(subscriber, signal, deps);
      return false;
    case 'drained':
      return true;
    case 'stuck':
      // While other groups get through, what comes is not kept waiting until the next drainer.
      return health.successes > 0;
    default:
      return false;
  }
}

/** Once an hour, each subscriber in a minute of its own: the whole backlog has to be read for that. */
function isMinuteToGiveUp(id: string, nowMs: number): boolean {
  const minute = Math.floor(nowMs / 60_000);
  return minute % 60 === (id.codePointAt(id.length - 1) ?? 0) % 60;
}

async function drainClosing(
  { subscriber: { id }, state }: CurrentView,
  health: Health,
  signal: AbortSignal,
  deps: DrainSubscriberDeps,
): Promise<boolean> {
  const { closingAt = 0, openedBecause = 'failing' } = state;
  if (deps.now() < closingAt + CLOSING_MS) return true;
  const pass = await drainBacklog(id, health, signal, deps);
  if (pass === 'empty') {
    const isClosed = await deps.state.close(id, closingAt, signal);
    return !isClosed;
  }
  if (pass === 'stuck' || pass === 'dead') {
    await deps.state.open(id, openedBecause, 'either', signal);
  }
  return pass === 'drained';
}
