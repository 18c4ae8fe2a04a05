import { subscriberReader, subscriberWriter } from '../../../lambda/adapters/subscriber-table.ts';
import type { SimulationOptions, Week } from '../simulation.ts';
import { checkEnd } from './end-state.ts';
import { makeUp } from './make-up.ts';
import { type PlannedUpdate, planUpdates } from './planned-updates.ts';
import type { AfterTableSchedule } from './schedule.ts';
import { tableCalls, updateStorer } from './stored-updates.ts';
import { subscriberRow } from './subscribers.ts';
import { AfterTableWorld, START_MS } from './world.ts';

/**
 * Stores updates, one at a time and without a fault, and runs all functions behind the table through
 * a schedule of faults until all is quiet; then through what the runbook says of a gap.
 */
export async function simulateAfterTable(
  schedule: AfterTableSchedule,
  options: SimulationOptions,
): Promise<Week> {
  const planned = planUpdates(schedule, START_MS);
  const world = new AfterTableWorld(schedule, planned, options);
  for (const { subscriber } of world.subscribers) {
    world.table.putItem({ TableName: 'events', Item: subscriberRow(subscriber) });
  }
  planWrites(schedule, planned, world);
  planPauses(world);
  planStrays(schedule, world);
  await world.run();
  if (world.violation === undefined) await makeUp(schedule, world);
  if (world.violation === undefined) checkEnd(planned, schedule, world);
  const { ledger, faults, violation } = world;
  return {
    violation,
    events: ledger.told.size,
    groups: new Set(ledger.told.values().map(({ group }) => group)).size,
    faults: faults.injected,
    metrics: world.metrics,
  };
}

function planWrites(
  { unreadable }: AfterTableSchedule,
  planned: readonly PlannedUpdate[],
  { time, table, buckets, now }: AfterTableWorld,
): void {
  const store = updateStorer(table, buckets, now);
  for (const { update, atMs } of planned) time.after(atMs, () => void store(update));
  for (const [index, { atMs, who }] of unreadable.entries()) {
    const key = { pk: { S: `contact.${who}` }, sk: { S: `message.unreadable.${index}` } };
    time.after(atMs, () => table.putItem({ Item: { ...key, provider: { S: 'meta' } } }));
  }
}

/** As the API changes subscribers. */
function planPauses({ time, table, subscribers, now }: AfterTableWorld): void {
  const dynamodb = tableCalls(table);
  const { get } = subscriberReader(dynamodb, 'events');
  const { update } = subscriberWriter(dynamodb, 'events');
  const never = new AbortController().signal;
  for (const { subscriber, spec } of subscribers) {
    const pause = async (isPaused: boolean) => {
      const stored = await get(subscriber.id, never);
      if (stored === undefined) return;
      await update(stored, { ...stored.subscriber, isPaused, updatedAt: now() }, never);
    };
    for (const { fromMs, durationMs } of spec.pauses) {
      time.after(fromMs, () => void pause(true));
      time.after(fromMs + durationMs, () => void pause(false));
    }
  }
}

function planStrays({ strays }: AfterTableSchedule, { time, queues }: AfterTableWorld): void {
  for (const [index, { atMs, isJob }] of strays.entries()) {
    const body = `no JSON ${index}`;
    const ordered = { groupId: `stray.${index}`, deduplicationId: `stray-${index}`, body };
    time.after(atMs, () => {
      if (isJob) queues.send('media-jobs', { groupId: '', deduplicationId: '', body });
      else queues.send('deliveries.fifo', ordered);
    });
  }
}
