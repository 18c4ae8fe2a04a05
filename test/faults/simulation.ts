import { seededRandom } from '../../local/traffic/random.ts';
import { Buckets } from './buckets.ts';
import { checkEnd } from './end-state.ts';
import { FaultPlan } from './fault-plan.ts';
import { actionOf, type HttpCall, inputOf, textOf } from './http-call.ts';
import { Ledger, type QueueName, tracersIn } from './ledger.ts';
import { type Act, Network } from './network.ts';
import { Operator } from './operator.ts';
import { Poller } from './poller.ts';
import { Provider, webhooksOf } from './provider.ts';
import { inboxQueues, SimulatedQueues } from './queues.ts';
import type { ColdStart } from './realm.ts';
import { releasesAt, type Schedule, START_MS } from './schedule.ts';
import { Secrets } from './secrets.ts';
import type { ServiceName } from './service.ts';
import { SimulatedFunction } from './simulated-function.ts';
import { SimulatedTable } from './table.ts';
import type { Update } from './update-parts.ts';
import { makeUpdate } from './updates.ts';
import { VirtualTime } from './virtual-time.ts';

/** As it is deployed; and where a message kills the function, fewer, so that it comes to an end. */
const MAX_RECEIVE_COUNT = 1000;
const FEW_RECEIVES = 20;

/** What a simulated week came to. */
export interface Week {
  /** The first promise that was broken. */
  readonly violation: string | undefined;
  readonly events: number;
  readonly groups: number;
  readonly faults: number;
  readonly metrics: ReadonlyMap<string, number>;
}

export interface SimulationOptions {
  readonly coldStart: ColdStart;
  /** What happened, line by line. */
  readonly trace?: (line: string) => void;
}

/** Runs the functions through one week of a schedule, from the first webhook until all is quiet. */
export async function simulate(schedule: Schedule, options: SimulationOptions): Promise<Week> {
  const time = new VirtualTime(START_MS);
  const now = () => time.now;
  const random = seededRandom(schedule.seed, 'world');
  const trace = (line: string) => options.trace?.(`${now() - START_MS} ${line}`);
  let violation: string | undefined;
  const updates = distinct(schedule);
  const poison = new Set(
    updates.filter(({ isPoison }) => isPoison).map(({ update }) => update.tracer),
  );
  const killer =
    schedule.killer === undefined ? undefined : updates[schedule.killer]?.update.tracer;
  let isMended = false;
  const buckets = new Buckets();
  const ledger = new Ledger(
    updates.map(({ update }) => update),
    {
      now,
      payloadAt: (key) => buckets.textAt('overflow', key),
      isPoison: (tracer) => poison.has(tracer),
      onViolation: (what) => {
        trace(`VIOLATION ${what}`);
        violation ??= what;
      },
    },
  );
  const recent: { groupId: string; body: string }[] = [];
  const { queue: inbox, deadLetterQueue } = inboxQueues(
    killer === undefined ? MAX_RECEIVE_COUNT : FEW_RECEIVES,
    ({ body }) => {
      if (killer === undefined) ledger.setAside(body);
      // docs/adr/0001-max-receive-count.md
      else ledger.setAsideByKiller(body);
    },
  );
  const queues = new SimulatedQueues<QueueName>({
    now,
    queues: { 'inbox.fifo': inbox, 'inbox-dead-letter.fifo': deadLetterQueue },
    onSent: (queue, message, sent, isNew) => {
      if (options.trace !== undefined) {
        trace(`${queue} ${isNew ? 'takes' : 'has'} ${ledger.tracersOf(message.body)}`);
      }
      ledger.sent(queue, message, sent, isNew);
      if (queue === 'inbox.fifo' && isNew) recent.push(message);
    },
    onPartlyTaken: (bodies) => ledger.partlyTaken(bodies),
  });
  const table = new SimulatedTable({
    now,
    random,
    refuses: (input) =>
      !isMended &&
      poison.size > 0 &&
      ledger.tracersOf(JSON.stringify(input)).some((one) => poison.has(one)),
    isCrowded: () => random() < 0.1,
    onChange: (change) => {
      trace(`the table has ${change.sk}`);
      ledger.changed(change);
    },
  });
  const secrets = new Secrets(now, schedule.rotation);
  const services: Partial<Record<ServiceName, Act>> = {
    sqs: (call, fault) => queues.act(actionOf(call), inputOf(call), fault),
    dynamodb: (call) => table.act(actionOf(call), inputOf(call)),
    s3: (call) => buckets.act(call),
    secretsmanager: (call) => secrets.read(inputOf(call).SecretId),
  };
  const faults = new FaultPlan(schedule, START_MS);
  const kills = (call: HttpCall) =>
    killer !== undefined &&
    !isMended &&
    call.hostname.startsWith('dynamodb.') &&
    tracersIn(textOf(call)).includes(killer);
  const network = new Network({ time, random, faults, services, kills, trace });
  const surroundings = { time, random, network };
  const functions = {
    ...surroundings,
    faults,
    trace,
    coldStart: options.coldStart,
    releases: () => releasesAt(now() - START_MS, schedule.deployment),
  };
  const ingest = new SimulatedFunction({ ...functions, name: 'ingest', timeoutMs: 29_000 });
  const processor = new SimulatedFunction({ ...functions, name: 'processor', timeoutMs: 30_000 });
  const maxConcurrency = schedule.pollers;
  void new Poller({
    ...{ time, random, faults, queue: inbox, reader: processor, batchSize: 10, maxConcurrency },
    onDeleted: (message) => ledger.deleted('inbox.fifo', message),
  });
  const provider = new Provider({ time, random, ingest, secrets, faults, ledger, trace });
  const mend = () => {
    isMended = true;
  };
  const operator = new Operator({ now, queues, ledger, mend, recent });

  plan(schedule, updates, { time, provider, operator, queues });
  await time.run(() => violation !== undefined);
  const { abandoned } = provider;
  if (violation === undefined) checkEnd({ ledger, queues, table, abandoned, now });
  return {
    violation,
    events: [...ledger.fates.values()].filter(({ firstSequence }) => firstSequence).length,
    groups: new Set(
      [...ledger.fates.values()].flatMap(({ firstSequence, update }) =>
        firstSequence === undefined ? [] : [update.group],
      ),
    ).size,
    faults: faults.injected,
    metrics: network.counts,
  };
}

interface PlannedUpdate {
  readonly update: Update;
  readonly isPoison: boolean;
}

/** One update of each identity: a status that comes twice with two times keeps the first stored. */
function distinct({ updates }: Schedule): PlannedUpdate[] {
  const planned = new Map<string, PlannedUpdate>();
  for (const [index, { ageMs, isPoison, ...spec }] of updates.entries()) {
    const update = makeUpdate({ ...spec, occurredAt: START_MS - ageMs }, index);
    const identity = identityOf(update);
    if (!planned.has(identity)) planned.set(identity, { update, isPoison });
  }
  return [...planned.values()];
}

function identityOf({ status, telling, group, tracer }: Update): string {
  if (status !== undefined) return `${group} ${status.participant} ${status.name}`;
  return telling === undefined ? tracer : `${telling.message} ${telling.form}`;
}

interface Actors {
  readonly time: VirtualTime;
  readonly provider: Provider;
  readonly operator: Operator;
  readonly queues: SimulatedQueues<QueueName>;
}

function plan(
  schedule: Schedule,
  planned: readonly PlannedUpdate[],
  { time, provider, operator, queues }: Actors,
): void {
  const rest = planned.map(({ update }) => update);
  const webhooks = [...schedule.webhooks, { size: rest.length, atMs: 0 }];
  for (const { size, atMs, againAfterMs, forgery } of webhooks.map(complete)) {
    for (const updates of webhooksOf(byProvider(rest.splice(0, size)))) {
      if (forgery !== undefined) time.after(atMs, () => provider.forge(updates, forgery));
      else time.after(atMs, () => provider.deliver(updates));
      if (forgery === undefined && againAfterMs !== undefined) {
        time.after(atMs + againAfterMs, () => provider.deliver(updates));
      }
    }
  }
  for (const step of schedule.operator) time.after(step.atMs, () => operator.act(step));
  for (const [index, { atMs, who }] of schedule.strays.entries()) {
    const stray = { groupId: `stray.${who}`, deduplicationId: `stray-${index}`, body: 'no JSON' };
    time.after(atMs, () => queues.send('inbox.fifo', stray));
  }
}

function complete(webhook: Partial<Schedule['webhooks'][number]>) {
  const { size = 1, atMs = 0, againAfterMs, forgery } = webhook;
  return { size, atMs, againAfterMs, forgery };
}

/** One webhook is of one provider; the order within each stays. */
function byProvider(updates: readonly Update[]): Update[] {
  return updates.toSorted((a, b) => a.provider.localeCompare(b.provider));
}
