import { START_MS } from '../schedule.ts';
import type { SimulationOptions, Week } from '../simulation.ts';
import { checkCampaigns } from './campaign-ends.ts';
import { checkSent } from './end-state.ts';
import { META_CHANNEL, type PlannedMessage, planMessages } from './messages.ts';
import type { SendingSchedule } from './schedule.ts';
import { checkTriggered } from './triggered-ends.ts';
import { SendingWorld } from './world.ts';

/** How long people take to resume what the provider had paused. */
const RESUMED_AFTER_MS = 5 * 60_000;

/** Has messages asked for, sent and told of through a schedule of faults, until all is quiet. */
export async function simulateSending(
  schedule: SendingSchedule,
  options: SimulationOptions,
): Promise<Week> {
  const messages = planMessages(schedule.messages);
  const world = new SendingWorld(schedule, options);
  await world.office.plan();
  await world.triggers.plan();
  planCalls(messages, world);
  planProvider(schedule, world);
  planAccidents(schedule, world);
  await world.run();
  if (world.violation === undefined) checkSent(messages, world);
  if (world.violation === undefined) await checkCampaigns(world);
  if (world.violation === undefined) await checkTriggered(world);
  const { faults, violation, metrics } = world;
  return {
    ...{ violation, faults: faults.injected, metrics },
    events: messages.length,
    groups: new Set(messages.map(({ to }) => to)).size,
  };
}

function planCalls(messages: readonly PlannedMessage[], world: SendingWorld): void {
  const { time, caller } = world;
  for (const message of messages) {
    const { atMs, waitsMs, againAfterMs, cancelledAfterMs } = message.spec;
    const notAfter = waitsMs === undefined ? undefined : START_MS + atMs + waitsMs;
    time.after(atMs, () => caller.send(message, notAfter));
    if (againAfterMs !== undefined) {
      time.after(atMs + againAfterMs, () => caller.send(message, notAfter));
    }
    if (cancelledAfterMs !== undefined) {
      time.after(atMs + cancelledAfterMs, () => caller.cancel(message));
    }
  }
}

function planProvider(schedule: SendingSchedule, world: SendingWorld): void {
  const { time, whatsapp } = world;
  for (const { atMs, code, times } of schedule.refusals) {
    time.after(atMs, () => whatsapp.refuseNext(code, times));
  }
  const { tokenAway } = schedule;
  if (tokenAway === undefined) return;
  const { fromMs, durationMs, isReplaced } = tokenAway;
  const good = whatsapp.token;
  time.after(fromMs, () => {
    whatsapp.refuseToken();
  });
  time.after(fromMs + durationMs, () => {
    whatsapp.token = isReplaced ? 'another-token' : good;
    whatsapp.takeToken();
  });
}

function planAccidents(schedule: SendingSchedule, world: SendingWorld): void {
  const { time } = world;
  for (const { fromMs, durationMs } of schedule.pauses) {
    time.after(fromMs, () => world.pause('user'));
    time.after(fromMs + durationMs, () => world.resume(META_CHANNEL));
  }
  for (const atMs of schedule.doubledWakes) time.after(atMs, () => world.doubleWake());
  for (const atMs of schedule.extraTicks) time.after(atMs, () => world.tick());
  world.onPaused = (id, because) => {
    if (because !== 'user') time.after(RESUMED_AFTER_MS, () => world.resume(id));
  };
}
