import { routedEvents } from '../../lambda/changes/routed-events.ts';
import { toRowChange } from '../../lambda/changes/table-stream.ts';
import type { RoutedEvent } from '../../lambda/events/routed-event.ts';
import type { StreamedChange } from '../aws/change-stream.ts';

/** An event, and the how manieth it is. */
export interface FedEvent {
  readonly number: number;
  readonly event: RoutedEvent;
}

/** So many are kept. Who looks once a second sees a second of more than a laptop takes. */
const MOST_CHANGES = 2_000;
const MOST_EVENTS = 2_000;

/** The last events that the table's changes told, to be looked at while more flow. */
export class EventFeed {
  /** Read when somebody asks: nobody may ever. */
  readonly #unread: StreamedChange[] = [];
  readonly #events: FedEvent[] = [];
  #last = 0;

  hear(change: StreamedChange): void {
    this.#unread.push(change);
    if (this.#unread.length > MOST_CHANGES) this.#unread.shift();
  }

  /** Adds what was brought here otherwise than by changes of the table. */
  add(events: readonly RoutedEvent[]): void {
    for (const event of events) {
      this.#last += 1;
      this.#events.push({ number: this.#last, event });
    }
    this.#events.splice(0, this.#events.length - MOST_EVENTS);
  }

  /** Those that came after one, the oldest first; all of them for whoever counts by a stack that ran before this one. */
  after(number: number): readonly FedEvent[] {
    this.#read();
    const last = number > this.#last ? 0 : number;
    return this.#events.filter((one) => one.number > last);
  }

  /** The event of an id, or those of a wamid; with all others of its message. */
  ofMessage(id: string): readonly RoutedEvent[] {
    const all = this.after(0).map(({ event }) => event);
    const found = all.find((event) => event.id === id || event.wamid === id);
    const isOfIt = (event: RoutedEvent) =>
      event.wamid !== undefined && event.wamid === found?.wamid;
    return all.filter((event) => event === found || isOfIt(event));
  }

  #read(): void {
    for (const { record } of this.#unread.splice(0)) this.add(eventsOf(record));
  }
}

function eventsOf(record: StreamedChange['record']): readonly RoutedEvent[] {
  try {
    return routedEvents(toRowChange(record));
  } catch {
    // A row that the app did not write: the router sets it aside, and says so.
    return [];
  }
}
