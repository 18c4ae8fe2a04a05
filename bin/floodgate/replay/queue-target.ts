import { setTimeout as sleep } from 'node:timers/promises';
import type { IsTheirs } from '../../../lambda/channels/tenancy.ts';
import { type Delivery, deliveryGroup } from '../../../lambda/delivery/delivery.ts';
import {
  deliveryMessage,
  type OutgoingDelivery,
  type PlannedDelivery,
  sendRound,
} from '../../../lambda/delivery/router/send-round.ts';
import { isQueueGone } from '../../../lambda/delivery/sqs-queues.ts';
import type { Subscriber } from '../../../lambda/delivery/subscriber.ts';
import { planRounds } from '../../../lambda/shared/queue/lanes.ts';
import type { SendBatch } from '../../../lambda/shared/queue/outgoing-message.ts';
import { reasonOf } from '../stack/deployed-stack.ts';
import { UnavailableError } from '../terminal/command.ts';
import { whoWants } from './recipients.ts';
import type { ReplayTarget } from './target.ts';

const EVENTS_AT_ONCE = 100;
const TRIES = 5;
const PATIENCE_MS = 30_000;

/** Sends to each subscriber's own queue, as the router does, but marked as a replay. */
export function queueTarget(
  subscribers: readonly Subscriber[],
  isTheirs: IsTheirs,
  replayId: string,
  sendTo: (subscriberId: string) => SendBatch<OutgoingDelivery>,
): ReplayTarget {
  async function sendAll(
    subscriber: Subscriber,
    round: readonly PlannedDelivery[],
    tried = 1,
  ): Promise<void> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const send = sendTo(subscriber.id);
    const { unsent, faults } = await sendRound(round, deliveryMessage, signal, send);
    if (unsent.length === 0) return;
    const isGone = faults.some(isQueueGone);
    if (isGone || tried === TRIES) {
      const reason = isGone ? 'it is not there' : reasonsIn(faults);
      throw new UnavailableError(
        `the queue of "${subscriber.name}" (${subscriber.id}) does not take deliveries: ${reason}`,
      );
    }
    await sleep(tried * 1000);
    await sendAll(subscriber, unsent, tried + 1);
  }

  return {
    mostAtOnce: EVENTS_AT_ONCE,
    recipientsOf: (event) => whoWants(subscribers, event, isTheirs),
    send: async (events) => {
      const routedAt = Date.now();
      const wanted = events.flatMap((event, index) =>
        whoWants(subscribers, event, isTheirs).map((subscriber) => ({ subscriber, event, index })),
      );
      const bySubscriber = Map.groupBy(wanted, ({ subscriber }) => subscriber);
      const sendings = [...bySubscriber].map(async ([subscriber, all]) => {
        const planned = all.map(({ event, index }) => {
          const delivery: Delivery = { subscriberId: subscriber.id, routedAt, event, replayId };
          return { delivery, group: deliveryGroup(delivery, subscriber.isOrdered), index };
        });
        for (const round of planRounds(planned)) await sendAll(subscriber, round);
      });
      await Promise.all(sendings);
    },
  };
}

function reasonsIn(faults: readonly unknown[]): string {
  return [...new Set(faults.map(reasonOf))].join(', ') || 'refused';
}
