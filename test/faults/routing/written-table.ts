import { statusUpdates } from '../../../lambda/adapters/status-updates.ts';
import { toItem } from '../../../lambda/adapters/stored-rows.ts';
import { eventPut, type Put, type Update } from '../../../lambda/adapters/table-writes.ts';
import { contactGroup, eventId, messageGroup } from '../../../lambda/domain/event.ts';
import { changeRecord } from '../../support/change-records.ts';
import { CHANNEL, queuedMessageEvent, queuedStatusEvent } from '../../support/queued-events.ts';
import { SimulatedTable } from '../table.ts';
import type { RoutingSchedule } from './routing-schedule.ts';

type Write = RoutingSchedule['writes'][number];

/** An event that somebody is to hear of, in the order of the writes. */
export interface Told {
  readonly id: string;
  readonly group: string;
  readonly kind: 'message' | 'status';
  readonly writtenAt: number;
}

export interface WrittenTableOptions {
  readonly now: () => number;
  readonly onRecord: (record: ReturnType<typeof changeRecord>, partition: string) => void;
}

const STATUSES = ['sent', 'delivered', 'read', 'played', 'failed'];

/** The table with the processor's writes, and what it ought to tell of them. */
export class WrittenTable {
  readonly told: Told[] = [];
  readonly table: SimulatedTable;
  unreadable = 0;
  readonly #options: WrittenTableOptions;
  #writes = 0;
  #records = 0;

  constructor(options: WrittenTableOptions) {
    this.#options = options;
    this.table = new SimulatedTable({
      now: options.now,
      random: () => 0,
      refuses: () => false,
      onChange: ({ pk, before, after }) => {
        this.#records += 1;
        const images = [before && toItem(before), toItem(after)] as const;
        options.onRecord(changeRecord(this.#records, ...images, options.now()), pk);
      },
    });
  }

  write({ kind, who }: Write): void {
    this.#writes += 1;
    if (kind === 'message') this.#writeMessage(who);
    else if (kind === 'unreadable') this.#writeUnreadable(who);
    else this.#writeStatus(who, kind);
  }

  #writeMessage(who: number): void {
    const wamid = `wamid.${this.#writes}`;
    const event = queuedMessageEvent({
      wamid,
      group: contactGroup(CHANNEL, String(who)),
      id: eventId('message', [CHANNEL, wamid]),
      ...this.#times(),
    });
    this.#tell('message', event.id, event.group);
    this.#put(eventPut(event, String(this.#writes), this.#expiry()));
  }

  /** The statuses of a message come one after another; some come again, and tell nothing. */
  #writeStatus(who: number, kind: Write['kind']): void {
    const wamid = `wamid.sent.${who}`;
    const name = STATUSES[kind === 'again' ? 0 : this.#writes % STATUSES.length] ?? 'sent';
    const participant = kind === 'participant' ? { participant: 'MX.1' } : {};
    const event = queuedStatusEvent(name, {
      wamid,
      ...participant,
      group: messageGroup(CHANNEL, wamid),
      ...this.#times(),
    });
    const parts = [CHANNEL, wamid, name, ...Object.values(participant)];
    const id = eventId('status', parts);
    if (!this.told.some((one) => one.id === id)) this.#tell('status', id, event.group);
    const { message, participant: ofMember } = statusUpdates(event, this.#expiry());
    const isPlaced = this.#update(message.update) || this.#update(message.moveEarlier());
    if (!isPlaced) throw new Error('a status found no place');
    if (ofMember !== undefined) this.#update(ofMember);
  }

  #writeUnreadable(who: number): void {
    this.unreadable += 1;
    const Item = { pk: { S: contactGroup(CHANNEL, String(who)) }, provider: { S: 'meta' } };
    this.#put({ Item: { ...Item, sk: { S: `message.unreadable.${this.#writes}` } } });
  }

  #tell(kind: Told['kind'], id: string, group: string): void {
    this.told.push({ id, group, kind, writtenAt: this.#options.now() });
  }

  #times() {
    return { occurredAt: this.#options.now() - 2000, receivedAt: this.#options.now() - 1000 };
  }

  #expiry(): number {
    return Math.floor(this.#options.now() / 1000) + 8 * 86_400;
  }

  #put(put: Put): void {
    this.table.putItem({ TableName: 'events', ...put });
  }

  #update(update: Update): boolean {
    return this.table.updateItem({ TableName: 'events', ...update }).statusCode === 200;
  }
}
