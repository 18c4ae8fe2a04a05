import { contactParameters } from '../../../lambda/answers/parameters.ts';
import type { StoredForgetting } from '../../../lambda/forgetting/forgettings-table.ts';
import { readLinkedPerson } from '../../../lambda/people/linked-person.ts';
import { spansOf } from '../../../lambda/people/timeline-spans.ts';
import type { CallAws } from '../../../lambda/shared/aws/json-protocol.ts';
import { tableReader } from '../../../lambda/table/reader-table.ts';
import { unavailable } from '../stack/deployed-stack.ts';
import { UsageError } from '../terminal/command.ts';

export interface PersonRows {
  readonly events: number;
  readonly messages: number;
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
  const read = contactParameters({ ...typed });
  if (!read.ok) throw new UsageError(read.reason);
  const { channel, contact } = read;
  const call: CallAws = (...request) =>
    dynamodb(...request).catch(unavailable(`the table ${tableName} cannot be read`));
  const table = tableReader(
    (operation, input) => call(operation, input, AbortSignal.timeout(30_000)),
    tableName,
    () => Date.now(),
  );
  const { person, links } = await readLinkedPerson(channel, contact, table);
  let [events, messages] = [0, 0];
  for (const span of spansOf(channel, person.periods)) {
    const paged = { ...span, pageSize: PAGE_SIZE };
    events += (await Array.fromAsync(table.eventKeys(paged))).length;
    messages += (await Array.fromAsync(table.messageKeys(paged))).length;
  }
  const forgetting = { channel, contact, links, until: Date.now() };
  return { events, messages, forgetting: { key: '', forgetting, isPending: true } };
}
