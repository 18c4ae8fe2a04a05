import type { Backlog, BacklogRow, PutAside } from '../../lambda/adapters/backlog-table.ts';
import type { AcquirePermit } from '../../lambda/adapters/delivery-limits.ts';
import type { DeliveryStateWriter } from '../../lambda/adapters/delivery-state.ts';
import type { Item } from '../../lambda/adapters/stored-rows.ts';
import type { StoredSubscriber } from '../../lambda/adapters/subscriber-table.ts';
import type { Subscriber } from '../../lambda/domain/subscriber.ts';

/** Who calls the table: what happens there happens in the middle of a call, unless a fault prevents it. */
export interface Caller {
  readonly call: <T>(happens: () => T) => Promise<T>;
}

const text = (S: string) => ({ S });
const number = (N: number) => ({ N: String(N) });

/** The rows of one subscriber, with the conditions under which the adapters change them. */
export class Rows {
  subscriber: Subscriber;
  state: Item = {};
  readonly backlog = new Map<string, BacklogRow>();
  /** Whether the backlog takes nothing more. */
  isFull = false;
  /** Until when each slot is held. */
  readonly #slots = new Map<number, number>();
  readonly #now: () => number;

  constructor(subscriber: Subscriber, now: () => number) {
    this.subscriber = subscriber;
    this.#now = now;
  }

  get stored(): StoredSubscriber {
    return { subscriber: this.subscriber, revision: 1, row: this.state };
  }

  #set(members: Item, ...removed: readonly string[]): true {
    const kept = Object.entries({ ...this.state, ...members });
    this.state = Object.fromEntries(kept.filter(([name]) => !removed.includes(name)));
    return true;
  }

  stateWriter(caller: Caller): DeliveryStateWriter {
    const breaker = () => this.state['breakerState']?.S;
    return {
      addFailure: () =>
        caller.call(() => {
          const failures = Number(this.state['failures']?.N ?? 0) + 1;
          this.#set({ failures: number(failures) });
          return failures;
        }),
      clearFailures: () => caller.call(() => void this.#set({}, 'failures')),
      open: (_, because, from) =>
        caller.call(
          () =>
            (breaker() === undefined || (from === 'either' && breaker() === 'closing')) &&
            this.#set({ breakerState: text('open'), openedBecause: text(because) }, 'closingAt'),
        ),
      startClosing: () =>
        caller.call(
          () =>
            breaker() === 'open' &&
            this.#set({ breakerState: text('closing'), closingAt: number(this.#now()) }),
        ),
      close: (_, closingAt) =>
        caller.call(
          () =>
            breaker() === 'closing' &&
            this.state['closingAt']?.N === String(closingAt) &&
            this.#set({}, 'breakerState', 'openedBecause', 'closingAt', 'failures'),
        ),
      lease: (_, owner, until) =>
        caller.call(
          () =>
            Number(this.state['leaseUntil']?.N ?? 0) < this.#now() &&
            this.#set({ leaseOwner: text(owner), leaseUntil: number(until) }),
        ),
      release: (_, owner) =>
        caller.call(() => {
          if (this.state['leaseOwner']?.S === owner) this.#set({}, 'leaseOwner', 'leaseUntil');
        }),
    };
  }

  putAside(caller: Caller): PutAside {
    return async (delivery, group, sequenceNumber) => {
      const key = `${group}#${sequenceNumber}`;
      const { subscriberId } = delivery;
      return caller.call(() => {
        if (this.isFull) return false;
        this.backlog.set(key, { subscriberId, key, group, delivery, tries: 0, notBefore: 0 });
        return true;
      });
    };
  }

  backlogTable(caller: Caller): Backlog {
    return {
      after: (_, key, limit) =>
        caller.call(() =>
          [...this.backlog.values()]
            .filter((row) => row.key > key)
            .sort((one, other) => (one.key < other.key ? -1 : 1))
            .slice(0, limit),
        ),
      remove: (row) => caller.call(() => void this.backlog.delete(row.key)),
      postpone: (row, notBefore) =>
        caller.call(() => {
          if (!this.backlog.has(row.key)) throw new Error('ConditionalCheckFailedException');
          if (this.isFull) return false;
          this.backlog.set(row.key, { ...row, notBefore, tries: row.tries + 1 });
          return true;
        }),
    };
  }

  /** Whoever does not give its slot back in time, because it was killed, loses it to the next. */
  limits(caller: Caller, slotMs: number): AcquirePermit {
    return async ({ concurrency }) => {
      if (concurrency === undefined) return { giveBack: async () => {} };
      return caller.call(() => {
        const free = Array.from({ length: concurrency }, (_, slot) => slot).find(
          (slot) => (this.#slots.get(slot) ?? 0) < this.#now(),
        );
        if (free === undefined) return undefined;
        const heldUntil = this.#now() + slotMs;
        this.#slots.set(free, heldUntil);
        const giveBack = () =>
          caller.call(() => {
            if (this.#slots.get(free) === heldUntil) this.#slots.delete(free);
          });
        return { giveBack };
      });
    };
  }
}
