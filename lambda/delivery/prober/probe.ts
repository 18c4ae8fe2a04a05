import type { QueuedMessage } from '../../shared/queue/queued-message.ts';
import { Postponed, type SettleDeps, settleMessage } from '../deliverer/settle-delivery.ts';
import { isExpiring } from '../retry.ts';
import type { SubscriberQueues } from '../sqs-queues.ts';
import type { Subscriber } from '../subscriber.ts';

export interface ProbeDeps extends SettleDeps {
  readonly queues: SubscriberQueues;
}

/** Longer than one try. */
const HIDDEN_SECONDS = 60;

const AT_ONCE = 0;

/**
 * Tries one delivery of an endpoint that counts as dead: the oldest that its queue gives. What nobody wants
 * any more is no try. Whether the endpoint answered, whatever it said.
 */
export async function probe(
  { id }: Pick<Subscriber, 'id'>,
  signal: AbortSignal,
  deps: ProbeDeps,
): Promise<boolean> {
  const seen = { isTried: false, isUp: false };
  const probing = watched(seen, deps);
  const queue = deps.queues.of(id);
  while (!seen.isTried && deps.hasTime()) {
    const [oldest, ...others] = oldestFirst(await queue.receive(HIDDEN_SECONDS, signal));
    if (oldest === undefined) break;
    await queue.giveBack(others.map((message) => ({ message, delaySeconds: AT_ONCE })));
    const postponed = await settled(oldest, signal, probing);
    if (postponed === undefined) {
      await queue.done(oldest, signal);
      continue;
    }
    // Of one that nobody answered the next probe may be the same.
    const delaySeconds = seen.isUp ? Math.round(postponed.delaySeconds) : AT_ONCE;
    await queue.giveBack([{ message: oldest, delaySeconds }]);
    break;
  }
  return seen.isUp;
}

/** Notes whether a try was made, and whether an answer came. */
function watched(seen: { isTried: boolean; isUp: boolean }, deps: ProbeDeps): ProbeDeps {
  return {
    ...deps,
    state: {
      ...deps.state,
      alive: async (...given) => {
        seen.isUp = true;
        await deps.state.alive(...given);
      },
    },
    logAttempt: (...given) => {
      seen.isTried = true;
      deps.logAttempt(...given);
    },
  };
}

/** Undefined where it is dealt with; else how it has to wait. */
async function settled(
  message: QueuedMessage,
  signal: AbortSignal,
  deps: ProbeDeps,
): Promise<Postponed | undefined> {
  try {
    await settleMessage(message, signal, deps);
    return undefined;
  } catch (error) {
    if (error instanceof Postponed) return error;
    throw error;
  }
}

/** Dead-letters what a queue that nobody reads is about to lose: SQS deletes it after 14 days. */
export async function putAsideExpiring(
  { id }: Pick<Subscriber, 'id'>,
  waitingSince: number,
  signal: AbortSignal,
  { queues, deadLetter, hasTime, count, warn, now }: ProbeDeps,
): Promise<void> {
  if (!isExpiring(waitingSince, now())) return;
  const queue = queues.of(id);
  let given = 0;
  let isMore = true;
  while (isMore && hasTime()) {
    const messages = await queue.receive(HIDDEN_SECONDS, signal);
    const [expiring = [], others = []] = [true, false].map((is) =>
      messages.filter(({ sentAt }) => isExpiring(sentAt, now()) === is),
    );
    for (const message of expiring) {
      await deadLetter(message, 'undeliverable', signal, { fault: 'expiring' });
      await queue.done(message, signal);
    }
    await queue.giveBack(others.map((message) => ({ message, delaySeconds: AT_ONCE })));
    given += expiring.length;
    isMore = expiring.length > 0;
  }
  if (given === 0) return;
  count('DeliveryDeadLettered', given);
  warn('Deliveries dead-lettered', { subscriberId: id, fault: 'expiring', deliveries: given });
}

function oldestFirst(messages: readonly QueuedMessage[]): readonly QueuedMessage[] {
  return messages.toSorted((one, other) => one.sentAt - other.sentAt);
}
