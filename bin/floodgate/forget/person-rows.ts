import { contactParameters } from '../../../lambda/answers/parameters.ts';
import type { StoredForgetting } from '../../../lambda/forgetting/forgettings-table.ts';
import { objectKeysOf } from '../../../lambda/forgetting/forgotten-table.ts';
import { readLinkedPerson } from '../../../lambda/people/linked-person.ts';
import { spansOf } from '../../../lambda/people/timeline-spans.ts';
import type { CallAws } from '../../../lambda/shared/aws/json-protocol.ts';
import { batchGet } from '../../../lambda/table/batch-table.ts';
import { ATTRIBUTES } from '../../../lambda/table/keys.ts';
import { byKey, type ReadTable, tableQueries } from '../../../lambda/table/query-table.ts';
import { tableReader } from '../../../lambda/table/reader-table.ts';
import { unavailable } from '../stack/deployed-stack.ts';
import { UsageError } from '../terminal/command.ts';

export interface PersonRows {
  readonly counts: {
    readonly events: number;
    readonly messages: number;
    /** Oversized payloads, and files, that rows point at. */
    readonly payloads: number;
    readonly files: number;
  };
  /** What the table knows of them, as forgetting would put it down. */
  readonly forgetting: StoredForgetting;
}

const PAGE_SIZE = 500;

/** Counts what the table has of a person, and changes nothing. */
export async function countRows(
  typed: { readonly channel: string; readonly contact: string },
  dynamodb: CallAws,
  tableName: string,
): Promise<PersonRows> {
  const named = contactParameters({ ...typed });
  if (!named.ok) throw new UsageError(named.reason);
  const { channel, contact } = named;
  const call: CallAws = (...request) =>
    dynamodb(...request).catch(unavailable(`the table ${tableName} cannot be read`));
  const read: ReadTable = (operation, input) => call(operation, input, AbortSignal.timeout(30_000));
  const table = tableReader(read, tableName, () => Date.now());
  const { person, links } = await readLinkedPerson(channel, contact, table);
  const counts = { events: 0, messages: 0, payloads: 0, files: 0 };
  for (const span of spansOf(channel, person.periods)) {
    const paged = { ...span, pageSize: PAGE_SIZE };
    const events = await Array.fromAsync(table.eventKeys(paged));
    const messages = await Array.fromAsync(table.messageKeys(paged));
    counts.events += events.length;
    counts.messages += messages.length;
    const rows = await batchGet(read, tableName, events);
    for (const { pk } of messages) {
      rows.push(
        ...(await Array.fromAsync(
          tableQueries(read, tableName).all(byKey(ATTRIBUTES.partitionKey, pk)),
        )),
      );
    }
    for (const row of rows) {
      const { payloads, files } = objectKeysOf(row);
      counts.payloads += payloads.length;
      counts.files += files.length;
    }
  }
  const forgetting = { channel, contact, links, until: Date.now() };
  return { counts, forgetting: { key: '', forgetting, isPending: true } };
}
