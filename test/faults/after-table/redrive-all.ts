import { readDelivery, writeDelivery } from '../../../lambda/delivery/delivery.ts';
import { queueNameOf } from './queues.ts';
import type { AfterTableWorld } from './world.ts';

/**
 * Makes all endpoints well and sends what was given up to its subscriber's queue again, as the command does:
 * tried anew, and under an id that is new. All of it must arrive.
 */
export async function redriveAll(world: AfterTableWorld): Promise<void> {
  const { queues, ledger, endpoints, now } = world;
  endpoints.isMended = true;
  ledger.isMadeUp = true;
  for (const body of world.deadLetters) {
    const reading = readDelivery(body);
    if (!reading.ok) continue;
    const { subscriberId } = reading.delivery;
    const queue = queueNameOf(subscriberId);
    if (queues.find(queue) === undefined) continue;
    const again = { ...reading.delivery, routedAt: now() };
    const deduplicationId = `again-${again.event.id}-${again.event.media?.state}`;
    const groupId = `again-${again.event.group}`;
    queues.send(queue, { body: writeDelivery(again), groupId, deduplicationId });
  }
  const sent = world.deadLetters.length;
  if (sent === 0) return;
  await world.run();
  for (const receiver of world.subscribers) {
    if (receiver.spec.goneAtMs !== undefined) continue;
    for (const [what, told] of [...ledger.told, ...ledger.files]) {
      if (ledger.isOwed(receiver, what, told) && !ledger.hasReceived(receiver, what))
        ledger.violate(`1: ${receiver.id} never gets ${what}, which was sent again`);
    }
  }
}
