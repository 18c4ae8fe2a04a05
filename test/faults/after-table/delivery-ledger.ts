import { ATTRIBUTES } from '../../../lambda/adapters/table-rows.ts';
import type { FaultPlan } from '../fault-plan.ts';
import { tracersIn, tracersOfRow } from '../ledger.ts';
import type { RowChange } from '../table.ts';
import type { Update } from '../updates.ts';
import type { SimulatedSubscriber } from './subscribers.ts';

/** An event or a status, from when the table has it. */
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
  /** Called at the first promise that is broken. */
  readonly onViolation: (what: string) => void;
}

/** Follows each event from the table to its subscribers, and says when a promise is broken. */
export class DeliveryLedger {
  readonly told = new Map<string, Told>();
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
    for (const tracer of tracersOfRow(after, payloadAt)) {
      const update = this.#updates.get(tracer);
      if (known.includes(tracer) || update === undefined) continue;
      this.told.set(tracer, { update, group: pk, order: this.told.size, writtenAt: now() });
    }
  }

  /** Also where only a key says where the payload lies. */
  tracersOf(body: string): string[] {
    const key = /"payloadKey":"([^"]+)"/.exec(body)?.[1];
    return tracersIn(key === undefined ? body : (this.#options.payloadAt(key) ?? ''));
  }

  hasReceived({ subscriber }: SimulatedSubscriber, tracer: string): boolean {
    return this.#receipts.get(subscriber.id)?.has(tracer) === true;
  }

  /** An endpoint or a queue took an event. */
  received({ receiver, id, body, isAnswered }: Received): void {
    const { subscriber } = receiver;
    const [tracer = '', ...others] = tracersIn(body);
    const told = this.told.get(tracer);
    if (told === undefined || others.length > 0) {
      this.violate(`5: ${subscriber.id} got something that nobody stored`);
      return;
    }
    if (!receiver.wants(told.update)) this.violate(`5: ${subscriber.id} did not want ${tracer}`);
    const receipts = this.#receipts.get(subscriber.id) ?? new Map<string, Receipt>();
    this.#receipts.set(subscriber.id, receipts);
    const receipt = receipts.get(tracer);
    if (receipt === undefined) {
      if (subscriber.isOrdered) this.#checkOrder(subscriber.id, tracer, told);
      receipts.set(tracer, { id, times: 1, isUnanswered: !isAnswered });
      return;
    }
    this.#checkDouble(`${tracer} at ${subscriber.id}`, told, receipt, id);
    receipt.times += 1;
    receipt.isUnanswered ||= !isAnswered;
  }

  #checkOrder(subscriberId: string, tracer: string, { group, order }: Told): void {
    const key = `${subscriberId} ${group}`;
    const last = this.#lastOrder.get(key) ?? -1;
    if (order < last && !this.isMadeUp) {
      this.violate(`3: ${tracer} came to ${subscriberId} after one that was stored later`);
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
