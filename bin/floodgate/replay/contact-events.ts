import type { RoutedEvent } from '../../../lambda/events/routed-event.ts';
import { personEvents } from '../../../lambda/forgetting/forgetting.ts';
import { readPerson } from '../../../lambda/people/read-person.ts';
import { contactNameOf } from '../../../lambda/providers/contact-name.ts';
import type { ReadTable } from '../../../lambda/table/query-table.ts';
import { tableReader } from '../../../lambda/table/reader-table.ts';
import { recipientsOf } from '../../../lambda/table/stored-event.ts';

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
  const isTheirs = personEvents(channel, periods);

  return async (event) => {
    if (event.kind !== 'status') return isTheirs(event, () => []);
    const payload = event.payload ?? (await readPayload(event.payloadKey));
    return isTheirs(event, () => recipientsOf(event, payload));
  };
}
