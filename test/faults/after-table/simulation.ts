import { awsAnswer } from '../aws-answer.ts';
import { START_MS } from '../schedule.ts';
import type { SimulationOptions, Week } from '../simulation.ts';
import { checkEnd } from './end-state.ts';
import { makeUp } from './make-up.ts';
import { Manager } from './manager.ts';
import { type PlannedUpdate, planUpdates } from './planned-updates.ts';
import { queueArnOf, queueNameOf } from './queues.ts';
import { redriveAll } from './redrive-all.ts';
import type { AfterTableSchedule } from './schedule.ts';
import { updateStorer } from './stored-updates.ts';
import { subscribeAll } from './subscribe-all.ts';
import { UNREADABLE } from './subscriber-times.ts';
import { filterOf } from './subscribers.ts';
import { allDueAt, checkTimeliness } from './timeliness.ts';
import { AfterTableWorld } from './world.ts';

/**
 * Stores updates, one at a time and without a fault, and runs all functions behind the table through
 * a schedule of faults until all is quiet; then through what the runbook says of a gap and of dead letters.
 */
export async function simulateAfterTable(
  schedule: AfterTableSchedule,
  options: SimulationOptions,
): Promise<Week> {
  const planned = planUpdates(schedule, START_MS);
  const world = new AfterTableWorld(schedule, planned, options);
  await subscribeAll(world);
  planWrites(schedule, planned, world);
  planManagement(world);
  planAccidents(schedule, world);
  planForgetting(schedule, world);
  planStrays(schedule, world);
  if (schedule.isSteady) {
    const dueAt = allDueAt(world.subscribers, planned);
    world.time.after(dueAt - world.now(), () => checkTimeliness(world));
  }
  await world.run();
  if (world.violation === undefined) await makeUp(schedule, world);
  if (world.violation === undefined) checkEnd(planned, schedule, world);
  if (world.violation === undefined) await redriveAll(world);
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

/** What people do with subscribers, by the API; and what a release that nobody has yet does to a row. */
function planManagement(world: AfterTableWorld): void {
  const { time, functions, table } = world;
  const manager = new Manager({ time, api: functions.subscribers });
  for (const { id, spec } of world.subscribers) {
    for (const { fromMs, durationMs } of spec.pauses) {
      time.after(fromMs, () => manager.ask('pause', id));
      time.after(fromMs + durationMs, () => manager.ask('resume', id));
    }
    for (const [index, { atMs, wish }] of spec.changes.entries()) {
      const elsewhere = { kind: 'https', url: `https://endpoint.example/${id}/${index}` };
      // An endpoint stays of its kind: what it has got is known by that.
      const url = spec.hasQueue ? {} : { endpoint: elsewhere };
      const change = wish === undefined ? url : { filter: filterOf(wish) };
      time.after(atMs, () => manager.ask('change', id, change));
    }
    const { removedAtMs, unreadable } = spec;
    if (removedAtMs !== undefined) time.after(removedAtMs, () => manager.ask('remove', id));
    if (unreadable === undefined) continue;
    time.after(unreadable.fromMs, () => {
      const row = table.rows.get(`subscribers\n${id}`);
      const config = row?.['config'];
      if (config === undefined) return;
      table.putItem({ Item: { ...row, config: { S: UNREADABLE } } });
      time.after(unreadable.durationMs, () => {
        const now = table.rows.get(`subscribers\n${id}`);
        if (now !== undefined) table.putItem({ Item: { ...now, config } });
      });
    });
  }
}

/** What a crash of whoever adds or removes a subscriber leaves; what somebody takes away by hand. */
function planAccidents({ accidents }: AfterTableSchedule, world: AfterTableWorld): void {
  const { time, queues, mappings, proberClock } = world;
  const EventSourceArn = queueArnOf('sub_left');
  for (const { kind, atMs } of accidents) {
    time.after(atMs, () => {
      if (kind === 'mapping-removed') mappings.drop(queueArnOf('sub_0'));
      else
        awsAnswer(
          'sqs',
          queues.act('CreateQueue', { QueueName: queueNameOf('sub_left') }, undefined),
        );
      if (kind === 'mapping-left') mappings.create({ EventSourceArn });
      proberClock.look();
    });
  }
}

/** A key without content stays of each. */
function planForgetting({ forgetting }: AfterTableSchedule, world: AfterTableWorld): void {
  if (forgetting === undefined) return;
  const { time, table, ledger, now } = world;
  time.after(forgetting.atMs, () => {
    const tracers = new Set(ledger.forget(forgetting.who));
    for (const { pk, sk, payload } of [...table.rows.values()]) {
      const isMeant = ledger.tracersOf(payload?.S ?? '').some((tracer) => tracers.has(tracer));
      if (!isMeant || pk === undefined || sk === undefined) continue;
      table.putItem({ Item: { pk, sk, forgottenAt: { S: String(now()) } } });
    }
  });
}

function planStrays({ strays }: AfterTableSchedule, { time, queues }: AfterTableWorld): void {
  for (const [index, { atMs, isJob }] of strays.entries()) {
    const body = `no JSON ${index}`;
    const ordered = { groupId: `stray.${index}`, deduplicationId: `stray-${index}`, body };
    time.after(atMs, () => {
      if (isJob) queues.send('media-jobs', { groupId: '', deduplicationId: '', body });
      else if (queues.find(queueNameOf('sub_0'))) queues.send(queueNameOf('sub_0'), ordered);
    });
  }
}
