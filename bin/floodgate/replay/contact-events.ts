import type { ReadTable } from '../../../lambda/adapters/table-queries.ts';
import { tableReader } from '../../../lambda/adapters/table-reader.ts';
import { readPerson } from '../../../lambda/api/read-person.ts';
import { contactNameOf } from '../../../lambda/domain/contact-name.ts';
import { personEvents } from '../../../lambda/domain/forgetting.ts';
import type { RoutedEvent } from '../../../lambda/domain/routed-event.ts';
import { recipientsOf } from '../../../lambda/domain/stored-event.ts';

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
