import type { NewMessage } from '../../../local/sqs/queue-types.ts';
import { seededRandom } from '../../../local/traffic/random.ts';
import { Buckets } from '../buckets.ts';
import { actionOf, inputOf } from '../exchange.ts';
import { FaultPlan } from '../fault-plan.ts';
import { Network } from '../network.ts';
import { Poller } from '../poller.ts';
import { jsonAnswer } from '../service.ts';
import type { SimulationOptions } from '../simulation.ts';
import { type RowChange, SimulatedTable } from '../table.ts';
import { SESSION } from '../update-parts.ts';
import { VirtualTime } from '../virtual-time.ts';
import { ChangeLog, StreamReader } from './change-stream.ts';
import { DeliveryLedger } from './delivery-ledger.ts';
import { DEPLOYED } from './deployed.ts';
import { DrainerClock } from './drainer-clock.ts';
import { Endpoints } from './endpoints.ts';
import { startFunctions } from './functions.ts';
import { GRAPH_TOKEN, WASENDER_KEY } from './media-files.ts';
import { MediaProvider } from './media-provider.ts';
import type { PlannedUpdate } from './planned-updates.ts';
import { makeQueues } from './queues.ts';
import type { AfterTableSchedule, Span } from './schedule.ts';
import { makeSubscriber, type SimulatedSubscriber } from './subscribers.ts';

/** 2026-11-01T12:00:00Z */
export const START_MS = 1_793_534_400_000;

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
  /** The first promise that was broken. */
  violation: string | undefined;
  readonly #trace: (line: string) => void;
  readonly #random: () => number;
  readonly #network: Network;
  readonly #router: StreamReader;
  readonly #archiver: StreamReader;
  readonly #drainerClock: DrainerClock;
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
      ...{ now, faults, updates: planned.map(({ update }) => update) },
      payloadAt: (key) => this.buckets.textAt('overflow', key),
      objectAt: (path) => this.buckets.objects.get(path),
      onViolation: (what) => this.#violate(what),
    });
    this.queues = makeQueues(now, (...sent) => this.#sent(...sent));
    this.table = new SimulatedTable({
      ...{ now, random, refuses: () => false, isCrowded: () => false },
      onChange: (change) => this.#changed(change),
    });
    this.#network = this.#connect(planned);
    const surroundings = { time, random, faults, coldStart, trace: this.#trace };
    this.functions = startFunctions({ ...surroundings, network: this.#network });
    this.#router = this.#startReader('router', 'unrouted', schedule);
    this.#archiver = this.#startReader('archiver', 'archive', schedule);
    this.#startPollers(schedule.pollers);
    this.#drainerClock = new DrainerClock({
      ...{ time, table: this.table, drainer: this.functions.drainer },
      progress: () => this.ledger.receipts,
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
    const { ledger, subscribers, time, faults, now } = this;
    const elapsedMs = () => now() - START_MS;
    const endpoints = new Endpoints({ subscribers, ledger, elapsedMs });
    const files = planned.flatMap(({ file }) => (file === undefined ? [] : [file]));
    const provider = new MediaProvider(files, now);
    return new Network({
      ...{ time, faults, random: this.#random, kills: () => false, trace: this.#trace },
      services: {
        sqs: (call, fault) => this.queues.act(actionOf(call), inputOf(call), fault),
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

  #startPollers(maxConcurrency: number): void {
    const { queues, functions, time, faults } = this;
    const common = { time, faults, random: this.#random, maxConcurrency };
    void new Poller({
      ...{ ...common, queue: queues.of('deliveries.fifo'), reader: functions.deliverer },
      batchSize: DEPLOYED.batchSizes.deliverer,
    });
    void new Poller({
      ...{ ...common, queue: queues.of('media-jobs'), reader: functions.media },
      batchSize: DEPLOYED.batchSizes.media,
    });
  }

  #changed(change: RowChange): void {
    this.ledger.changed(change);
    const logged = this.#changes.recordOf(change);
    if (logged !== undefined) this.#router.add(logged.change);
    if (logged?.readers === 'both') this.#archiver.add(logged.change);
    if (change.pk === 'subscribers') this.#drainerClock.look();
  }

  #sent(queue: string, { body, attributes }: NewMessage, isNew: boolean): void {
    this.#trace(`${queue} ${isNew ? 'takes' : 'has'} a message`);
    const receiver = this.subscribers.find(({ subscriber }) => `${subscriber.id}.fifo` === queue);
    if (receiver === undefined || !isNew) return;
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
    const isEndless = this.now() > START_MS + LONGEST_MS;
    if (isEndless) this.#violate('4: it does not come to rest');
    return isEndless;
  }

  #violate(what: string): void {
    this.#trace(`VIOLATION ${what}`);
    this.violation ??= what;
  }
}

/** Longer than anything is waited for. */
const LONGEST_MS = 30 * 86_400_000;

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
