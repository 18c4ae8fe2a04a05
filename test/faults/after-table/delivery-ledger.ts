import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { ATTRIBUTES, MEDIA_ATTRIBUTES } from '../../../lambda/adapters/table-rows.ts';
import type { FaultPlan } from '../fault-plan.ts';
import { tracersIn, tracersOfRow } from '../ledger.ts';
import type { RowChange } from '../table.ts';
import type { Update } from '../update-parts.ts';
import type { SimulatedSubscriber } from './subscribers.ts';

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
  readonly updates: readonly Update[];
  readonly now: () => number;
  readonly faults: FaultPlan;
  readonly payloadAt: (key: string) => string | undefined;
  /** By bucket and key. */
  readonly objectAt: (path: string) => Uint8Array | undefined;
  /** Called at the first promise that is broken. */
  readonly onViolation: (what: string) => void;
}

/** How what became of the file of a message is known. */
export function fileOf(tracer: string): string {
  return `file of ${tracer}`;
}

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
  readonly #updates: ReadonlyMap<string, Update>;
  readonly #receipts = new Map<string, Map<string, Receipt>>();
  readonly #lastOrder = new Map<string, number>();
  /** Whether an operator sends again what may have come already, and comes late. */
  isMadeUp = false;

  constructor(options: DeliveryLedgerOptions) {
    this.#options = options;
    this.#updates = new Map(options.updates.map((update) => [update.tracer, update]));
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
  changed({ pk, before, after }: RowChange): void {
    if (after?.[ATTRIBUTES.provider] === undefined) return;
    const { payloadAt, now } = this.#options;
    const known = before === undefined ? [] : tracersOfRow(before, payloadAt);
    const { newsAt } = MEDIA_ATTRIBUTES;
    const isSettled = before !== undefined && newsAt in after && !(newsAt in before);
    for (const tracer of tracersOfRow(after, payloadAt)) {
      const update = this.#updates.get(tracer);
      if (update === undefined) continue;
      const order = this.told.size + this.files.size;
      const told = { update, group: pk, order, writtenAt: now() };
      if (!known.includes(tracer)) this.told.set(tracer, told);
      else if (isSettled) this.files.set(fileOf(tracer), told);
    }
  }

  /** Whether a subscriber is to get it: what became of files no provider's format tells. */
  isOwed({ subscriber, wants }: SimulatedSubscriber, what: string, { update }: Told): boolean {
    return wants(update) && (subscriber.format === 'standard' || !this.files.has(what));
  }

  /** Also where only a key says where the payload lies. */
  tracersOf(body: string): string[] {
    const key = /"payloadKey":"([^"]+)"/.exec(body)?.[1];
    return tracersIn(key === undefined ? body : (this.#options.payloadAt(key) ?? ''));
  }

  hasReceived({ subscriber }: SimulatedSubscriber, what: string): boolean {
    return this.#receipts.get(subscriber.id)?.has(what) === true;
  }

  /** An endpoint or a queue took an event. */
  received({ receiver, id, body, isAnswered }: Received): void {
    const { subscriber } = receiver;
    const [tracer = '', ...others] = tracersIn(body);
    const isOfFile = aboutFile.safeParse(JSON.parse(body)).success;
    const what = isOfFile ? fileOf(tracer) : tracer;
    const told = (isOfFile ? this.files : this.told).get(what);
    if (told === undefined || others.length > 0) {
      this.violate(`5: ${subscriber.id} got something that nobody stored`);
      return;
    }
    if (!this.isOwed(receiver, what, told))
      this.violate(`5: ${subscriber.id} did not want ${what}`);
    this.#checkUrl(what, body);
    const receipts = this.#receipts.get(subscriber.id) ?? new Map<string, Receipt>();
    this.#receipts.set(subscriber.id, receipts);
    const receipt = receipts.get(what);
    if (receipt === undefined) {
      // Where nobody wants order, what became of a file still waits for its message.
      const group = subscriber.isOrdered ? told.group : tracer;
      this.#checkOrder(subscriber.id, what, { ...told, group });
      receipts.set(what, { id, times: 1, isUnanswered: !isAnswered });
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
