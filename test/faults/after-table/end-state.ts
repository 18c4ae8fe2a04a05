import { gunzipSync } from 'node:zlib';
import { tracersIn } from '../ledger.ts';
import { START_MS } from '../schedule.ts';
import { fileOf } from './delivery-ledger.ts';
import { type SimulatedFile, stateWanted } from './media-files.ts';
import type { PlannedUpdate } from './planned-updates.ts';
import { nameOfArn, queueArnOf, subscriberOf } from './queues.ts';
import type { AfterTableSchedule, SubscriberSpec } from './schedule.ts';
import type { SimulatedSubscriber } from './subscribers.ts';
import type { AfterTableWorld } from './world.ts';

const HOUR_MS = 3_600_000;
/** A day before its queue would lose it. */
/** The least that a stage may have, less what lies between write and outage. */
const RETENTION_MS = 7 * 24 * HOUR_MS;
const EXPIRING_MS = 13 * 24 * HOUR_MS;
/** Clocks of tries begin and end some time after what they are about. */
const NEARLY = 0.97;

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
  for (const receiver of world.subscribers) checkReceiver(receiver, deadLetters, schedule, world);
  checkLeftovers(world);
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
  for (const name of ['deliveries.fifo', 'media-jobs', ...queues.made]) {
    const { visible, inFlight } = queues.of(name).counts(now());
    if (visible + inFlight > 0) ledger.violate(`1: ${name} does not empty`);
  }
  const jobs = queues.of('media-dead-letter').counts(now()).visible;
  const strayJobs = strays.filter(({ isJob }) => isJob).length;
  if (jobs !== strayJobs) ledger.violate(`4: ${jobs} jobs are given up, not ${strayJobs}`);
}

/** By subscriber, those that stand in the dead-letter queue. */
function deliveriesGivenUp(world: AfterTableWorld): Map<string, Set<string>> {
  const { queues, ledger, now } = world;
  const bodies: string[] = [];
  const found = new Map<string, Set<string>>();
  const queue = queues.of('deliveries-dead-letter.fifo');
  for (let batch = queue.receive(10, now()); batch.length > 0; batch = queue.receive(10, now())) {
    for (const { body, attributes, receiptHandle } of batch) {
      queue.delete(receiptHandle, now());
      bodies.push(body);
      if (attributes?.['reason'] === undefined) ledger.violate('1: a dead letter without a reason');
      const id = /"subscriberId":"([^"]+)"/.exec(body)?.[1] ?? '';
      const tracers = found.get(id) ?? new Set();
      const known = ledger.tracersOf(body);
      const isOfFile = /"media":\{/.test(body);
      found.set(id, tracers.union(new Set(isOfFile ? known.map(fileOf) : known)));
    }
  }
  world.deadLetters = bodies;
  return found;
}

/** Everybody has all that was wanted, or it says why not. */
function checkReceiver(
  receiver: SimulatedSubscriber,
  deadLetters: ReadonlyMap<string, ReadonlySet<string>>,
  schedule: AfterTableSchedule,
  { ledger, table, mappings, now }: AfterTableWorld,
): void {
  const { id, spec } = receiver;
  const givenUp = deadLetters.get(id) ?? new Set();
  const isGone = spec.goneAtMs !== undefined && !spec.hasQueue;
  const { faults, outages } = schedule;
  const isCalm = ![...faults, ...outages].some(({ service }) => service === 'endpoint');
  const mayGiveUp = givesUp(spec, schedule, now() - START_MS);
  for (const tracer of givenUp) {
    if (!mayGiveUp) ledger.violate(`2: ${tracer} is dead-lettered, and ${id} was well`);
  }
  // A delivery that waits for longer than its row is there is dropped as forgotten.
  const mayBeGone = [...spec.flaps, ...spec.pauses].some((one) => one.durationMs >= RETENTION_MS);
  for (const [what, told] of [...ledger.told, ...ledger.files]) {
    const isMissed = !ledger.hasReceived(receiver, what) && !givenUp.has(what);
    if (isMissed && ledger.isOwed(receiver, what, told) && !isGone && !mayBeGone)
      ledger.violate(`1: ${id} never gets ${what}`);
  }
  const row = table.rows.get(`subscribers\n${id}`);
  if (row === undefined) return;
  const downSince = Number(row['downSince']?.N ?? Number.POSITIVE_INFINITY);
  // Of one that has given no answer since nobody knows better.
  if (ledger.answeredAt(id) > downSince && isCalm)
    ledger.violate(`4: ${id} counts as dead for ever`);
  const isOff = row['downSince'] !== undefined && !isGone;
  const mapping = mappings.all.find(({ queueArn }) => queueArn === queueArnOf(id));
  if (mapping?.state !== (isOff ? 'Disabled' : 'Enabled'))
    ledger.violate(`4: the queue of ${id} is ${isOff ? '' : 'not '}read`);
}

/** Whether something may have been tried for as long as its subscriber says, or have waited for too long. */
function givesUp(
  spec: SubscriberSpec,
  { faults, outages }: AfterTableSchedule,
  endMs: number,
): boolean {
  const { flaps, pauses, refusal, refusedContact, refusalIsFinal, retryHours = 72 } = spec;
  if (refusedContact !== undefined) return true;
  if (refusalIsFinal && flaps.some(({ kind }) => kind === 'refuses-all')) return true;
  if ([...flaps, ...pauses].some(({ durationMs }) => durationMs >= NEARLY * EXPIRING_MS))
    return true;
  const isNear = ({ service }: { readonly service: string }) => service === 'endpoint';
  const isDisturbed = [...faults, ...outages].some((one) => isNear(one)) || spec.hasQueue;
  const from = isDisturbed ? 0 : Math.min(...flaps.map(({ fromMs }) => fromMs), endMs);
  const untils = flaps.map(({ fromMs, durationMs }) => fromMs + durationMs);
  const until = isDisturbed ? endMs : Math.max(0, ...untils);
  const longestMs = Math.max(until - from, refusal?.untilMs ?? 0);
  return longestMs >= NEARLY * retryHours * HOUR_MS;
}

/** Who is no more leaves no queue and no mapping. */
function checkLeftovers({ table, queues, mappings, ledger }: AfterTableWorld): void {
  const isThere = (queue: string) => table.rows.has(`subscribers\n${subscriberOf(queue)}`);
  for (const queue of [
    ...queues.made,
    ...mappings.all.map(({ queueArn }) => nameOfArn(queueArn)),
  ]) {
    if (!isThere(queue)) ledger.violate(`4: ${queue} is left of nobody`);
  }
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
