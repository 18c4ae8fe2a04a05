import { addCounts, type Counts } from '../../../lambda/campaigns/counts.ts';
import { countedChange } from '../../../lambda/campaigns/figures.ts';
import type { RowChange as ItemChange } from '../../../lambda/changes/row-change.ts';
import { untoldStatuses } from '../../../lambda/changes/untold-statuses.ts';
import type { Channel } from '../../../lambda/channels/channel.ts';
import { writeChannel } from '../../../lambda/channels/channel-json.ts';
import {
  outgoingStatuses,
  type TellStatuses,
} from '../../../lambda/delivery/router/outgoing-statuses-table.ts';
import {
  type Wake,
  wakeDeduplicationId,
  wakeGroup,
  writeWake,
} from '../../../lambda/sending/wake.ts';
import {
  CAMPAIGNS_PARTITION,
  CHANNELS_PARTITION,
  duePartition,
  OUTBOX_PREFIX,
} from '../../../lambda/table/keys.ts';
import { toItem } from '../../../lambda/table/stored-rows.ts';
import { FifoQueue } from '../../../local/sqs/fifo-queue.ts';
import { seededRandom } from '../../../local/traffic/random.ts';
import { aChannel } from '../../support/channels.ts';
import { Buckets } from '../buckets.ts';
import { FaultPlan } from '../fault-plan.ts';
import { actionOf, inputOf } from '../http-call.ts';
import { Network } from '../network.ts';
import { Poller } from '../poller.ts';
import { inboxQueues, orderedQueue, SimulatedQueues } from '../queues.ts';
import type { FunctionName } from '../realm.ts';
import { releasesAt, START_MS } from '../schedule.ts';
import { Secrets } from '../secrets.ts';
import { jsonAnswer } from '../service.ts';
import { SimulatedFunction } from '../simulated-function.ts';
import type { SimulationOptions } from '../simulation.ts';
import { type RowChange, SimulatedTable } from '../table.ts';
import { VirtualTime } from '../virtual-time.ts';
import { Caller } from './caller.ts';
import { CampaignOffice, directly } from './campaigns.ts';
import { SENDING_DEPLOYED } from './deployed.ts';
import { META_CHANNEL, WASENDER_CHANNEL } from './messages.ts';
import { LONGEST_MS, type SendingSchedule } from './schedule.ts';
import { TriggerOffice } from './triggered.ts';
import { SimulatedWhatsApp } from './whatsapp.ts';

type QueueName = 'inbox.fifo' | 'inbox-dead-letter.fifo' | 'outbox.fifo' | 'checks.fifo';

/** How long the router takes, and how much later it is handed the same changes again. */
const LATE_MS = 5000;
const RETOLD_MS = 86_400_000;
const RETOLD_SHARE = 0.1;

const INBOX_SECONDS = { ingest: 29, processor: 30 } as const;

/** All that sends, and what hears what became of it, before anything has happened. */
export class SendingWorld {
  readonly time = new VirtualTime(START_MS);
  readonly now = () => this.time.now;
  readonly faults: FaultPlan;
  readonly table: SimulatedTable;
  readonly queues: SimulatedQueues<QueueName>;
  readonly whatsapp: SimulatedWhatsApp;
  readonly caller: Caller;
  /** Of the parts of campaigns. */
  readonly buckets = new Buckets();
  readonly office: CampaignOffice;
  readonly triggers: TriggerOffice;
  /** What the changes of each campaign's messages add up to. */
  readonly figures = new Map<string, Counts>();
  /** What the provider was asked for, and when that left. */
  readonly requests: { readonly at: number; readonly body: string }[] = [];
  /** Somebody has paused a channel, or the provider's words have. */
  onPaused: (id: string, because: string) => void = () => {};
  /** The first promise that was broken. */
  violation: string | undefined;
  readonly #trace: (line: string) => void;
  readonly #random: () => number;
  readonly #network: Network;
  readonly #ticker: SimulatedFunction;
  readonly #tell: TellStatuses;
  readonly #routes: () => number;
  readonly #sender: SimulatedFunction;
  #isTickPlanned = false;
  #lastWake: string | undefined;

  constructor(schedule: SendingSchedule, { coldStart, trace }: SimulationOptions) {
    const { time, now } = this;
    this.#trace = (line) => trace?.(`${now() - START_MS} ${line}`);
    this.#random = seededRandom(schedule.seed, 'world');
    const random = this.#random;
    this.faults = new FaultPlan(schedule, START_MS);
    this.table = new SimulatedTable({
      ...{ now, random, refuses: () => false, isCrowded: () => false },
      onChange: (change) => this.#changed(change),
    });
    const { inbox, outbox, queues } = this.#makeQueues();
    this.queues = queues;
    const secrets = new Secrets(now, undefined);
    this.whatsapp = new SimulatedWhatsApp({
      ...{ time, random, seed: schedule.seed, ingest: () => ingest },
    });
    this.#network = new Network({
      ...{ time, random, faults: this.faults, trace: this.#trace, kills: () => false },
      onCall: (service, { body }) => {
        if (service === 'provider') this.requests.push({ at: now(), body: String(body) });
      },
      services: {
        sqs: (call, fault) => queues.act(actionOf(call), inputOf(call), fault),
        dynamodb: (call) => this.table.act(actionOf(call), inputOf(call)),
        secretsmanager: (call) => secrets.read(inputOf(call).SecretId),
        ssm: (call) =>
          jsonAnswer({ Parameter: { Value: this.whatsapp.tokenOf(inputOf(call).Name) } }),
        provider: (call) => this.whatsapp.act(call),
        s3: (call) => this.buckets.act(call),
      },
    });
    const start = (name: FunctionName, seconds: number) =>
      new SimulatedFunction({
        ...{ time, random, network: this.#network, faults: this.faults, trace: this.#trace },
        ...{ name, coldStart, timeoutMs: seconds * 1000 },
        releases: () => releasesAt(now() - START_MS, schedule.deployment),
      });
    const { timeouts } = SENDING_DEPLOYED;
    const ingest = start('ingest', INBOX_SECONDS.ingest);
    this.#ticker = start('ticker', timeouts.ticker);
    this.#sender = start('sender', timeouts.sender);
    const polling = { time, random, faults: this.faults };
    void new Poller({
      ...{ ...polling, queue: inbox, reader: start('processor', INBOX_SECONDS.processor) },
      ...{ batchSize: 10, maxConcurrency: 2 },
    });
    void new Poller({
      ...{ ...polling, queue: outbox, reader: this.#sender, batchSize: 1 },
      maxConcurrency: schedule.senders,
    });
    this.caller = new Caller({
      ...{ time, messages: start('messages', timeouts.messages) },
      onViolation: (what) => this.violate(what),
    });
    const managing = {
      ...{ time, table: this.table, buckets: this.buckets },
      random: seededRandom(schedule.seed, 'office'),
      wake: (wake: Wake) =>
        queues.act(
          'SendMessage',
          {
            QueueUrl: 'https://sqs.simulated/outbox.fifo',
            MessageBody: writeWake(wake),
            MessageGroupId: wakeGroup(wake),
            MessageDeduplicationId: wakeDeduplicationId(wake, now()),
          },
          undefined,
        ),
    };
    this.office = new CampaignOffice(schedule.campaigns, managing);
    this.triggers = new TriggerOffice(schedule.triggered, {
      ...managing,
      receipts: () => this.whatsapp.receipts,
    });
    this.#tell = routerOf(this.table);
    this.#routes = seededRandom(schedule.seed, 'router');
    this.#putChannel({ id: META_CHANNEL, messagesPerSecond: 20 });
    this.#putChannel({ id: WASENDER_CHANNEL, provider: 'wasender', messagesPerSecond: 256 / 60 });
  }

  get metrics(): ReadonlyMap<string, number> {
    return this.#network.counts;
  }

  /** Until nothing is left to happen. */
  async run(): Promise<void> {
    await this.time.run(() => this.violation !== undefined || this.#isEndless());
  }

  violate(what: string): void {
    this.#trace(`VIOLATION ${what}`);
    this.violation ??= what;
  }

  channel(id: string): Channel {
    const text = this.table.rows.get(`${CHANNELS_PARTITION}\n${id}`)?.['config']?.S ?? '{}';
    return { ...aChannel(), ...JSON.parse(text) };
  }

  /** As whoever manages channels does. */
  pause(because: string): void {
    const channel = this.channel(META_CHANNEL);
    if (channel.state === 'active') {
      this.#putChannel({ ...channel, state: 'paused', pausedBecause: because });
    }
  }

  resume(id: string): void {
    const { pausedBecause: _, ...channel } = this.channel(id);
    this.#putChannel({ ...channel, state: 'active' });
  }

  tick(): void {
    this.#trace('the ticker is started');
    this.#ticker.invoke({}, () => {});
  }

  /** Lambda hands a wake to another sender too. */
  doubleWake(): void {
    const body = this.#lastWake;
    if (body === undefined) return;
    this.faults.count(this.now());
    const attributes = { ApproximateReceiveCount: '1', SentTimestamp: String(this.now()) };
    const record = { messageId: 'doubled', receiptHandle: 'none', body, attributes };
    this.#sender.invoke({ Records: [{ ...record, messageAttributes: {} }] }, () => {});
  }

  #changed({ pk, sk, before, after }: RowChange): void {
    this.#trace(`the table has ${pk} ${sk} ${after?.['state']?.S ?? ''}`);
    const images = { before: before && toItem(before), after: after && toItem(after) };
    this.#route({ ...images, changedAt: this.now() });
    this.#planTick();
    if (pk !== CHANNELS_PARTITION) return;
    const { state, pausedBecause = 'user' } = this.channel(sk);
    if (state === 'paused') this.onPaused(sk, pausedBecause);
  }

  /** As the router does: some time later, and of some changes once more, since the stream hands them over again. */
  #route(change: ItemChange): void {
    const counted = countedChange(change.before, change.after);
    if (counted !== undefined) {
      const { campaign, difference } = counted;
      this.figures.set(campaign, addCounts([this.figures.get(campaign) ?? {}, difference]));
    }
    const untold = untoldStatuses(change);
    if (untold === undefined) return;
    const delays = [LATE_MS * this.#routes(), this.#routes() * RETOLD_MS];
    for (const delayMs of this.#routes() < RETOLD_SHARE ? delays : delays.slice(0, 1)) {
      this.time.after(delayMs, () => void this.#tell(untold, new AbortController().signal));
    }
  }

  #makeQueues() {
    const { queue: inbox, deadLetterQueue } = inboxQueues(1000, () => {});
    const { visibilityTimeout, retention } = SENDING_DEPLOYED.outbox;
    const outbox = new FifoQueue({
      ...{ name: 'outbox.fifo', retentionSeconds: retention, deduplicationScope: 'messageGroup' },
      visibilityTimeoutSeconds: visibilityTimeout,
    });
    const { queue: checks } = orderedQueue('checks', 960, 4);
    const named = {
      'checks.fifo': checks,
      ...{ 'inbox.fifo': inbox, 'inbox-dead-letter.fifo': deadLetterQueue, 'outbox.fifo': outbox },
    };
    const queues = new SimulatedQueues<QueueName>({
      ...{ now: this.now, queues: named, onPartlyTaken: () => {} },
      onSent: (queue, { body }, _, isNew) => {
        this.#trace(`${queue} ${isNew ? 'takes' : 'has'} a message`);
        if (queue === 'outbox.fifo') this.#lastWake = body;
        if (queue === 'checks.fifo' && isNew) this.office.take(body);
      },
    });
    return { inbox, outbox, queues };
  }

  #putChannel(overrides: Partial<Channel> & { readonly id: string }): void {
    const key = { pk: { S: CHANNELS_PARTITION }, sk: { S: overrides.id } };
    const revision = Number(
      this.table.rows.get(`${CHANNELS_PARTITION}\n${overrides.id}`)?.['revision']?.N ?? 0,
    );
    const channel = { ...aChannel(), ...overrides };
    this.table.putItem({
      Item: { ...key, config: { S: writeChannel(channel) }, revision: { N: String(revision + 1) } },
    });
  }

  /** Whatever waits is found by the ticker; where nothing does, a minute without it is one. */
  #planTick(): void {
    if (this.#isTickPlanned || !(this.isWaiting || this.#isSomebodyDue)) return;
    this.#isTickPlanned = true;
    this.time.after(SENDING_DEPLOYED.tickSeconds * 1000, () => {
      this.#isTickPlanned = false;
      this.tick();
      this.#planTick();
    });
  }

  /** Whether something is in an outbox. */
  get isWaiting(): boolean {
    return this.table.rows.keys().some((key) => key.startsWith(OUTBOX_PREFIX));
  }

  /** Whether somebody of a campaign that runs may be due without their lane knowing. */
  get #isSomebodyDue(): boolean {
    return this.triggers.planned.some(({ id }) => {
      const row = this.table.rows.get(`${CAMPAIGNS_PARTITION}\n${id}`);
      const isRunning = (row?.['config']?.S ?? '').includes('"state":"running","changes"');
      const due = `${duePartition(id, 0)}\n`;
      return isRunning && this.table.rows.keys().some((key) => key.startsWith(due));
    });
  }

  #isEndless(): boolean {
    const isEndless = this.now() > START_MS + LONGEST_MS;
    if (isEndless) this.violate('8: it does not come to rest');
    return isEndless;
  }
}

function routerOf(table: SimulatedTable): TellStatuses {
  return outgoingStatuses(directly(table), 'events');
}
