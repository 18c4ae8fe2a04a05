import type { Backlog, BacklogRow, PutAside } from '../../../lambda/adapters/backlog-table.ts';
import type { DeliveryStateWriter } from '../../../lambda/adapters/delivery-state.ts';
import type { Item } from '../../../lambda/adapters/stored-rows.ts';
import type { StoredSubscriber } from '../../../lambda/adapters/subscriber-table.ts';
import type { Subscriber } from '../../../lambda/domain/subscriber.ts';
import type { Invocation } from './invocation.ts';

const text = (S: string) => ({ S });
const number = (N: number) => ({ N: String(N) });

/** The rows of one subscriber, with the conditions under which the adapters change them. */
export class Rows {
  subscriber: Subscriber;
  state: Item = {};
  readonly backlog = new Map<string, BacklogRow>();
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

  stateWriter(invocation: Invocation): DeliveryStateWriter {
    const breaker = () => this.state['breakerState']?.S;
    const { call } = bound(invocation);
    return {
      addFailure: () =>
        call(() => {
          const failures = Number(this.state['failures']?.N ?? 0) + 1;
          this.#set({ failures: number(failures) });
          return failures;
        }),
      clearFailures: () => call(() => void this.#set({}, 'failures')),
      open: (_, because, from) =>
        call(
          () =>
            (breaker() === undefined || (from === 'either' && breaker() === 'closing')) &&
            this.#set({ breakerState: text('open'), openedBecause: text(because) }, 'closingAt'),
        ),
      startClosing: () =>
        call(
          () =>
            breaker() === 'open' &&
            this.#set({ breakerState: text('closing'), closingAt: number(this.#now()) }),
        ),
      close: (_, closingAt) =>
        call(
          () =>
            breaker() === 'closing' &&
            this.state['closingAt']?.N === String(closingAt) &&
            this.#set({}, 'breakerState', 'openedBecause', 'closingAt', 'failures'),
        ),
      lease: (_, owner, until) =>
        call(
          () =>
            Number(this.state['leaseUntil']?.N ?? 0) < this.#now() &&
            this.#set({ leaseOwner: text(owner), leaseUntil: number(until) }),
        ),
      release: (_, owner) =>
        call(() => {
          if (this.state['leaseOwner']?.S === owner) this.#set({}, 'leaseOwner', 'leaseUntil');
        }),
    };
  }

  putAside(invocation: Invocation): PutAside {
    return async (delivery, group, sequenceNumber) => {
      const key = `${group}#${sequenceNumber}`;
      const { subscriberId } = delivery;
      await invocation.call(() => {
        this.backlog.set(key, { subscriberId, key, group, delivery, tries: 0, notBefore: 0 });
      });
    };
  }

  backlogTable(invocation: Invocation): Backlog {
    const { call } = bound(invocation);
    return {
      after: (_, key, limit) =>
        call(() =>
          [...this.backlog.values()]
            .filter((row) => row.key > key)
            .sort((one, other) => (one.key < other.key ? -1 : 1))
            .slice(0, limit),
        ),
      remove: (row) => call(() => void this.backlog.delete(row.key)),
      postpone: (row, notBefore) =>
        call(() => {
          if (!this.backlog.has(row.key)) throw new Error('ConditionalCheckFailedException');
          this.backlog.set(row.key, { ...row, notBefore, tries: row.tries + 1 });
        }),
    };
  }
}

function bound(invocation: Invocation) {
  return { call: <T>(happens: () => T) => invocation.call(happens) };
}
