import type { NewMessage } from '../../../local/sqs/queue-types.ts';
import { seededRandom } from '../../../local/traffic/random.ts';
import { Buckets } from '../buckets.ts';
import { FaultPlan } from '../fault-plan.ts';
import { actionOf, type HttpCall, inputOf, textOf } from '../http-call.ts';
import { Network } from '../network.ts';
import { Poller } from '../poller.ts';
import { type Span, START_MS } from '../schedule.ts';
import { jsonAnswer } from '../service.ts';
import type { SimulationOptions } from '../simulation.ts';
import { type Row, type RowChange, SimulatedTable } from '../table.ts';
import { SESSION } from '../update-parts.ts';
import { VirtualTime } from '../virtual-time.ts';
import { ChangeLog, StreamReader } from './change-stream.ts';
import { DeliveryLedger } from './delivery-ledger.ts';
import { DEPLOYED } from './deployed.ts';
import { Endpoints } from './endpoints.ts';
import { startFunctions } from './functions.ts';
import { SimulatedMappings } from './mappings.ts';
import { GRAPH_TOKEN, WASENDER_KEY } from './media-files.ts';
import { MediaProvider } from './media-provider.ts';
import type { PlannedUpdate } from './planned-updates.ts';
import { ProberClock } from './prober-clock.ts';
import { makeQueues, nameOfArn, queueArnOf, queueNameOf, subscriberOf } from './queues.ts';
import type { AfterTableSchedule } from './schedule.ts';
import { changesOf } from './schedule-times.ts';
import { makeSubscriber, type SimulatedSubscriber } from './subscribers.ts';

/** The stack behind the table, with everything around it, before anything has happened. */
export class AfterTableWorld {
  readonly time = new VirtualTime(START_MS);
  readonly now = () => this.time.now;
  readonly buckets = new Buckets();
  readonly faults: FaultPlan;
  readonly ledger: DeliveryLedger;
  readonly queues: ReturnType<typeof makeQueues>;
  readonly table: SimulatedTable;
  readonly functions: ReturnType<typeof startFunctions>;
  readonly subscribers: readonly SimulatedSubscriber[];
  readonly mappings: SimulatedMappings;
  readonly endpoints: Endpoints;
  readonly proberClock: ProberClock;
  /** What was given up and is not sent again yet. */
  deadLetters: readonly string[] = [];
  /** The first promise that was broken. */
  violation: string | undefined;
  readonly #trace: (line: string) => void;
  readonly #random: () => number;
  readonly #network: Network;
  readonly #router: StreamReader;
  readonly #archiver: StreamReader;
  readonly #proberCrashes: readonly number[];
  readonly #longestMs: number;
  #proberCalls = 0;
  readonly #changes = new ChangeLog(this.now);

  constructor(
    schedule: AfterTableSchedule,
    planned: readonly PlannedUpdate[],
    { coldStart, trace }: SimulationOptions,
  ) {
    const { time, now } = this;
    this.#trace = (line) => trace?.(`${now() - START_MS} ${line}`);
    this.#random = seededRandom(schedule.seed, 'world');
    const random = this.#random;
    this.faults = new FaultPlan(schedule, START_MS);
    const { faults } = this;
    this.subscribers = schedule.subscribers.map(makeSubscriber);
    this.ledger = new DeliveryLedger({
      ...{ now, faults, planned },
      payloadAt: (key) => this.buckets.textAt('overflow', key),
      objectAt: (path) => this.buckets.objects.get(path),
      onViolation: (what) => this.#violate(what),
    });
    this.queues = makeQueues(now, (...sent) => this.#sent(...sent));
    this.table = new SimulatedTable({
      ...{ now, random, refuses: () => false, isCrowded: () => false },
      onChange: (change) => this.#changed(change),
    });
    const elapsedMs = () => now() - START_MS;
    this.endpoints = new Endpoints({
      subscribers: this.subscribers,
      ledger: this.ledger,
      elapsedMs,
    });
    this.#proberCrashes = schedule.proberCrashes;
    this.#longestMs = schedule.isSteady ? LONGEST_STEADY_MS : LONGEST_MS;
    this.#network = this.#connect(planned);
    const surroundings = { time, random, faults, coldStart, trace: this.#trace };
    this.functions = startFunctions({ ...surroundings, network: this.#network });
    this.#router = this.#startReader('router', 'unrouted', schedule);
    this.#archiver = this.#startReader('archiver', 'archive', schedule);
    this.mappings = this.#startMappings();
    this.#startMediaPoller(schedule.pollers);
    this.proberClock = new ProberClock({
      ...{ time, prober: this.functions.prober, changes: changesOf(schedule, START_MS) },
      state: () => this.#state(),
      isNeeded: () => this.#isProberNeeded(),
    });
  }

  /** What the functions counted. */
  get metrics(): ReadonlyMap<string, number> {
    return this.#network.counts;
  }

  /** Until nothing is left to happen. */
  async run(): Promise<void> {
    await this.time.run(() => this.violation !== undefined || this.#isEndless());
  }

  #connect(planned: readonly PlannedUpdate[]): Network {
    const { endpoints, time, faults, now } = this;
    const files = planned.flatMap(({ file }) => (file === undefined ? [] : [file]));
    const provider = new MediaProvider(files, now);
    return new Network({
      ...{ time, faults, random: this.#random, trace: this.#trace },
      kills: (_, name) => name === 'prober' && this.#crashesProber(),
      onCall: (service, call) => {
        if (service === 'endpoint') this.#posted(call);
      },
      services: {
        sqs: (call, fault) => this.queues.act(actionOf(call), inputOf(call), fault),
        lambda: (call) => this.mappings.act(call),
        dynamodb: (call) => this.table.act(actionOf(call), inputOf(call)),
        s3: (call) => this.buckets.act(call),
        secretsmanager: () => SECRET,
        provider: (call) => provider.act(call),
        endpoint: (call) => endpoints.act(call),
      },
    });
  }

  #startReader(
    name: 'router' | 'archiver',
    bucket: 'unrouted' | 'archive',
    { gap, broken }: AfterTableSchedule,
  ): StreamReader {
    return new StreamReader({
      ...{ time: this.time, faults: this.faults, reader: this.functions[name] },
      mapping: DEPLOYED.readers[name],
      disabled: timeSpan(gap),
      broken: timeSpan(broken?.reader === name ? broken : undefined),
      setAside: (records) => this.#setAside(bucket, records),
    });
  }

  #startMappings(): SimulatedMappings {
    const { queues, functions, time, faults } = this;
    const common = { time, faults, random: this.#random };
    return new SimulatedMappings({
      ...{ time, random: this.#random, trace: this.#trace },
      queueOf: (arn) => queues.find(nameOfArn(arn)),
      poll: (queue, settings) =>
        new Poller({ ...common, ...settings, queue, reader: functions.deliverer }),
    });
  }

  #startMediaPoller(maxConcurrency: number): void {
    const { queues, functions, time, faults } = this;
    void new Poller({
      ...{ time, faults, random: this.#random, maxConcurrency },
      ...{ queue: queues.of('media-jobs'), reader: functions.fetcher },
      batchSize: DEPLOYED.batchSizes.fetcher,
    });
  }

  #crashesProber(): boolean {
    this.#proberCalls += 1;
    const isCrash = this.#proberCrashes.includes(this.#proberCalls);
    if (isCrash) this.faults.count(this.now());
    return isCrash;
  }

  #posted(call: HttpCall): void {
    if (this.endpoints.isMended) return;
    this.ledger.posted(this.endpoints.receiverOf(call), call.path, textOf(call));
  }

  /** All that the prober may change. */
  #state(): string {
    const { receipts } = this.ledger;
    const rows = this.#subscriberRows().map(essence);
    const mappings = this.mappings.all.map(({ queueArn, state }) => `${queueArn} ${state}`);
    return [receipts, ...rows, ...mappings, ...this.queues.made].join(' ');
  }

  #subscriberRows() {
    const all = this.table.rows.values();
    return all.filter(({ pk }) => pk?.S === 'subscribers').toArray();
  }

  #isProberNeeded(): boolean {
    const { queues, mappings, now } = this;
    const rows = this.#subscriberRows();
    const known = new Set(rows.map(({ sk }) => queueNameOf(sk?.S ?? '')));
    const isClean = (name: string) => known.has(name);
    if (!queues.made.every(isClean)) return true;
    if (!mappings.all.every(({ queueArn }) => isClean(nameOfArn(queueArn)))) return true;
    return rows.some((row) => {
      const id = row['sk']?.S ?? '';
      const config = row['config']?.S ?? '';
      const isOff = config.includes('"isPaused":true') || row['downSince'] !== undefined;
      const isGone = config.includes('"disabledBecause"');
      const mapping = mappings.all.find(({ queueArn }) => queueArn === queueArnOf(id));
      if (mapping?.state !== (isOff && !isGone ? 'Disabled' : 'Enabled')) return true;
      const { visible, inFlight } = queues.of(queueNameOf(id)).counts(now());
      return row['waitingSince'] !== undefined || (isOff && visible + inFlight > 0);
    });
  }

  #changed(change: RowChange): void {
    this.ledger.changed(change);
    const logged = this.#changes.recordOf(change);
    if (logged !== undefined) this.#router.add(logged.change);
    if (logged?.readers === 'both') this.#archiver.add(logged.change);
    const { before, after } = change;
    const isNews = change.pk === 'subscribers' && essence(before) !== essence(after);
    if (isNews) this.proberClock.look();
  }

  #sent(queue: string, { body, attributes }: NewMessage, isNew: boolean): void {
    this.#trace(`${queue} ${isNew ? 'takes' : 'has'} a message`);
    if (!isNew) return;
    const waits = subscriberOf(queue);
    if (waits !== undefined) {
      this.ledger.queued(waits, body);
      this.proberClock.wake();
    }
    const receiver = this.subscribers.find(({ index }) => `own_${index}.fifo` === queue);
    if (receiver === undefined) return;
    const id = attributes?.['webhook-id']?.StringValue ?? '';
    this.ledger.received({ receiver, id, body, isAnswered: true });
  }

  /** As Lambda writes what it gives up. */
  #setAside(bucket: string, Records: readonly object[]): void {
    const key = `${bucket}/aws/lambda/${this.now()}-${this.buckets.objects.size}`;
    const record = { version: '1.0', payload: JSON.stringify({ Records }) };
    this.buckets.objects.set(key, Buffer.from(JSON.stringify(record)));
  }

  #isEndless(): boolean {
    const isEndless = this.now() > START_MS + this.#longestMs;
    if (isEndless) this.#violate('4: it does not come to rest');
    return isEndless;
  }

  #violate(what: string): void {
    this.#trace(`VIOLATION ${what}`);
    this.violation ??= what;
  }
}

/** Longer than anything is waited for; and where all but endpoints works, for a part of that. */
const LONGEST_MS = 60 * 86_400_000;
const LONGEST_STEADY_MS = 3 * 86_400_000;

/** A subscriber's row without what is only counted. */
function essence(row: Row | undefined): string {
  const { waitingSince: _, failures: __, slowUntil: ___, ...rest } = row ?? {};
  return JSON.stringify(rest);
}

/** What each secret holds that one of the functions reads. */
const SECRET = jsonAnswer({
  SecretString: JSON.stringify({
    signingKey: 'simulated',
    accessTokens: { default: GRAPH_TOKEN },
    sessions: [{ session: SESSION, apiKey: WASENDER_KEY }],
  }),
});

function timeSpan(span: Span | undefined) {
  if (span === undefined) return undefined;
  const from = START_MS + span.fromMs;
  return { from, until: from + span.durationMs };
}
