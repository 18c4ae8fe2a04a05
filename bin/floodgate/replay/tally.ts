import type { RoutedEvent } from '../../../lambda/events/routed-event.ts';
import type { ArchivedEvents, ArchiveObject } from './archived-events.ts';
import type { Recipient } from './recipients.ts';
import type { TablePage } from './table-events.ts';
import type { ReplayTarget } from './target.ts';

/** What one run of a replay has read and sent. */
export interface ReplayTally {
  readonly objects: ArchiveObject[];
  readUnits: number;
  /** Lines and rows that this release cannot read. */
  unreadable: number;
  deliveredBytes: number;
  readonly recipients: Map<string, TalliedRecipient>;
}

interface TalliedRecipient extends Pick<Recipient, 'id' | 'name'> {
  deliveries: number;
  /** Of those, what was received before it was there, and was never meant for it. */
  older: number;
}

export function emptyTally(): ReplayTally {
  return { objects: [], readUnits: 0, unreadable: 0, deliveredBytes: 0, recipients: new Map() };
}

export function tallyObject(tally: ReplayTally, read: ArchivedEvents, object: ArchiveObject): void {
  tally.objects.push(object);
  tally.unreadable += read.unreadable;
}

export function tallyPage(tally: ReplayTally, { units, unreadable }: TablePage): void {
  tally.readUnits += units;
  tally.unreadable += unreadable;
}

export function sentOf({ recipients }: ReplayTally): number {
  return [...recipients.values()].reduce((sum, { deliveries }) => sum + deliveries, 0);
}

/** Counts what is sent. */
export function tallied(
  target: ReplayTarget,
  tally: ReplayTally,
  onSent: () => void = () => undefined,
): ReplayTarget {
  function count(event: RoutedEvent): void {
    for (const recipient of target.recipientsOf(event)) {
      const { id, name, createdAt = 0 } = recipient;
      const known = tally.recipients.get(id) ?? { id, name, deliveries: 0, older: 0 };
      known.deliveries += 1;
      if (event.receivedAt < createdAt) known.older += 1;
      tally.recipients.set(id, known);
      tally.deliveredBytes += event.payload?.length ?? 0;
    }
  }

  return {
    ...target,
    send: async (events) => {
      await target.send(events);
      events.forEach(count);
      onSent();
    },
  };
}
