import { setTimeout as sleep } from 'node:timers/promises';
import { type Delivery, deliveryGroup } from '../../../lambda/domain/delivery.ts';
import { planRounds } from '../../../lambda/domain/lanes.ts';
import type { SendBatch } from '../../../lambda/domain/outgoing-message.ts';
import type { Subscriber } from '../../../lambda/domain/subscriber.ts';
import {
  deliveryMessage,
  type OutgoingDelivery,
  type PlannedDelivery,
  sendRound,
} from '../../../lambda/router/send-round.ts';
import { UnavailableError } from '../command.ts';
import { reasonOf } from '../deployed-stack.ts';
import { whoWants } from './recipients.ts';
import type { ReplayTarget } from './replay-target.ts';

const EVENTS_AT_ONCE = 100;
const TRIES = 5;
const PATIENCE_MS = 30_000;

/** Sends to subscribers by the deliveries queue, as the router does, but marked as a replay. */
export function queueTarget(
  subscribers: readonly Subscriber[],
  replayId: string,
  sendBatch: SendBatch<OutgoingDelivery>,
): ReplayTarget {
  async function sendAll(round: readonly PlannedDelivery[], tried = 1): Promise<void> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const { unsent, faults } = await sendRound(round, deliveryMessage, signal, sendBatch);
    if (unsent.length === 0) return;
    if (tried === TRIES) {
      const reasons = [...new Set(faults.map(reasonOf))].join(', ') || 'refused';
      throw new UnavailableError(`the deliveries queue does not take deliveries: ${reasons}`);
    }
    await sleep(tried * 1000);
    await sendAll(unsent, tried + 1);
  }

  return {
    mostAtOnce: EVENTS_AT_ONCE,
    recipientsOf: (event) => whoWants(subscribers, event),
    send: async (events) => {
      const routedAt = Date.now();
      const planned = events.flatMap((event, index) =>
        whoWants(subscribers, event).map(({ id: subscriberId, isOrdered }) => {
          const delivery: Delivery = { subscriberId, routedAt, event, replayId };
          return { delivery, group: deliveryGroup(delivery, isOrdered), index };
        }),
      );
      for (const round of planRounds(planned)) await sendAll(round);
    },
  };
}
