import type { Delivery } from '../../lambda/delivery/delivery.ts';
import type { EndpointStateWriter } from '../../lambda/delivery/endpoint-table.ts';
import type { DeliveryHistory, WaitingDelivery } from '../../lambda/delivery/history-table.ts';
import type { Subscriber } from '../../lambda/delivery/subscriber.ts';
import type { FoundSubscriber } from '../../lambda/delivery/subscriber-table.ts';
import type { Item } from '../../lambda/table/stored-rows.ts';

/** Who calls the table: what happens there happens in the middle of a call, unless a fault prevents it. */
export interface Caller {
  readonly call: <T>(happens: () => T) => Promise<T>;
}

const number = (N: number) => ({ N: String(N) });

/** The rows of one subscriber, with the conditions under which the adapters change them. */
export class Rows {
  subscriber: Subscriber;
  /** Whether its row is there, and this release can read it. */
  isThere = true;
  isReadable = true;
  state: Item = { mappingId: { S: 'mapping' } };
  readonly failed = new Map<string, WaitingDelivery>();
  /** Keys of those that are dead letters. */
  readonly givenUp = new Set<string>();
  /** Ids of events, or groups, and up to when what was handed on of them is dropped. */
  readonly dropped = new Map<string, number>();
  /** Ids of events that are not in the table any more. */
  readonly forgotten = new Set<string>();
  readonly #now: () => number;

  constructor(subscriber: Subscriber, now: () => number) {
    this.subscriber = subscriber;
    this.#now = now;
  }

  get found(): FoundSubscriber | undefined {
    if (!this.isThere) return undefined;
    const { subscriber, state: row } = this;
    return { id: subscriber.id, subscriber: this.isReadable ? subscriber : undefined, row };
  }

  #set(members: Item, ...removed: readonly string[]): void {
    if (!this.isThere) return;
    const kept = Object.entries({ ...this.state, ...members });
    this.state = Object.fromEntries(kept.filter(([name]) => !removed.includes(name)));
  }

  stateWriter(caller: Caller): EndpointStateWriter {
    return {
      addFailure: () =>
        caller.call(() => {
          const failures = Number(this.state['failures']?.N ?? 0) + 1;
          const failingSince = Number(this.state['failingSince']?.N ?? this.#now());
          this.#set({ failures: number(failures), failingSince: number(failingSince) });
          return { failures, failingSince };
        }),
      down: () =>
        caller.call(() => {
          if (this.state['downSince'] !== undefined) return false;
          this.#set({ downSince: number(this.#now()) });
          return true;
        }),
      alive: () => caller.call(() => this.#set({}, 'failures', 'failingSince', 'downSince')),
      reset: () =>
        caller.call(() => this.#set({}, 'failures', 'failingSince', 'downSince', 'slowUntil')),
      slow: (_, untilMs) =>
        caller.call(() => {
          const known = Number(this.state['slowUntil']?.N ?? 0);
          this.#set({ slowUntil: number(Math.max(known, untilMs)) });
        }),
      waiting: (_, since) =>
        caller.call(() =>
          since === undefined
            ? this.#set({}, 'waitingSince')
            : this.#set({ waitingSince: number(since) }),
        ),
      behind: (_, sentAt) =>
        caller.call(() =>
          this.#set({ behindSince: number(sentAt), behindSeenAt: number(this.#now()) }),
        ),
      listened: () =>
        caller.call(() => {
          this.#set({ listenedAt: number(this.#now()) });
          return this.isThere;
        }),
      mapped: (_, mappingId) => caller.call(() => this.#set({ mappingId: { S: mappingId } })),
    };
  }

  history(caller: Caller): DeliveryHistory {
    return {
      read: (delivery) =>
        caller.call(() => {
          const { event, routedAt } = delivery;
          const isDropped = [event.id, event.group].some(
            (what) => (this.dropped.get(what) ?? 0) >= routedAt,
          );
          const isForgotten = this.forgotten.has(event.id);
          return { failed: this.failed.get(keyOf(delivery)), isDropped, isForgotten };
        }),
      addFailure: (delivery, fault, isTry) =>
        caller.call(() => {
          const lastTriedAt = this.#now();
          const { tries = 0, firstTriedAt = lastTriedAt } = this.failed.get(keyOf(delivery)) ?? {};
          const { event, routedAt } = delivery;
          const place = { eventId: event.id, routedAt, groups: [event.group] };
          const known = { ...place, fault, firstTriedAt, lastTriedAt };
          const row = { ...known, tries: tries + (isTry ? 1 : 0) };
          this.failed.set(keyOf(delivery), row);
          return row;
        }),
      close: (delivery) => caller.call(() => void this.failed.delete(keyOf(delivery))),
      giveUp: (delivery) => caller.call(() => void this.givenUp.add(keyOf(delivery))),
      waiting: () =>
        caller.call(() =>
          [...this.failed].flatMap(([key, row]) => (this.givenUp.has(key) ? [] : [row])),
        ),
    };
  }
}

function keyOf({ event, routedAt }: Delivery): string {
  return `${event.id}#${routedAt}`;
}
