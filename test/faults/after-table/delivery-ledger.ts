import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { ATTRIBUTES, MEDIA_ATTRIBUTES } from '../../../lambda/table/keys.ts';
import type { FaultPlan } from '../fault-plan.ts';
import { tracersIn, tracersOfRow } from '../ledger.ts';
import type { RowChange } from '../table.ts';
import type { Update } from '../update-parts.ts';
import type { PlannedUpdate } from './planned-updates.ts';
import { SubscriberTimes } from './subscriber-times.ts';
import { type SimulatedSubscriber, wants } from './subscribers.ts';

/** An event, a status or what became of a file, from when the table has it. */
export interface Told {
  readonly update: Update;
  readonly group: string;
  /** Its place among all. */
  readonly order: number;
  readonly writtenAt: number;
}

/** What came of one event for one subscriber. */
interface Receipt {
  readonly id: string;
  readonly at: number;
  times: number;
  /** Whether nobody was told that it came. */
  isUnanswered: boolean;
}

export interface Received {
  readonly receiver: SimulatedSubscriber;
  /** By which the receiver tells a repetition. */
  readonly id: string;
  readonly body: string;
  readonly isAnswered: boolean;
}

export interface DeliveryLedgerOptions {
  readonly planned: readonly PlannedUpdate[];
  readonly now: () => number;
  readonly faults: FaultPlan;
  readonly payloadAt: (key: string) => string | undefined;
  /** By bucket and key. */
  readonly objectAt: (path: string) => Uint8Array | undefined;
  /** Called at the first promise that is broken. */
  readonly onViolation: (what: string) => void;
}

const FILE_OF = 'file of ';

/** How what became of the file of a message is known. */
export function fileOf(tracer: string): string {
  return `${FILE_OF}${tracer}`;
}

/** How old what a function knows of subscribers may be when it hands on. */
const RECEIVERS_KEPT_MS = 11_000;
/** How old what it knows of one may be when it tries: two seconds, and what lies between look and try. */
const VIEW_MS = 2500;
/** The longest that a call may take where something fails. */
const LATEST_CALL_MS = 150_000;
/** In which there are never more than a second may have: what lies between a time and its try differs. */
const RATED_MS = 750;
const FRESH_MS = 10 * 60_000;

const aboutFile = z.object({ type: z.string().check(z.regex(/^media\./)) });

const aboutStored = z.object({
  type: z.literal('media.stored'),
  data: z.object({ media: z.object({ sha256: z.string(), url: z.url() }) }),
});

/** Follows each event from the table to its subscribers, and says when a promise is broken. */
export class DeliveryLedger {
  readonly told = new Map<string, Told>();
  /** What became of files, by `fileOf`. */
  readonly files = new Map<string, Told>();
  readonly #options: DeliveryLedgerOptions;
  readonly times: SubscriberTimes;
  readonly #planned: ReadonlyMap<string, PlannedUpdate>;
  /** When the event of a tracer was forgotten. */
  readonly #forgottenAt = new Map<string, number>();
  /** When a delivery was last put on its subscriber's queue. */
  readonly #queuedAt = new Map<string, number>();
  readonly #posts = new Map<string, number[]>();
  readonly #answeredAt = new Map<string, number>();
  readonly #receipts = new Map<string, Map<string, Receipt>>();
  readonly #lastOrder = new Map<string, number>();
  /** Whether an operator sends again what may have come already, and comes late. */
  isMadeUp = false;

  constructor(options: DeliveryLedgerOptions) {
    this.#options = options;
    this.#planned = new Map(options.planned.map((one) => [one.update.tracer, one]));
    this.times = new SubscriberTimes(options.now);
  }

  get receipts(): number {
    let sum = 0;
    for (const { size } of this.#receipts.values()) sum += size;
    return sum;
  }

  violate(what: string): void {
    this.#options.onViolation(what);
  }

  /** The table was changed. */
  changed(change: RowChange): void {
    const { pk, before, after } = change;
    if (pk === 'subscribers') this.times.changed(change);
    if (after?.[ATTRIBUTES.provider] === undefined) return;
    const { payloadAt, now } = this.#options;
    const known = before === undefined ? [] : tracersOfRow(before, payloadAt);
    const { newsAt } = MEDIA_ATTRIBUTES;
    const isSettled = before !== undefined && newsAt in after && !(newsAt in before);
    for (const tracer of tracersOfRow(after, payloadAt)) {
      const update = this.#planned.get(tracer)?.update;
      if (update === undefined) continue;
      const order = this.told.size + this.files.size;
      const told = { update, group: pk, order, writtenAt: now() };
      if (!known.includes(tracer)) this.told.set(tracer, told);
      else if (isSettled) this.files.set(fileOf(tracer), told);
    }
  }

  /** Somebody asked for all that was told of a contact to be forgotten. */
  forget(who: number): readonly string[] {
    const { now } = this.#options;
    const tracers = [...this.told.keys()].filter((tracer) => this.isOf(tracer, who));
    for (const tracer of tracers) this.#forgottenAt.set(tracer, now());
    return tracers;
  }

  isOf(tracer: string, who: number): boolean {
    return this.#planned.get(tracer)?.who === who;
  }

  isForgotten(what: string): boolean {
    return this.#forgottenAt.has(what.replace(FILE_OF, ''));
  }

  /** Whether a subscriber is to get it: it wanted it all the time, and is there. */
  isOwed(receiver: SimulatedSubscriber, what: string, told: Told): boolean {
    if (this.isForgotten(what) || this.times.last(receiver.id)?.isThere !== true) return false;
    const { now } = this.#options;
    const from = told.writtenAt - RECEIVERS_KEPT_MS;
    const until = this.#receipts.get(receiver.id)?.get(what)?.at ?? now();
    return (
      this.#isTold(receiver, what) &&
      this.times
        .during(receiver.id, from, until)
        .every(({ config, isThere }) => isThere && (!config || wants(config.filter, told.update)))
    );
  }

  /** What became of files no provider's format tells. */
  #isTold({ spec }: SimulatedSubscriber, what: string): boolean {
    return spec.format === 'standard' || !this.files.has(what);
  }

  /** Whether a subscriber could have wanted it when it was tried. */
  #mayGet(receiver: SimulatedSubscriber, what: string, { update }: Told): boolean {
    const states = this.times.during(receiver.id, this.#longestAgo(VIEW_MS), this.#options.now());
    const isWanted = states.some(({ config }) => config && wants(config.filter, update));
    return isWanted && this.#isTold(receiver, what);
  }

  /** Or longer where a call may have been under way for long. */
  #longestAgo(ms: number): number {
    const now = this.#options.now();
    return now - ms - (this.#isDisturbed() ? LATEST_CALL_MS : 0);
  }

  #isDisturbed(): boolean {
    return this.#options.faults.lastAt >= this.#options.now() - LATEST_CALL_MS;
  }

  /** Its endpoint said something. */
  answered(id: string): void {
    this.#answeredAt.set(id, this.#options.now());
  }

  answeredAt(id: string): number {
    return this.#answeredAt.get(id) ?? Number.NEGATIVE_INFINITY;
  }

  /** A delivery was put on the queue of its subscriber. */
  queued(id: string, body: string): void {
    for (const tracer of this.tracersOf(body)) {
      this.#queuedAt.set(`${id} ${tracer}`, this.#options.now());
    }
  }

  /** A request goes out to an endpoint, whatever comes of it. */
  posted({ id, spec }: SimulatedSubscriber, path: string, body: string): void {
    const { now } = this.#options;
    const states = this.times.during(id, this.#longestAgo(VIEW_MS), now());
    const mayGo = states.some(
      ({ config }) =>
        config !== undefined &&
        !config.isPaused &&
        config.disabledBecause === undefined &&
        config.endpoint.url?.endsWith(path) === true,
    );
    if (!mayGo) this.violate(`5: ${id} gets requests at ${path}, which nobody wants there by now`);
    const posts = this.#posts.get(id) ?? [];
    this.#posts.set(id, posts);
    posts.push(now());
    const rate = spec.ratePerSecond ?? Number.POSITIVE_INFINITY;
    const before = posts.at(-1 - rate) ?? Number.NEGATIVE_INFINITY;
    if (now() - before < RATED_MS && !this.#isDisturbed()) {
      this.violate(`5: ${id} gets more than ${rate} requests in a second`);
    }
    this.#checkForgotten(id, body);
  }

  /** What has waited for ten minutes asks whether its event is still there. */
  #checkForgotten(id: string, body: string): void {
    const [tracer = ''] = tracersIn(body);
    const forgottenAt = this.#forgottenAt.get(tracer) ?? Number.POSITIVE_INFINITY;
    const queuedAt = this.#queuedAt.get(`${id} ${tracer}`) ?? Number.POSITIVE_INFINITY;
    if (this.#longestAgo(30_000) > Math.max(forgottenAt, queuedAt + FRESH_MS)) {
      this.violate(`5: ${tracer} goes to ${id}, and was forgotten long before`);
    }
  }

  /** When a subscriber first had it; undefined where it has not. */
  receivedAt({ id }: SimulatedSubscriber, what: string): number | undefined {
    return this.#receipts.get(id)?.get(what)?.at;
  }

  /** Also where only a key says where the payload lies. */
  tracersOf(body: string): string[] {
    const key = /"payloadKey":"([^"]+)"/.exec(body)?.[1];
    return tracersIn(key === undefined ? body : (this.#options.payloadAt(key) ?? ''));
  }

  hasReceived({ id }: SimulatedSubscriber, what: string): boolean {
    return this.#receipts.get(id)?.has(what) === true;
  }

  /** An endpoint or a queue took an event. */
  received({ receiver, id, body, isAnswered }: Received): void {
    const subscriber = { id: receiver.id, isOrdered: receiver.spec.isOrdered };
    const [tracer = '', ...others] = tracersIn(body);
    const isOfFile = aboutFile.safeParse(JSON.parse(body)).success;
    const what = isOfFile ? fileOf(tracer) : tracer;
    const told = (isOfFile ? this.files : this.told).get(what);
    if (told === undefined || others.length > 0) {
      this.violate(`5: ${subscriber.id} got something that nobody stored`);
      return;
    }
    if (!this.#mayGet(receiver, what, told))
      this.violate(`5: ${subscriber.id} did not want ${what}`);
    this.#checkUrl(what, body);
    const receipts = this.#receipts.get(subscriber.id) ?? new Map<string, Receipt>();
    this.#receipts.set(subscriber.id, receipts);
    const receipt = receipts.get(what);
    if (receipt === undefined) {
      // Where nobody wants order, what became of a file still waits for its message.
      const group = subscriber.isOrdered ? told.group : tracer;
      this.#checkOrder(subscriber.id, what, { ...told, group });
      const at = this.#options.now();
      receipts.set(what, { id, at, times: 1, isUnanswered: !isAnswered });
      return;
    }
    this.#checkDouble(`${what} at ${subscriber.id}`, told, receipt, id);
    receipt.times += 1;
    receipt.isUnanswered ||= !isAnswered;
  }

  /** A URL leads to the file of which the event tells. */
  #checkUrl(what: string, body: string): void {
    const media = aboutStored.safeParse(JSON.parse(body)).data?.data.media;
    if (media === undefined) return;
    const file = this.#options.objectAt(new URL(media.url).pathname.slice(1)) ?? '';
    const sha256 = createHash('sha256').update(file).digest('hex');
    if (sha256 !== media.sha256) this.violate(`4: the URL of ${what} leads elsewhere`);
  }

  #checkOrder(subscriberId: string, what: string, { group, order }: Told): void {
    const key = `${subscriberId} ${group}`;
    const last = this.#lastOrder.get(key) ?? -1;
    if (order < last && !this.isMadeUp) {
      this.violate(`3: ${what} came to ${subscriberId} after one that was stored later`);
    }
    this.#lastOrder.set(key, Math.max(order, last));
  }

  /** Only for a reason, and known for what it is. */
  #checkDouble(what: string, { writtenAt }: Told, receipt: Receipt, id: string): void {
    const isDisturbed = this.#options.faults.lastAt >= writtenAt;
    if (!isDisturbed && !receipt.isUnanswered && !this.isMadeUp) {
      this.violate(`2: ${what} was delivered twice, and nothing had failed`);
    }
    if (receipt.id !== id) this.violate(`2: ${what} has two ids`);
  }
}
