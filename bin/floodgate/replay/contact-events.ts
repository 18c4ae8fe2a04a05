import type { ReadTable } from '../../../lambda/adapters/table-queries.ts';
import { tableReader } from '../../../lambda/adapters/table-reader.ts';
import { readPerson } from '../../../lambda/api/read-person.ts';
import type { RoutedEvent } from '../../../lambda/domain/delivery.ts';
import { contactGroup } from '../../../lambda/domain/event.ts';
import { contactNameOf, type NamePeriod } from '../../../lambda/domain/identity.ts';
import { eventOfPayload } from '../../../lambda/domain/stored-event.ts';

interface ContactDeps {
  readonly readTable: ReadTable;
  readonly tableName: string;
  /** A payload that lies in the overflow bucket; undefined where it is no longer kept. */
  readonly readPayload: (key: string) => Promise<string | undefined>;
}

export type IsOfContact = (event: RoutedEvent) => Promise<boolean>;

/**
 * Finds the names of a contact as they are now, and tells its events: what it sent and was sent, and
 * what became of that.
 */
export async function eventsOfContact(
  channel: string,
  contact: string,
  { readTable, tableName, readPayload }: ContactDeps,
): Promise<IsOfContact> {
  const table = tableReader(readTable, tableName, () => Date.now());
  const { periods } = await readPerson(channel, contactNameOf(contact), { table });
  const groups = Map.groupBy(periods, ({ name }) => contactGroup(channel, name));
  const names = Map.groupBy(periods, ({ name }) => name);

  return async (event) => {
    if (event.channel !== channel) return false;
    if (event.kind !== 'status') return isWithin(groups.get(event.group), event);
    // A status is in the group of its message: whom that went to, the payload says.
    const payload = event.payload ?? (await readPayload(event.payloadKey));
    const { phone, userId, lid } = (payload && eventOfPayload(event, payload)?.contact) || {};
    return [userId, lid, phone].some(
      (name) => name !== undefined && isWithin(names.get(name), event),
    );
  };
}

function isWithin(
  periods: readonly NamePeriod[] | undefined,
  { occurredAt }: RoutedEvent,
): boolean {
  return periods?.some(({ from, until }) => occurredAt >= from && occurredAt <= until) ?? false;
}
