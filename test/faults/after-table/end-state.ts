import { gunzipSync } from 'node:zlib';
import { tracersIn } from '../ledger.ts';
import { fileOf } from './delivery-ledger.ts';
import { type SimulatedFile, stateWanted } from './media-files.ts';
import type { PlannedUpdate } from './planned-updates.ts';
import type { AfterTableSchedule } from './schedule.ts';
import type { SimulatedSubscriber } from './subscribers.ts';
import type { AfterTableWorld } from './world.ts';

const DAY_MS = 86_400_000;
/** From how long an outage on an event may be given up. */
const LONG_MS = 2.9 * DAY_MS;

/** Checks what must hold once nothing is left to happen. */
export function checkEnd(
  planned: readonly PlannedUpdate[],
  schedule: AfterTableSchedule,
  world: AfterTableWorld,
): void {
  const { ledger } = world;
  for (const { update } of planned) {
    if (!ledger.told.has(update.tracer)) ledger.violate(`1: ${update.tracer} was never stored`);
  }
  checkQueues(schedule, world);
  const deadLetters = deliveriesGivenUp(world);
  for (const receiver of world.subscribers) checkReceiver(receiver, deadLetters, world);
  checkArchive(world);
  checkUnreadable(schedule, world);
  for (const { file, update } of planned) {
    if (file !== undefined) checkFile(file, update.tracer, world);
  }
}

function checkQueues(
  { strays }: AfterTableSchedule,
  { queues, ledger, now }: AfterTableWorld,
): void {
  for (const name of ['deliveries.fifo', 'media-jobs'] as const) {
    const { visible, inFlight } = queues.of(name).counts(now());
    if (visible + inFlight > 0) ledger.violate(`1: ${name} does not empty`);
  }
  const jobs = queues.of('media-dead-letter').counts(now()).visible;
  const strayJobs = strays.filter(({ isJob }) => isJob).length;
  if (jobs !== strayJobs) ledger.violate(`4: ${jobs} jobs are given up, not ${strayJobs}`);
}

/** By subscriber, those that stand in the dead-letter queue. */
function deliveriesGivenUp({ queues, ledger, now }: AfterTableWorld): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const queue = queues.of('deliveries-dead-letter.fifo');
  for (let batch = queue.receive(10, now()); batch.length > 0; batch = queue.receive(10, now())) {
    for (const { body, attributes, receiptHandle } of batch) {
      queue.delete(receiptHandle, now());
      if (attributes?.['reason'] === undefined) ledger.violate('1: a dead letter without a reason');
      const id = /"subscriberId":"([^"]+)"/.exec(body)?.[1] ?? '';
      const tracers = found.get(id) ?? new Set();
      const known = ledger.tracersOf(body);
      const isOfFile = /"media":\{/.test(body);
      found.set(id, tracers.union(new Set(isOfFile ? known.map(fileOf) : known)));
    }
  }
  return found;
}

/** Everybody has all that was wanted, or it says why not. */
function checkReceiver(
  receiver: SimulatedSubscriber,
  deadLetters: ReadonlyMap<string, ReadonlySet<string>>,
  { ledger, table }: AfterTableWorld,
): void {
  const { subscriber, spec } = receiver;
  const { id } = subscriber;
  const givenUp = deadLetters.get(id) ?? new Set();
  const isGone = spec.goneAtMs !== undefined && !spec.hasQueue;
  const mayGiveUp = [...spec.flaps, { durationMs: spec.refusal?.untilMs ?? 0 }].some(
    ({ durationMs }) => durationMs >= LONG_MS,
  );
  for (const tracer of givenUp) {
    if (!mayGiveUp) ledger.violate(`2: ${tracer} is dead-lettered, and ${id} was well`);
  }
  for (const [what, told] of [...ledger.told, ...ledger.files]) {
    const isMissed = !ledger.hasReceived(receiver, what) && !givenUp.has(what);
    if (isMissed && ledger.isOwed(receiver, what, told) && !isGone)
      ledger.violate(`1: ${id} never gets ${what}`);
  }
  const row = table.rows.get(`subscribers\n${id}`);
  const isOpen = row?.['breakerState'] !== undefined;
  if (isOpen && !isGone) ledger.violate(`4: the breaker of ${id} stays open`);
  // A row may be left in its backlog of what it got: put aside by a call that arrived long after its
  // function had crashed, when the breaker was closed.
}

/** Each event has its line, in an object of its hour. */
function checkArchive({ buckets, ledger }: AfterTableWorld): void {
  const archived = new Set<string>();
  for (const [key, bytes] of buckets.objects) {
    if (!key.startsWith('archive/events/')) continue;
    for (const line of gunzipSync(bytes).toString().split('\n').filter(Boolean)) {
      const { receivedAt } = JSON.parse(line);
      if (!key.startsWith(hourOf(receivedAt))) ledger.violate(`4: a line stands in ${key}`);
      for (const tracer of ledger.tracersOf(line)) archived.add(tracer);
    }
  }
  for (const tracer of ledger.told.keys()) {
    if (!archived.has(tracer)) ledger.violate(`4: ${tracer} is not in the archive`);
  }
  for (const tracer of archived) {
    if (!ledger.told.has(tracer))
      ledger.violate(`5: the archive has ${tracer}, which nobody stored`);
  }
}

/** What the stream forgot, catching up finds unreadable again, and says so. */
function checkUnreadable({ gap, unreadable }: AfterTableSchedule, world: AfterTableWorld): void {
  if (gap !== undefined) return;
  const keys = [...world.buckets.objects.keys()];
  for (const place of ['archive/unreadable/', 'unrouted/unrouted/']) {
    const kept = keys.filter((key) => key.startsWith(place)).length;
    if (kept < unreadable.length) world.ledger.violate(`4: ${place} lacks an unreadable change`);
  }
}

function hourOf(at: number): string {
  const time = new Date(at).toISOString();
  return `archive/events/dt=${time.slice(0, 10)}/hour=${time.slice(11, 13)}/`;
}

/** The row says what became of the file, and names one that is there. */
function checkFile(
  file: SimulatedFile,
  tracer: string,
  { table, buckets, ledger }: AfterTableWorld,
): void {
  const row = [...table.rows.values()].find(({ payload }) =>
    tracersIn(payload?.S ?? '').includes(tracer),
  );
  const words = [row?.['media.state']?.S, row?.['media.reason']?.S];
  const state = words.filter((word) => word !== undefined).join(' ');
  const wanted = stateWanted(file);
  if (state !== wanted) ledger.violate(`4: the file of ${tracer} is "${state}", not "${wanted}"`);
  const isNews = wanted !== 'skipped policy';
  if (ledger.files.has(fileOf(tracer)) !== isNews)
    ledger.violate(`4: of the file of ${tracer} subscribers ${isNews ? 'do not ' : ''}hear`);
  const stored = buckets.objects.get(`media/${row?.['media.key']?.S}`);
  const isThere = stored !== undefined && Buffer.compare(stored, file.bytes) === 0;
  if (wanted === 'stored' && !isThere)
    ledger.violate(`4: the file of ${tracer} is not in its place`);
}
